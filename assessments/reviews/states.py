"""The life of a review."""

from django.db import models

from competency.foundation.states import Owner, Transitions, by


class ReviewState(models.TextChoices):
    ASSIGNED = "assigned", "Assigned"
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETED = "completed", "Completed"
    RECUSED = "recused", "Recused"
    LAPSED = "lapsed", "Lapsed"


R = ReviewState
OPEN = (R.ASSIGNED.value, R.IN_PROGRESS.value)
IN_FORCE = (*OPEN, R.COMPLETED.value)
REVIEW: Transitions = {
    R.ASSIGNED: {
        R.IN_PROGRESS: by(Owner.REVIEWER),
        R.RECUSED: by(Owner.REVIEWER),
        R.LAPSED: by(Owner.WORKFLOW),
    },
    R.IN_PROGRESS: {
        R.COMPLETED: by(Owner.REVIEWER),
        R.RECUSED: by(Owner.REVIEWER),
        R.LAPSED: by(Owner.WORKFLOW),
    },
    R.COMPLETED: {},
    R.RECUSED: {},
    R.LAPSED: {},
}
