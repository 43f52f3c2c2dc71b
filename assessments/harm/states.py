"""The life of a harm flag. A machine raises; only people confirm or dismiss."""

from django.db import models

from competency.foundation.states import Owner, Transitions, by


class FlagState(models.TextChoices):
    RAISED = "raised", "Raised"
    CONFIRMED = "confirmed", "Confirmed"
    DISMISSED = "dismissed", "Dismissed"


HARM_FLAG: Transitions = {
    FlagState.RAISED: {
        FlagState.CONFIRMED: by(Owner.REVIEWER),
        FlagState.DISMISSED: by(Owner.REVIEWER),
    },
    FlagState.CONFIRMED: {},
    FlagState.DISMISSED: {},
}
