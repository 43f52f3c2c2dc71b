"""The words on which harm was seen: merged, so that nobody can tell how many saw it, or where."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from assessments.attempts.answers import answers_given
from assessments.harm.models import HarmFlag
from assessments.harm.services import HARMFUL_LEVEL
from assessments.reviews.models import Citation, HarmObservation, Review
from competency.frameworks.models import Criterion


@dataclass(frozen=True)
class Passage:
    prompt: str
    text: str


def passages_of(flag: HarmFlag) -> list[Passage]:
    """What was cited for harm on the flagged criterion, in the order of the story."""
    if flag.criterion is None:
        return []
    cited: dict[UUID, set[int]] = {}
    for row in _cited_for_harm(flag, flag.criterion):
        if answer := row.answer or row.late_answer:
            cited.setdefault(answer.item_id, set()).update(range(row.start, row.end))
    return [
        Passage(given.item.prompt, given.text[start:end])
        for given in answers_given(flag.submission)
        for start, end in _runs(cited.get(given.item.pk, set()))
    ]


def _cited_for_harm(flag: HarmFlag, criterion: Criterion) -> Iterator[Citation | HarmObservation]:
    reviews = flag.submission.reviews.filter(round=flag.round)
    cited = [f"{kind}__{path}" for kind in ("harm_observations", "ratings__citations")
             for path in ("answer", "late_answer")]  # fmt: skip
    for review in reviews.prefetch_related("harm_observations__indicator", *cited):
        yield from _harm_in(review, criterion)


def _harm_in(review: Review, criterion: Criterion) -> Iterator[Citation | HarmObservation]:
    for observation in review.harm_observations.all():
        if observation.indicator.competency_id == criterion.competency_id:
            yield observation
    for rating in review.ratings.all():
        if rating.criterion_id == criterion.pk and rating.level == HARMFUL_LEVEL:
            yield from rating.citations.all()


def _runs(points: set[int]) -> Iterator[tuple[int, int]]:
    """Consecutive code points as ranges.

    >>> list(_runs({0, 1, 2, 7, 8}))
    [(0, 3), (7, 9)]
    """
    start = None
    for point in sorted(points):
        if start is None:
            start = end = point
        elif point != end + 1:
            yield start, end + 1
            start = point
        end = point
    if start is not None:
        yield start, end + 1
