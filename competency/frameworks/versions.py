"""What every versioned thing shares: a number, a state, a hash of its content, an author."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from competency.foundation.models import Stateful, known_state, state_field
from competency.foundation.states import Transitions
from competency.foundation.triggers import FollowsTable, Frozen, FrozenWith
from competency.frameworks.states import VERSION, VersionState

DRAFT = (VersionState.DRAFT.value,)


class VersionQuerySet(models.QuerySet[Any]):
    def published(self) -> "VersionQuerySet":
        return self.filter(state=VersionState.PUBLISHED)


class Version(Stateful):
    """A numbered version: drafted, published, then frozen for ever; retired when replaced."""

    transitions: ClassVar[Transitions] = VERSION

    number = models.PositiveIntegerField()
    state = state_field(VersionState, VersionState.DRAFT)
    content_hash = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    retired_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        abstract = True


def version_constraints(prefix: str, *identity: str) -> list[models.BaseConstraint]:
    """One row per number, and a published row has a hash, a time and an author."""
    drafted = Q(state=VersionState.DRAFT, content_hash="", published_at=None, published_by=None)
    published = ~Q(state=VersionState.DRAFT) & ~Q(content_hash="")
    signed = Q(published_at__isnull=False, published_by__isnull=False)
    return [
        models.UniqueConstraint(fields=[*identity, "number"], name=f"{prefix}_number_unique"),
        models.CheckConstraint(condition=Q(number__gte=1), name=f"{prefix}_number_from_one"),
        models.CheckConstraint(condition=drafted | published & signed, name=f"{prefix}_signed"),
        known_state(VersionState, f"{prefix}_known_state"),
    ]


def version_triggers() -> list[pgtrigger.Trigger]:
    """The state follows its table; nothing else changes after publication."""
    return [
        FollowsTable(VERSION),
        Frozen(when_sql="OLD.state <> 'draft'", except_fields=("state", "retired_at")),
    ]


def part_of(path: str) -> list[pgtrigger.Trigger]:
    """Triggers for the parts of a version: they change only while it is a draft."""
    return [FrozenWith(path=path, open_states=DRAFT)]
