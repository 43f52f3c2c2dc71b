"""The life of an appeal."""

from django.db import models

from competency.foundation.states import Owner, Transitions, by


class AppealState(models.TextChoices):
    LODGED = "lodged", "Lodged"
    UNDER_REVIEW = "under_review", "Under review"
    GRANTED = "granted", "Granted"
    DENIED = "denied", "Denied"
    WITHDRAWN = "withdrawn", "Withdrawn"


APPEAL: Transitions = {
    AppealState.LODGED: {
        AppealState.UNDER_REVIEW: by(Owner.CERTIFIER),
        AppealState.WITHDRAWN: by(Owner.TRAINEE),
    },
    AppealState.UNDER_REVIEW: {
        AppealState.GRANTED: by(Owner.CERTIFIER),
        AppealState.DENIED: by(Owner.CERTIFIER),
    },
    AppealState.GRANTED: {},
    AppealState.DENIED: {},
    AppealState.WITHDRAWN: {},
}
