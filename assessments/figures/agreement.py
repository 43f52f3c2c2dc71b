"""How far reviewers agree: over pairs of levels for the same criterion of the same response.

Only results that are released count: until then nobody sees a pair of reviews side by side, and
where a cohort is small a figure would show one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, F, Func, IntegerField, Min, QuerySet
from django.db.models.functions import Cast

from assessments.attempts.models import Attempt
from assessments.figures.scope import Scope
from assessments.psychometrics.agreement import (
    FEW_TRAINEES,
    PairAgreement,
    added,
    agreement_of,
)
from assessments.reviews.models import Rating, Review
from assessments.reviews.states import ReviewState

LEVELS = 4
GROUPS = 16  # of trainees, by chance: a power of two
OTHER = "review__submission__reviews"  # a second review of the same response
TRAINEE = "review__submission__attempt__enrolment"
OF_REVIEW = "submission__attempt__enrolment"
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
    """Which of two reviews is the first is by lot: their keys are random."""
    pairs = _pairs(scope.attempts())
    trainees = _reviewed_twice(scope.attempts()).aggregate(count=Count(OF_REVIEW, distinct=True))
    tables: dict[str, Tables] = defaultdict(_tables)
    titles: dict[str, str] = {}
    for row in _by_competency(pairs):
        titles.setdefault(row["code"], row["title"])
        _count(tables[row["code"]], row)
    whole = {each: added([found[each] for found in tables.values()]) for each in range(GROUPS)}
    count = trainees["count"]
    return ReviewerAgreement(
        count,
        agreement_of(whole if tables else _tables(), count),
        [
            CompetencyAgreement(code, title, agreement_of(tables[code], count))
            for code, title in titles.items()
        ],
    )


def agreement_by(
    attempts: QuerySet[Attempt], keys: Sequence[str]
) -> dict[tuple[Any, ...], tuple[int, PairAgreement]]:
    """(trainees, agreement) for each combination of what these paths of an attempt lead to."""
    pairs = _pairs(attempts)
    twice = _reviewed_twice(attempts).values(*(f"submission__attempt__{key}" for key in keys))
    people = twice.annotate(count=Count(OF_REVIEW, distinct=True))
    trainees = {tuple(row.values())[: len(keys)]: row["count"] for row in people}
    paths = [f"review__submission__attempt__{key}" for key in keys]
    tables: dict[tuple[Any, ...], Tables] = defaultdict(_tables)
    for row in _counted(pairs, *paths).annotate(count=Count("pk")).order_by():
        _count(tables[tuple(row[path] for path in paths)], row)
    return {
        key: (trainees[key], agreement_of(found, trainees[key])) for key, found in tables.items()
    }


def _pairs(attempts: QuerySet[Attempt]) -> Any:
    """A rating, joined with that of each other reviewer on the same criterion, once."""
    return Rating.objects.filter(
        **{
            "review__submission__attempt__in": attempts,
            "review__submission__attempt__released_at__isnull": False,
            "review__state": ReviewState.COMPLETED,
            "review__round__gte": F("review__submission__base_round"),
            f"{OTHER}__state": ReviewState.COMPLETED,
            f"{OTHER}__round__gte": F("review__submission__base_round"),
            f"{OTHER}__pk__gt": F("review"),
            f"{OTHER}__ratings__criterion": F("criterion"),
        }
    )


def _reviewed_twice(attempts: QuerySet[Attempt]) -> Any:
    """A review that counts, joined with each other one of the same response, once."""
    return Review.objects.filter(
        submission__attempt__in=attempts,
        submission__attempt__released_at__isnull=False,
        state=ReviewState.COMPLETED,
        round__gte=F("submission__base_round"),
        submission__reviews__state=ReviewState.COMPLETED,
        submission__reviews__round__gte=F("submission__base_round"),
        submission__reviews__pk__gt=F("pk"),
    ).order_by()


def _counted(pairs: Any, *by: str, **named: Any) -> Any:
    """By group of trainees and by both levels, and by what else is asked for."""
    hashed = Func(Cast(TRAINEE, CharField()), function="hashtext", output_field=IntegerField())
    pairs = pairs.annotate(group=hashed.bitand(GROUPS - 1), other=F(f"{OTHER}__ratings__level"))
    return pairs.values("group", "level", "other", *by, **named)


def _by_competency(pairs: Any) -> Any:
    """In the framework's order."""
    return (
        _counted(pairs, code=F("criterion__competency__code"))
        .annotate(
            title=Min("criterion__competency__title"),
            domain=Min("criterion__competency__domain__position"),
            place=Min("criterion__competency__position"),
            count=Count("pk"),
        )
        .order_by("domain", "place", "code")
    )


def _count(tables: Tables, row: Mapping[str, Any]) -> None:
    tables[row["group"]][row["level"] - 1][row["other"] - 1] += row["count"]


def _tables() -> Tables:
    return {number: [[0.0] * LEVELS for _ in range(LEVELS)] for number in range(GROUPS)}
