"""The lives of a cohort, and of a trainee's place in one."""

from django.db import models

from competency.foundation.states import Owner, Transitions, by


class CohortState(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class PlaceState(models.TextChoices):
    ACTIVE = "active", "In training"
    ON_LEAVE = "on_leave", "On leave"
    WITHDRAWN = "withdrawn", "Withdrawn"
    TRANSFERRED = "transferred", "Transferred"


HELD = (PlaceState.ACTIVE, PlaceState.ON_LEAVE)  # the others are over
OVER = (PlaceState.WITHDRAWN, PlaceState.TRANSFERRED)

COHORT: Transitions = {
    CohortState.OPEN: {CohortState.CLOSED: by(Owner.DIRECTOR)},
    CohortState.CLOSED: {CohortState.OPEN: by(Owner.DIRECTOR)},
}
PLACE: Transitions = {
    PlaceState.ACTIVE: {
        PlaceState.ON_LEAVE: by(Owner.DIRECTOR),
        PlaceState.WITHDRAWN: by(Owner.DIRECTOR),
        PlaceState.TRANSFERRED: by(Owner.DIRECTOR),
    },
    PlaceState.ON_LEAVE: {
        PlaceState.ACTIVE: by(Owner.DIRECTOR),
        PlaceState.WITHDRAWN: by(Owner.DIRECTOR),
        PlaceState.TRANSFERRED: by(Owner.DIRECTOR),
    },
    PlaceState.WITHDRAWN: {},
    PlaceState.TRANSFERRED: {},
}
