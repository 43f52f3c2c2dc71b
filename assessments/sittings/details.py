"""What is told of each person on a page of places: how far, who it waits for, since or until when.

As many queries for a page as for one row.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from assessments.attempts.models import Submission
from assessments.attempts.states import Marking
from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from assessments.reviews.models import Adjudication, Review
from assessments.reviews.states import IN_FORCE, ReviewState
from assessments.workflow.comparison import required_reviews


@dataclass(frozen=True)
class Holder:
    """Somebody whom it waits for, and until when it is theirs, where that is limited."""

    name: str
    until: datetime | None = None


@dataclass
class Detail:
    """How far one attempt is: vignettes in all and finished, the stage in the one being sat; of
    the reviews that the present round asks for, how many are done."""

    cases: int = 0
    finished: int = 0
    stage: int = 0
    reviews: int = 0
    required: int = 0
    holders: list[Holder] = field(default_factory=list)

    @property
    def at(self) -> int:
        """The case being sat, counted from one."""
        return min(self.finished + 1, self.cases)


def details_of(attempts: Iterable[UUID | None], *, names: bool) -> dict[UUID, Detail]:
    """By attempt. `names`: of those who judge, which not everybody may know who sees attempts."""
    keys = [pk for pk in attempts if pk is not None]
    found: defaultdict[UUID, Detail] = defaultdict(Detail)
    rows = Submission.objects.filter(attempt__in=keys).select_related(
        "attempt__assessment__standard_version"
    )
    submissions = list(rows.annotate(done=Count("commits")).order_by("attempt", "position"))
    for submission in submissions:
        _step(found[submission.attempt_id], submission)
    _reviews(found, submissions, names)
    if names:
        adjudications = Adjudication.objects.filter(submission__attempt__in=keys, completed_at=None)
        readings = HarmJudgement.objects.filter(flag__submission__attempt__in=keys, judged_at=None)
        opinions = Opinion.objects.filter(attempt__in=keys, given_at=None)
        _held(found, adjudications, "submission__attempt", "adjudicator__name")
        _held(found, readings, "flag__submission__attempt", "judge__name")
        _held(found, opinions, "attempt", "judge__name")
    return dict(found)


def _step(detail: Detail, submission: Any) -> None:
    """Cases may be sat in any order; told is the furthest one that is not finished."""
    detail.cases += 1
    if submission.state != Marking.DRAFTING or (
        submission.done and not submission.current_stage_id
    ):
        detail.finished += 1
    else:
        detail.stage = max(detail.stage, submission.done + 1)


def _reviews(found: dict[UUID, Detail], submissions: Sequence[Submission], names: bool) -> None:
    """Seats of the present round: how many are judged, and who sits in the others."""
    waited = {row.pk: row for row in submissions if row.state == Marking.UNDER_REVIEW}
    for row in waited.values():
        found[row.attempt_id].required += required_reviews(row)
    rows = Review.objects.filter(submission__in=waited, state__in=IN_FORCE)
    for review in rows.select_related("reviewer").order_by("leased_until"):
        submission = waited[review.submission_id]
        detail = found[submission.attempt_id]
        if review.round < submission.base_round:
            continue
        if review.state == ReviewState.COMPLETED:
            detail.reviews += 1
        elif names:
            detail.holders.append(Holder(review.reviewer.name, review.leased_until))


def _held(found: dict[UUID, Detail], rows: QuerySet[Any], attempt: str, name: str) -> None:
    for pk, holder in rows.order_by(name).values_list(attempt, name):
        found[pk].holders.append(Holder(holder))
