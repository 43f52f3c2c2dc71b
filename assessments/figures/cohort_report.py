"""A cohort for whoever must not know the people: aggregates, with small numbers withheld."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from assessments.figures.agreement import ReviewerAgreement
from assessments.figures.dashboard import Dashboard
from assessments.figures.rules import LEAST, suppressed, withheld
from assessments.figures.scope import Scope
from assessments.figures.standings import Standing

ENDED = ("confirmed", "dismissed", "open")


@dataclass(frozen=True)
class ReportedStanding:
    standing: Standing
    count: int | None


@dataclass(frozen=True)
class ReportedLevel:
    """`mean` and `deviation` are None where too few trainees stand behind them."""

    code: str
    title: str
    count: int | None
    mean: float | None
    deviation: float | None


@dataclass(frozen=True)
class ReportedHarm:
    """Of `responses` marked; each number None where it is withheld, all of them where so few
    responses stand behind them."""

    code: str
    title: str
    responses: int | None
    flagged: int | None
    confirmed: int | None
    dismissed: int | None
    open: int | None


@dataclass(frozen=True)
class CohortReport:
    """`decided` and what follows from it are None where too few are decided."""

    scope: Scope
    made_at: datetime
    least: int
    enrolled: int | None
    standings: Sequence[ReportedStanding]
    decided: int | None
    met: int | None
    mean: float | None
    deviation: float | None
    levels: Sequence[ReportedLevel]
    harm: Sequence[ReportedHarm]
    agreement: ReviewerAgreement | None


def cohort_report(scope: Scope) -> CohortReport:
    seen = Dashboard(scope)
    progress, overall = seen.progress, seen.overall
    few = withheld(overall.met.total) or not overall.met.total
    parts = {"met": overall.met.count, "other": overall.met.total - overall.met.count}
    standings = suppressed(progress.standings)
    return CohortReport(
        scope=scope,
        made_at=timezone.now(),
        least=LEAST,
        enrolled=_told(progress.enrolled),
        standings=[ReportedStanding(each, standings[each]) for each in Standing],
        decided=_told(overall.met.total),
        met=None if few else suppressed(parts)["met"],
        mean=None if few else overall.mean,
        deviation=None if few else overall.deviation,
        levels=_levels(seen),
        harm=[_harm(row.code, row.title, row.flagged.total, row.flagged.count,
                    {name: getattr(row, name) for name in ENDED}) for row in seen.harm],
        agreement=None if seen.agreement.trainees < LEAST else seen.agreement,
    )  # fmt: skip


def _told(count: int) -> int | None:
    return None if withheld(count) else count


def _levels(seen: Dashboard) -> list[ReportedLevel]:
    rows = []
    for column in seen.columns:
        few = withheld(column.count)
        mean, deviation = (None, None) if few else (column.mean, column.deviation)
        rows.append(ReportedLevel(column.code, column.title, _told(column.count), mean, deviation))
    return rows


def _harm(
    code: str, title: str, responses: int, flagged: int, ended: Mapping[str, int]
) -> ReportedHarm:
    """What became of flags is withheld together with them, or where a part of it is small."""
    if withheld(responses) or withheld(flagged) or withheld(responses - flagged):
        return ReportedHarm(code, title, _told(responses), None, None, None, None)
    return ReportedHarm(code, title, responses, flagged, **suppressed(ended))
