"""How a reviewer's own ratings stood beside others', once results are released."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Abs

from assessments.reviews.models import Rating, Review, Settlement
from competency.accounts.models import User
from competency.frameworks.models import LEVEL_NAMES, LEVELS


@dataclass(frozen=True)
class LevelUse:
    level: int
    name: str
    count: int
    share: float


@dataclass(frozen=True)
class Compared:
    """Ratings that another reviewer gave as well: shares in [0, 1], severity in levels."""

    criteria: int
    exact: float
    adjacent: float
    severity: float


@dataclass(frozen=True)
class Line:
    criterion: str
    title: str
    mine: int
    others: Sequence[int]
    settled: int | None


def released_to(person: User) -> QuerySet[Review]:
    """One's own completed reviews whose results are released."""
    own = Review.objects.assigned_to(person).filter(state="completed")
    return own.filter(submission__attempt__released_at__isnull=False)


def use_of_levels(person: User) -> list[LevelUse]:
    rows = Rating.objects.filter(review__in=_completed(person)).order_by()
    counts = dict(rows.values_list("level").annotate(Count("pk")))
    total = sum(counts.values())
    return [
        LevelUse(level, LEVEL_NAMES[level], counts.get(level, 0), counts.get(level, 0) / total)
        for level in LEVELS
        if total
    ]


def _completed(person: User) -> QuerySet[Review]:
    return Review.objects.assigned_to(person).filter(state="completed")


def median_minutes(person: User) -> float | None:
    spent = _completed(person).filter(active_seconds__gt=0)
    seconds = [each for each in spent.values_list("active_seconds", flat=True) if each]
    return median(seconds) / 60 if seconds else None


def compared(person: User) -> Compared | None:
    """Over every released review; None until one of them can be compared."""
    others = (
        Rating.objects.filter(
            review__submission=OuterRef("review__submission"), criterion=OuterRef("criterion")
        )
        .filter(review__state="completed")
        .exclude(review__reviewer=person)
        .order_by()
        .values("criterion")
        .annotate(mean=Avg("level"))
        .values("mean")
    )
    own = Rating.objects.filter(review__in=released_to(person)).annotate(others=Subquery(others))
    known = own.filter(others__isnull=False).annotate(off=F("level") - F("others"))
    found = known.annotate(distance=Abs("off")).aggregate(
        count=Count("pk"),
        exact=Count("pk", filter=Q(distance=0)),
        adjacent=Count("pk", filter=Q(distance__lte=1)),
        severity=Avg("off"),
    )
    if not found["count"]:
        return None
    return Compared(
        found["count"],
        found["exact"] / found["count"],
        found["adjacent"] / found["count"],
        found["severity"],
    )


def lines_of(reviews: Sequence[Review]) -> dict[Any, list[Line]]:
    """Each review's criteria beside what others gave and what was settled; two queries in all."""
    submissions = [review.submission_id for review in reviews]
    ratings = (
        Rating.objects.filter(review__submission__in=submissions, review__state="completed")
        .select_related("criterion", "review")
        .order_by("criterion__position", "review")
    )
    settled = {
        (row.adjudication.submission_id, row.criterion_id): row.level
        for row in Settlement.objects.filter(adjudication__submission__in=submissions)
        .select_related("adjudication")
        .order_by("adjudication__round")
    }
    found: dict[Any, list[Line]] = {}
    for review in reviews:
        here = [row for row in ratings if row.review.submission_id == review.submission_id]
        found[review.pk] = [
            Line(
                own.criterion.code,
                own.criterion.title,
                own.level,
                [
                    row.level
                    for row in here
                    if row.criterion_id == own.criterion_id and row.review_id != review.pk
                ],
                settled.get((review.submission_id, own.criterion_id)),
            )
            for own in here
            if own.review_id == review.pk
        ]
    return found
