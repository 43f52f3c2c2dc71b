"""The life of a sitting, and why somebody of its cohort gets nothing."""

from django.db import models

from competency.foundation.states import Owner, Transitions, by


class SittingState(models.TextChoices):
    PLANNED = "planned", "Planned"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


S = SittingState
GOING = (S.PLANNED.value, S.OPEN.value)
SITTING: Transitions = {
    S.PLANNED: {S.OPEN: by(Owner.WORKFLOW), S.CANCELLED: by(Owner.DIRECTOR)},
    S.OPEN: {S.CLOSED: by(Owner.WORKFLOW), S.CANCELLED: by(Owner.DIRECTOR)},
    S.CLOSED: {},
    S.CANCELLED: {},
}


class LeftOut(models.TextChoices):
    """The bars of `attempts.rules`, and those that do not come from earlier attempts."""

    OPEN_ALREADY = "open_already", "Has one open already"
    BEING_MARKED = "being_marked", "An earlier attempt is not decided yet"
    COMPETENT = "competent", "Competent already"
    USED_UP = "used_up", "The re-sits are used up"
    TOO_EARLY = "too_early", "Must wait before sitting again"
    NO_OTHER_FORM = "no_other_form", "No other form to sit"
    ACCOUNT_CLOSED = "account_closed", "The account is closed"
    NO_TRAINEE = "no_trainee", "Not a trainee of the program any more"
    ON_LEAVE = "on_leave", "On leave"
    ONESELF = "oneself", "Another director opens it for you"
    NOT_PUBLISHED = "not_published", "The assessment was retired meanwhile"
    CANCELLED = "cancelled", "The sitting was cancelled"
