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
from competency.programs.policies import programs_where
from competency.programs.roles import Permission

DRAFT = (VersionState.DRAFT.value,)


class VersionQuerySet(models.QuerySet[Any]):
    def published(self) -> "VersionQuerySet":
        return self.filter(state=VersionState.PUBLISHED)

    def visible_to(self, person: Any) -> "VersionQuerySet":
        """What this person's programs may read; drafts only where they write.

        Nobody reads the cases of a program in which they sit: `secret` content of such a program
        stays closed, and so does what others share.
        """
        read = programs_where(person, Permission.CONTENT_VIEW)
        written = programs_where(person, Permission.CONTENT_WRITE)
        sat = programs_where(person, Permission.ATTEMPT_SIT)
        if self.model.secret:
            read, written = read.exclude(pk__in=sat), written.exclude(pk__in=sat)
        in_reach = Q(**{f"{self.model.owner_path}__in": read})
        if self.model.shared_path:
            shared = Q(**{self.model.shared_path: True}) & Q(models.Exists(read))
            in_reach |= shared & ~Q(models.Exists(sat)) if self.model.secret else shared
        finished = ~Q(state=VersionState.DRAFT)
        return self.filter(in_reach & finished | Q(**{f"{self.model.owner_path}__in": written}))


class Version(Stateful):
    """A numbered version: drafted, published, then frozen for ever; retired when replaced."""

    transitions: ClassVar[Transitions] = VERSION
    program_id: Any
    owner_path: ClassVar[str]  # lookup of the program it belongs to
    shared_path: ClassVar[str] = ""  # lookup of whether others may read it
    secret: ClassVar[bool] = False  # never for those who sit it

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
