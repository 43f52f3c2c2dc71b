"""What two reviewers dispute, as the third person may see it: without names or order."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from assessments.reviews.allocation import completed
from assessments.reviews.models import Adjudication, Rating, Review

# What a passage needs so that it can be shown, from the row that cites it.
CITED = ("answer__item", "late_answer__item")


@dataclass(frozen=True)
class AnonymousReview:
    """What one of two reviewers judged on the disputed criteria. The letter means nothing."""

    reviewer: str
    ratings: Sequence[Rating]


def with_citations(ratings: QuerySet[Rating]) -> QuerySet[Rating]:
    return ratings.prefetch_related(*(f"citations__{path}" for path in CITED))


def disputed_codes(adjudication: Adjudication) -> set[str]:
    return {criterion.code for criterion in adjudication.disputed.all()}


def anonymous_reviews(adjudication: Adjudication) -> list[AnonymousReview]:
    """Sorted by random keys: neither the seat nor who was first can be told."""
    disputed = disputed_codes(adjudication)
    shown = sorted(reviews_before(adjudication), key=lambda review: review.pk)
    return [
        AnonymousReview(chr(ord("A") + place), _ratings(review, disputed))
        for place, review in enumerate(shown)
    ]


def reviews_before(adjudication: Adjudication) -> list[Review]:
    """The reviews that dispute: not those of a later round."""
    opened = adjudication.created_at
    return [
        review
        for review in completed(adjudication.submission)
        if review.completed_at and review.completed_at <= opened
    ]


def _ratings(review: Review, disputed: set[str]) -> list[Rating]:
    rows = review.ratings.filter(criterion__code__in=disputed).select_related("criterion")
    return list(with_citations(rows).order_by("criterion__position"))
