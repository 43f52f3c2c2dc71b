"""Levels of a cohort: by competency, by trainee, over time. From ratified decisions alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Exists, F, Min, OuterRef, Q, QuerySet, StdDev
from django.db.models.functions import TruncMonth

from assessments.figures.scope import Scope
from assessments.harm.models import HarmFlag
from assessments.harm.states import FlagState
from assessments.psychometrics.shares import Share, mean_interval, share
from competency.decisions.models import Decision
from competency.decisions.states import Outcome
from competency.evidence.models import Evidence

BINS = (1.6, 2.0, 2.4, 2.8, 3.2, 3.6)  # the upper ends of six of seven heat classes
MONTHS = 12  # as many as a picture can show


def heat(level: float) -> int:
    """The heat class of a level, 1 to 7.

    >>> heat(1.0), heat(2.79), heat(2.8), heat(4.0)
    (1, 4, 5, 7)
    """
    return 1 + sum(round(level, 4) >= end for end in BINS)


@dataclass(frozen=True)
class Column:
    """One competency over the whole cohort: mean level, spread, how many in each heat class."""

    code: str
    title: str
    count: int
    mean: float
    deviation: float | None
    bins: Sequence[int]

    @property
    def low(self) -> int:
        """How many stand below 2.8."""
        return sum(self.bins[:4])

    @property
    def high(self) -> int:
        return sum(self.bins[4:])

    @property
    def heat(self) -> int:
        return heat(self.mean)


@dataclass(frozen=True)
class Cell:
    level: float
    error: float
    harm: bool

    @property
    def heat(self) -> int:
        return heat(self.level)


@dataclass(frozen=True)
class Row:
    """One trainee: the composite and its error, and a cell for each column, or None."""

    decision: Decision
    cells: Sequence[Cell | None]

    @property
    def not_yet(self) -> bool:
        return bool(self.decision.outcome == Outcome.NOT_YET)


@dataclass(frozen=True)
class Overall:
    """All decided trainees together."""

    met: Share
    mean: float | None
    deviation: float | None


@dataclass(frozen=True)
class Month:
    """What was measured in one month: composites of so many, with the interval of their mean."""

    month: datetime
    count: int
    competent: int
    mean: float
    interval: tuple[float, float] | None
    levels: Mapping[str, float]


def overall(scope: Scope) -> Overall:
    found = scope.decided().order_by().aggregate(
        total=Count("pk"),
        met=Count("pk", filter=Q(outcome=Outcome.COMPETENT)),
        mean=Avg("composite"),
        deviation=StdDev("composite", sample=True),
    )  # fmt: skip
    return Overall(
        share(found["met"], found["total"]), _float(found["mean"]), _float(found["deviation"])
    )


def columns(scope: Scope) -> list[Column]:
    """By competency in the framework's order; competencies of one code are taken together."""
    classes = {f"bin{number}": _in_class(number) for number in range(1, 8)}
    rows: Any = (
        _evidence_of(scope.decided())
        .values("competency__code")
        .annotate(
            title=Min("competency__title"),
            domain=Min("competency__domain__position"),
            position=Min("competency__position"),
            count=Count("pk"),
            mean=Avg("value"),
            deviation=StdDev("value", sample=True),
            **classes,
        )
        .order_by("domain", "position", "competency__code")
    )
    return [
        Column(
            row["competency__code"],
            row["title"],
            row["count"],
            float(row["mean"]),
            _float(row["deviation"]),
            [row[name] for name in classes],
        )
        for row in rows
    ]


def rows_of(decisions: Iterable[Decision], codes: Sequence[str]) -> list[Row]:
    """A row for each decision, in a fixed number of queries."""
    page = list(decisions)
    cells = cells_of(page)
    return [Row(row, [cells[row.pk].get(code) for code in codes]) for row in page]


def cells_of(decisions: Sequence[Decision]) -> dict[UUID, dict[str, Cell]]:
    """By decision and competency, in two queries."""
    attempts = [row.attempt_id for row in decisions]
    harmful = confirmed_harm(attempts)
    of_round: dict[tuple[UUID, int], dict[str, Cell]] = defaultdict(dict)
    found = Evidence.objects.filter(source_type="attempt", source_id__in=attempts)
    for source, number, code, value, error in found.order_by(
        "competency__domain__position", "competency__position"
    ).values_list("source_id", "round", "competency__code", "value", "standard_error"):
        cell = Cell(float(value), float(error), (source, code) in harmful)
        of_round[source, number][code] = cell
    return {row.pk: of_round[row.attempt_id, row.round] for row in decisions}


def confirmed_harm(attempts: Sequence[UUID]) -> set[tuple[UUID, str]]:
    """(attempt, competency) with harm that two people confirmed, in rounds that count."""
    flags = HarmFlag.objects.filter(
        submission__attempt__in=attempts,
        state=FlagState.CONFIRMED,
        round__gte=F("submission__base_round"),
        criterion__isnull=False,
    )
    return set(flags.values_list("submission__attempt", "criterion__competency__code"))


def over_time(scope: Scope) -> list[Month]:
    """The last months in which anybody was measured, oldest first."""
    month = TruncMonth("created_at", tzinfo=scope.zone)
    decided = scope.ratified().annotate(month=month).values("month").annotate(
        count=Count("pk"),
        competent=Count("pk", filter=Q(outcome=Outcome.COMPETENT)),
        mean=Avg("composite"),
        deviation=StdDev("composite", sample=True),
    )  # fmt: skip
    months = list(decided.exclude(mean=None).order_by("-month")[:MONTHS])[::-1]
    levels: dict[datetime, dict[str, float]] = defaultdict(dict)
    if months:
        rows = _evidence_of(scope.ratified()).annotate(month=month)
        means = rows.filter(month__gte=months[0]["month"]).values("month", "competency__code")
        for row in means.annotate(mean=Avg("value")).order_by():
            levels[row["month"]][row["competency__code"]] = float(row["mean"])
    return [
        Month(
            row["month"],
            row["count"],
            row["competent"],
            float(row["mean"]),
            mean_interval(float(row["mean"]), _float(row["deviation"]), row["count"]),
            levels[row["month"]],
        )
        for row in months
    ]


def _evidence_of(decisions: QuerySet[Decision]) -> QuerySet[Evidence]:
    """The evidence on which these decisions rest: of the same attempt and round."""
    resting = Decision.objects.filter(
        pk__in=decisions.order_by().values("pk"),
        attempt_id=OuterRef("source_id"),
        round=OuterRef("round"),
    )
    return Evidence.objects.filter(Exists(resting), source_type="attempt")


def _in_class(number: int) -> Count:
    """Counts values of one heat class."""
    within = Q()
    if number > 1:
        within &= Q(value__gte=str(BINS[number - 2]))
    if number <= len(BINS):
        within &= Q(value__lt=str(BINS[number - 1]))
    return Count("pk", filter=within)


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))
