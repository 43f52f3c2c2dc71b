"""The life of an uploaded roster."""

from django.db import models

from competency.foundation.states import Owner, Transitions, by


class RosterState(models.TextChoices):
    CHECKED = "checked", "Waits for your word"
    APPLIED = "applied", "Imported"
    DROPPED = "dropped", "Dropped"
    EXPIRED = "expired", "Expired"


ROSTER: Transitions = {
    RosterState.CHECKED: {
        RosterState.APPLIED: by(Owner.DIRECTOR),
        RosterState.DROPPED: by(Owner.DIRECTOR),
        RosterState.EXPIRED: by(Owner.WORKFLOW),
    },
    RosterState.APPLIED: {},
    RosterState.DROPPED: {},
    RosterState.EXPIRED: {},
}
