"""What was judged of a submission, told to its trainee: never by whom."""

from dataclasses import dataclass, field

from django.db.models import prefetch_related_objects

from assessments.attempts.answers import answers_given
from assessments.attempts.models import Submission
from assessments.reviews.allocation import completed
from assessments.reviews.models import Rating, Settlement
from competency.frameworks.models import Criterion


@dataclass(frozen=True)
class Told:
    """One rating: its level, its reason and the trainee's own words that earned it."""

    level: int
    rationale: str
    cited: list[str]


@dataclass(frozen=True)
class Judged:
    """One criterion: each reviewer's rating, and what a third person settled."""

    of: Criterion
    ratings: list[Told] = field(default_factory=list)
    settled: Settlement | None = None

    @property
    def criterion(self) -> str:
        return self.of.code

    @property
    def title(self) -> str:
        return self.of.title


def judged_of(submission: Submission) -> list[Judged]:
    """By criterion, in the order of the rubric; reviewers in no order that tells who they are.

    A constant number of queries.
    """
    reviews = sorted(completed(submission), key=lambda review: review.pk)
    prefetch_related_objects(reviews, "ratings__citations")
    texts = _texts(submission)
    judged: dict[object, Judged] = {}
    for review in reviews:
        for rating in review.ratings.all():
            line = judged.setdefault(rating.criterion_id, Judged(rating.criterion))
            line.ratings.append(Told(rating.level, rating.rationale, _cited(rating, texts)))
    settled = _settled(submission)
    lines = [Judged(one.of, one.ratings, settled.get(key)) for key, one in judged.items()]
    return sorted(lines, key=lambda line: line.of.position)


def _texts(submission: Submission) -> dict[object, str]:
    return {given.answer_id or given.late_id: given.text for given in answers_given(submission)}


def _cited(rating: Rating, texts: dict[object, str]) -> list[str]:
    cited = sorted(rating.citations.all(), key=lambda one: one.start)
    return [
        texts.get(one.answer_id or one.late_answer_id, "")[one.start : one.end] for one in cited
    ]


def _settled(submission: Submission) -> dict[object, Settlement]:
    counting = submission.adjudications.filter(round__gte=submission.base_round)
    adjudications = counting.order_by("round").prefetch_related("settlements")
    return {row.criterion_id: row for one in adjudications for row in one.settlements.all()}
