"""How far reviewers agree: over pairs of levels for the same criterion of the same response.

Only results that are released count: until then nobody sees a pair of reviews side by side, and
where a cohort is small a figure would show one.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, F, Func, IntegerField, Min
from django.db.models.functions import Cast

from assessments.figures.scope import Scope
from assessments.psychometrics.agreement import (
    FEW_TRAINEES,
    PairAgreement,
    added,
    agreement_of,
)
from assessments.reviews.models import Rating
from assessments.reviews.states import ReviewState

LEVELS = 4
GROUPS = 16  # of trainees, by chance: a power of two
OTHER = "review__submission__reviews"  # a second review of the same response
TRAINEE = "review__submission__attempt__enrolment"
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
    """Of seat 1 against seat 2 and so on; who sits where is drawn by lot."""
    pairs = _pairs(scope)
    trainees = pairs.order_by().aggregate(count=Count(TRAINEE, distinct=True))["count"]
    tables: dict[str, Tables] = defaultdict(_tables)
    titles: dict[str, str] = {}
    for row in _counted(pairs):
        titles.setdefault(row["code"], row["title"])
        tables[row["code"]][row["group"]][row["level"] - 1][row["other"] - 1] += row["count"]
    whole = {
        number: added([found[number] for found in tables.values()]) for number in range(GROUPS)
    }
    return ReviewerAgreement(
        trainees,
        agreement_of(whole if tables else _tables(), trainees),
        [
            CompetencyAgreement(code, title, agreement_of(tables[code], trainees))
            for code, title in titles.items()
        ],
    )


def _pairs(scope: Scope) -> Any:
    """A rating, joined with that of each later seat on the same criterion."""
    return Rating.objects.filter(
        **{
            "review__submission__attempt__in": scope.attempts(),
            "review__submission__attempt__released_at__isnull": False,
            "review__state": ReviewState.COMPLETED,
            "review__round__gte": F("review__submission__base_round"),
            f"{OTHER}__state": ReviewState.COMPLETED,
            f"{OTHER}__round__gte": F("review__submission__base_round"),
            f"{OTHER}__seat__gt": F("review__seat"),
            f"{OTHER}__ratings__criterion": F("criterion"),
        }
    )


def _counted(pairs: Any) -> Any:
    """Counts by competency, group of trainees, and both levels."""
    hashed = Func(Cast(TRAINEE, CharField()), function="hashtext", output_field=IntegerField())
    return (
        pairs.annotate(group=hashed.bitand(GROUPS - 1), other=F(f"{OTHER}__ratings__level"))
        .values("group", "level", "other", code=F("criterion__competency__code"))
        .annotate(
            title=Min("criterion__competency__title"),
            domain=Min("criterion__competency__domain__position"),
            place=Min("criterion__competency__position"),
            count=Count("pk"),
        )
        .order_by("domain", "place", "code")
    )


def _tables() -> Tables:
    return {number: [[0.0] * LEVELS for _ in range(LEVELS)] for number in range(GROUPS)}
