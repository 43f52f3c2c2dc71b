"""The life of hours that somebody hands in."""

from django.db import models

from competency.foundation.states import Owner, Transitions, by


class HoursState(models.TextChoices):
    SUBMITTED = "submitted", "Waits for approval"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Returned"
    WITHDRAWN = "withdrawn", "Withdrawn"
    STRUCK = "struck", "Struck out"


HOURS: Transitions = {
    HoursState.SUBMITTED: {
        HoursState.APPROVED: by(Owner.DIRECTOR, Owner.REVIEWER),
        HoursState.RETURNED: by(Owner.DIRECTOR, Owner.REVIEWER),
        HoursState.WITHDRAWN: by(Owner.TRAINEE, Owner.DIRECTOR),
    },
    HoursState.APPROVED: {HoursState.STRUCK: by(Owner.DIRECTOR)},
    HoursState.RETURNED: {},
    HoursState.WITHDRAWN: {},
    HoursState.STRUCK: {},
}
