"""What every row shares, and what every row with a lifecycle shares."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from competency.foundation.states import Transitions


class BaseModel(models.Model):
    """A row with a random key.

    Keys are version 4 on purpose: a time-ordered key in a reviewer's URL would tell when the
    work was handed in, which blind review must not.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


class Stateful(BaseModel):
    """A row with a lifecycle: `transitions` is the table, `move()` the only writer."""

    transitions: ClassVar[Transitions]
    state: Any

    class Meta:
        abstract = True


def state_field(choices: type[models.TextChoices], initial: str) -> models.CharField:
    """The state column of a lifecycle; pair it with `known_state`."""
    return models.CharField(max_length=20, choices=choices, default=initial, db_index=True)


def known_state(choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """Only the states that the table knows can be written."""
    return models.CheckConstraint(condition=models.Q(state__in=choices.values), name=name)
