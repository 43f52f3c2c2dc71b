"""The people behind a figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import F, QuerySet

from assessments.attempts.states import Marking
from assessments.figures.harm_rates import CHOICES
from assessments.figures.scope import Scope
from assessments.figures.standings import standing_at
from assessments.figures.waiting import KINDS, in_force
from assessments.harm.models import HarmFlag
from competency.programs.models import Enrolment

OPTIONS = "options"  # in an address, for flags of critical options


@dataclass(frozen=True)
class Behind:
    """Which people: by standing, with a flag on a competency (or `options`), for whom work of a
    kind waits, measured in a month, with results released, whose certificate ends in a month."""

    standings: Sequence[str] = ()
    flagged: str = ""
    waits: str = ""
    measured: date | None = None
    ends: date | None = None
    released: bool = False

    @property
    def by_standing_only(self) -> bool:
        return not (self.flagged or self.waits or self.measured or self.ends or self.released)


def people_behind(scope: Scope, behind: Behind) -> QuerySet[Enrolment]:
    """By name. All conditions hold together."""
    rows = standing_at(scope, behind.standings)
    if behind.flagged:
        rows = rows.filter(pk__in=_flagged(scope, behind.flagged))
    for kind in KINDS:
        if kind.name == behind.waits:
            rows = rows.filter(pk__in=kind.rows(scope).order_by().values(kind.enrolment))
    if behind.measured:
        since, until = _month(scope, behind.measured)
        measured = scope.ratified().filter(created_at__gte=since, created_at__lt=until)
        rows = rows.filter(pk__in=measured.values("enrolment"))
    if behind.ends:
        since, until = _month(scope, behind.ends)
        ending = in_force(scope).order_by().filter(valid_until__gte=since, valid_until__lt=until)
        rows = rows.filter(pk__in=ending.values("decision__enrolment"))
    if behind.released:
        released = scope.attempts().filter(released_at__isnull=False)
        rows = rows.filter(pk__in=released.values("enrolment"))
    return rows


def _flagged(scope: Scope, code: str) -> QuerySet[Any, Any]:
    flags = HarmFlag.objects.filter(
        submission__attempt__in=scope.attempts(),
        submission__state=Marking.MARKED,
        round__gte=F("submission__base_round"),
    )
    if code in (OPTIONS, CHOICES):
        flags = flags.filter(criterion=None)
    else:
        flags = flags.filter(criterion__competency__code=code)
    return flags.values("submission__attempt__enrolment")


def _month(scope: Scope, day: date) -> tuple[datetime, datetime]:
    """From the first moment of a month to the first of the next, in the program's zone."""
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return (
        datetime.combine(day.replace(day=1), time.min, scope.zone),
        datetime.combine(after, time.min, scope.zone),
    )
