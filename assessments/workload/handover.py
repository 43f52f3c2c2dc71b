"""A whole desk goes to others at once: a reviewer has left, or is away."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.attempts.models import Submission
from assessments.reviews.allocation import draw
from assessments.reviews.models import Review
from assessments.workflow.seats import reassign
from assessments.workload.reading import open_reviews
from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError
from competency.foundation.text import require_words
from competency.programs.models import Program
from competency.programs.policies import check_permission
from competency.programs.roles import Permission

AT_ONCE = 100  # reviews; whoever holds more is asked about again
SHOWN = (
    "reviewer",
    "submission__vignette_version__vignette",
    "submission__attempt__enrolment__trainee",
)


@dataclass(frozen=True)
class Left:
    """A review that stays on the desk, and why."""

    review: Review
    why: str


@dataclass(frozen=True)
class Handover:
    """What came of it: the reviews under their new reviewers, and those that found nobody."""

    moved: Sequence[Review]
    left: Sequence[Left]


@transaction.atomic
def hand_over_desk(program: Program, reviewer: User, *, reason: str, by: User) -> Handover:
    """Give what somebody has to review in a program to others, each to one drawn by lot.

    Each move is one by hand (`seats.reassign`), with the same bars. What finds nobody stays. The
    soonest due first, a hundred at most. Raises DomainError where nothing is open.
    """
    check_permission(by, Permission.REVIEW_OVERSEE, program.pk)
    reason = require_words("reason", reason, "Say why the desk goes to others.")
    reviews = _held(program, reviewer, by)
    if not reviews:
        raise DomainError(_("Nothing is open on this desk."), code="nothing_open")
    moved: list[Review] = []
    left: list[Left] = []
    for review in reviews:
        try:
            moved.append(_moved(review, reason, by))
        except DomainError as error:
            left.append(Left(review, error.message))
    record(
        "desk.handed_over",
        reviewer,
        by=by,
        reason=reason,
        program_id=program.pk,
        moved=[str(review.pk) for review in moved],
        left=[str(one.review.pk) for one in left],
    )
    return Handover(moved, left)


def _held(program: Program, reviewer: User, by: User) -> list[Review]:
    """All their submissions are held before any program's row, in the order of their keys: a
    worker that holds one of them waits for nothing of ours."""
    rows = open_reviews(program, by).filter(reviewer=reviewer).select_related(*SHOWN)
    keys = [review.submission_id for review in rows[:AT_ONCE]]
    held = Submission.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
    list(held)
    return list(rows.filter(submission__in=keys))


@transaction.atomic
def _moved(review: Review, reason: str, by: User) -> Review:
    drawn = draw(review.submission, 1)
    if not drawn:
        raise DomainError(_("Nobody else is eligible."))
    return reassign(review, drawn[0], reason=reason, by=by)
