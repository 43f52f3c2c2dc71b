"""The life of an issuer's key."""

from django.db import models

from competency.foundation.states import Owner, Transitions, by


class KeyState(models.TextChoices):
    ACTIVE = "active", "Active"
    RETIRED = "retired", "Retired"
    COMPROMISED = "compromised", "Compromised"


ISSUER_KEY: Transitions = {
    KeyState.ACTIVE: {
        KeyState.RETIRED: by(Owner.STAFF),
        KeyState.COMPROMISED: by(Owner.STAFF),
    },
    KeyState.RETIRED: {KeyState.COMPROMISED: by(Owner.STAFF)},
    KeyState.COMPROMISED: {},
}
