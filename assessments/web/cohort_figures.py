"""A cohort's figures with their drawings: a bar, a stack or an interval beside each number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.figures.dashboard import Dashboard
from assessments.figures.levels import BINS
from assessments.figures.rows import OPTIONS
from assessments.figures.standings import MISSING, Progress, Standing
from assessments.psychometrics.agreement import PairAgreement
from assessments.web import drawings
from assessments.web.funnel import Step, steps_of

WIDE, NARROW = 640, 340
ENDS = ("1.0", *map(str, BINS), "4.0")
CLASSES = [f"{low}–{high}" for low, high in pairwise(ENDS)]


def figures_of(seen: Dashboard) -> dict[str, Any]:
    """Context for the templates of the figures."""
    return {
        "overall": seen.overall,
        "standings": standings(seen.progress),
        "steps": steps(seen.progress),
        "columns": [(column, drawings.stack(column.bins)) for column in seen.columns],
        "agreement": agreement(seen),
        "harm": (rates := harm(seen)),
        "flagged": [row for row in rates if row["rate"].flagged.count],
        "work": work(seen),
        "expiring": seen.expiring,
        "endings": endings(seen),
        "courses": courses(seen),
        "months": [
            (month, [month.levels.get(column.code) for column in seen.columns])
            for month in seen.months
        ],
        "classes": CLASSES,
        "calls": calls(seen),
    }


@dataclass(frozen=True)
class Call:
    """Something that a person should look at, and the query of the people behind it."""

    words: str
    rows: str


def calls(seen: Dashboard) -> list[Call]:
    """What is overdue, and harm that was confirmed; nothing else calls."""
    found = []
    confirmed = sum(row.confirmed for row in seen.harm)
    if confirmed:
        flagged = max(seen.harm, key=lambda row: row.confirmed)
        words = ngettext(
            "%(n)s harm flag was confirmed, on %(where)s",
            "%(n)s harm flags were confirmed, most often on %(where)s",
            confirmed,
        ) % {"n": confirmed, "where": flagged.title}
        found.append(Call(words, f"flagged={flagged.code or OPTIONS}"))
    late = max(seen.work, key=lambda row: row.overdue)
    if late.overdue:
        total = sum(row.overdue for row in seen.work)
        words = ngettext(
            "%(n)s piece of work is overdue, most of it: %(what)s",
            "%(n)s pieces of work are overdue, most of them: %(what)s",
            total,
        ) % {"n": total, "what": late.label}
        found.append(Call(words, f"waits={late.kind}"))
    if seen.expiring.soon:
        words = ngettext(
            "%(n)s certificate ends within 90 days",
            "%(n)s certificates end within 90 days",
            seen.expiring.soon,
        ) % {"n": seen.expiring.soon}
        found.append(Call(words, "standing=certified"))
    return found


def standings(progress: Progress) -> list[dict[str, Any]]:
    """From *certified* down to *no sitting opened*; only where somebody stands."""
    most = drawings.greatest(progress.standings.values())
    return [
        {
            "standing": standing,
            "count": progress.standings[standing],
            "missing": MISSING[standing],
            "bar": drawings.bar(progress.standings[standing], most),
        }
        for standing in reversed(Standing)
        if progress.standings[standing]
    ]


def steps(progress: Progress) -> Sequence[Step]:
    return steps_of(
        {
            _("Enrolled"): progress.enrolled,
            _("Handed in"): progress.handed_in,
            _("Marked"): progress.marked,
            _("Competent"): progress.competent,
            _("Certified"): progress.certified,
        }
    )


def agreement(seen: Dashboard) -> dict[str, Any]:
    found = seen.agreement
    return {
        "few": found.few,
        "trainees": found.trainees,
        "whole": found.whole,
        "rows": [
            {"code": row.code, "title": row.title, "found": row.found, **_kappa(row.found)}
            for row in found.competencies
        ],
    }


def _kappa(found: PairAgreement) -> Mapping[str, str]:
    """Where kappa and its interval stand on a line from 0 to 1."""
    places = {"at": found.kappa, "low": found.low, "high": found.high}
    return {name: drawings.on_unit(v) for name, v in places.items() if v is not None}


def harm(seen: Dashboard) -> list[dict[str, Any]]:
    """Rates on one scale, with intervals; each with the word that its people are found by."""
    rows = [row for row in seen.harm if row.flagged.total]
    most = max((row.flagged.high for row in rows if row.flagged.count), default=1.0)
    return [
        {
            "rate": row,
            "rows": row.code or OPTIONS,
            "bar": drawings.bar(row.flagged.value or 0, most, (row.flagged.low, row.flagged.high)),
        }
        for row in rows
    ]


def work(seen: Dashboard) -> list[dict[str, Any]]:
    """What waits; the overdue part of each bar is drawn apart."""
    most = drawings.greatest(row.count for row in seen.work)
    return [
        {
            "work": row,
            "bar": drawings.bar(row.count, most),
            "late": drawings.bar(row.overdue, most),
        }
        for row in seen.work
        if row.count
    ]


def endings(seen: Dashboard) -> list[tuple[Any, drawings.Bar]]:
    most = drawings.greatest(row.count for row in seen.expiring.months)
    return [(row, drawings.bar(row.count, most)) for row in seen.expiring.months]


def courses(seen: Dashboard) -> Iterable[tuple[str, drawings.Course]]:
    """Levels over time, once for each width of page."""
    widths = {"wide": WIDE, "narrow": NARROW}
    cut = seen.scope.cut
    return [(name, drawings.course(seen.months, cut, width)) for name, width in widths.items()]
