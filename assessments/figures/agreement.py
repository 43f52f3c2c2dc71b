"""How far reviewers agree: over pairs of levels for the same criterion of the same response.

Only results that are released count: until then nobody sees a pair of reviews side by side, and
where a cohort is small a figure would show one.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from assessments.attempts.models import Attempt
from assessments.figures.pairs import GROUPS, Pairs, pairs_of
from assessments.figures.scope import Scope
from assessments.psychometrics.agreement import (
    FEW_TRAINEES,
    PairAgreement,
    added,
    agreement_of,
)
from competency.frameworks.models import Criterion

LEVELS = 4
Tables = dict[int, list[list[float]]]


@dataclass(frozen=True)
class CompetencyAgreement:
    code: str
    title: str
    found: PairAgreement


@dataclass(frozen=True)
class ReviewerAgreement:
    """Over all competencies, and for each; `trainees` stand behind the figures."""

    trainees: int
    whole: PairAgreement
    competencies: Sequence[CompetencyAgreement]

    @property
    def few(self) -> bool:
        return self.trainees < FEW_TRAINEES


def reviewer_agreement(scope: Scope) -> ReviewerAgreement:
    """By competency in the framework's order; competencies of one code are taken together."""
    rows = list(pairs_of(scope.attempts()))
    count = sum(row.count for row in rows if row.criterion is None)
    names = _competencies({row.criterion for row in rows if row.criterion})
    tables: dict[str, Tables] = defaultdict(_tables)
    for row in rows:
        if row.criterion:
            _count(tables[names[row.criterion].code], row)
    whole = {each: added([found[each] for found in tables.values()]) for each in range(GROUPS)}
    return ReviewerAgreement(
        count,
        agreement_of(whole if tables else _tables(), count),
        [
            CompetencyAgreement(code, title, agreement_of(tables[code], count))
            for code, title in {each.code: each.title for each in names.values()}.items()
        ],
    )


def agreement_by(
    attempts: QuerySet[Attempt], keys: Sequence[str]
) -> dict[tuple[Any, ...], tuple[int, PairAgreement]]:
    """(trainees, agreement) for each combination of what these paths of an attempt lead to."""
    trainees: dict[tuple[Any, ...], int] = {}
    tables: dict[tuple[Any, ...], Tables] = defaultdict(_tables)
    for row in pairs_of(attempts, keys):
        if row.criterion is None:
            trainees[row.key] = row.count
        else:
            _count(tables[row.key], row)
    return {
        key: (trainees[key], agreement_of(found, trainees[key])) for key, found in tables.items()
    }


def _competencies(criteria: Collection[UUID]) -> dict[UUID, Any]:
    """The competency of each criterion, in the framework's order."""
    rows = Criterion.objects.filter(pk__in=criteria).select_related("competency")
    places = ("competency__domain__position", "competency__position", "competency__code")
    return {row.pk: row.competency for row in rows.order_by(*places)}


def _count(tables: Tables, row: Pairs) -> None:
    tables[row.group][row.level - 1][row.other - 1] += row.count


def _tables() -> Tables:
    return {number: [[0.0] * LEVELS for _ in range(LEVELS)] for number in range(GROUPS)}
