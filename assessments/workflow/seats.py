"""Seats, settled by hand: a director says who judges where the lot found nobody, or was slow."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from assessments.attempts.models import Submission
from assessments.attempts.states import Marking
from assessments.calibration.models import Licence
from assessments.reviews.allocation import eligible_reviewers, people_on, take_seats
from assessments.reviews.models import Review
from assessments.reviews.services import end_lease, lapse
from assessments.reviews.states import IN_FORCE, OPEN
from assessments.workflow.comparison import required_reviews
from assessments.workflow.waking import wake_submission
from competency.accounts.models import User
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.text import require_words
from competency.programs.models import Membership, Program
from competency.programs.policies import check_permission, people_conflicted_with
from competency.programs.roles import Permission, roles_granting

JUDGING = (Marking.UNDER_REVIEW, Marking.AWAITING_REVIEWER)
UNLICENSED = "no license in force for this rubric"
WHY = "Say why this person sits here; it stays on the record."


@dataclass(frozen=True)
class Standing:
    """Somebody who reviews in this program, and what keeps them from one submission."""

    person: User
    bars: tuple[str, ...]

    @property
    def eligible(self) -> bool:
        return not self.bars


def standings(submission: Submission) -> list[Standing]:
    """Everyone who reviews in the program, the eligible first, with what bars the others."""
    members = Membership.objects.current().filter(
        program=submission.program_id, role__in=roles_granting(Permission.REVIEW_DO)
    )
    people = User.objects.filter(pk__in=members.values("person"))
    tied = people_conflicted_with(submission.attempt.enrolment.trainee_id, submission.program_id)
    here = people_on(submission)
    rubric = submission.attempt.assessment.rubric_version_id
    licensed = set(
        Licence.objects.in_standing()
        .filter(rubric_version=rubric)
        .values_list("reviewer_id", flat=True)
    )
    rows = [
        Standing(
            person,
            tuple(
                words
                for bars, words in (
                    (not person.is_active, "the account is closed"),
                    (person.pk not in licensed, UNLICENSED),
                    (person.pk in tied, "a tie to the trainee"),
                    (person.pk in here, "already had a hand in this submission"),
                )
                if bars
            ),
        )
        for person in people.order_by("name", "pk")
    ]
    return sorted(rows, key=lambda row: not row.eligible)


def reviewer_known(submission: Submission, pk: UUID, field: str) -> User:
    """Somebody who reviews in the submission's program. Raises InvalidInput for anybody else."""
    for row in standings(submission):
        if row.person.pk == pk:
            return row.person
    raise InvalidInput({field: "Nobody of this id reviews in the program."})


@transaction.atomic
def seat_by_hand(submission: Submission, reviewer: User, *, reason: str, by: User) -> Review:
    """Give an empty seat to somebody eligible. Raises InvalidInput where they are not."""
    reason = _checked(submission, reason, by)
    locked = _locked(submission)
    standing = locked.reviews.filter(round__gte=locked.base_round, state__in=IN_FORCE)
    taken = set(standing.values_list("seat", flat=True))
    empty = [seat for seat in range(1, required_reviews(locked) + 1) if seat not in taken]
    if not empty:
        raise DomainError("Every seat is taken. Give one of them to somebody else instead.")
    return _seat(locked, reviewer, empty[0], reason, by)


@transaction.atomic
def reassign(review: Review, reviewer: User, *, reason: str, by: User) -> Review:
    """Take a seat back that is not judged yet, and give it to somebody eligible."""
    reason = _checked(review.submission, reason, by)
    locked = _locked(review.submission)
    current = Review.objects.get(pk=review.pk)
    if current.state not in OPEN:
        raise DomainError("This review is not open any more.")
    end_lease(current, reason=reason, by=by)
    lapse(current)
    return _seat(locked, reviewer, current.seat, reason, by)


def _checked(submission: Submission, reason: str, by: User) -> str:
    check_permission(by, Permission.REVIEW_OVERSEE, submission.program_id)
    trainee_id = submission.attempt.enrolment.trainee_id
    if by.pk in people_conflicted_with(trainee_id, submission.program_id):
        raise NotAllowed("You have a tie to this trainee; another director chooses.")
    return require_words("reason", reason, WHY)


def _locked(submission: Submission) -> Submission:
    """The submission, then its program: in the order of the workflow, so that neither waits
    for the other."""
    rows = Submission.objects.select_related(
        "attempt__assessment__standard_version", "attempt__enrolment__cohort"
    )
    locked: Submission = rows.select_for_update(of=("self",)).get(pk=submission.pk)
    if locked.state not in JUDGING:
        raise DomainError(f"Nobody is needed here now: this is {locked.get_state_display()}.")
    Program.objects.select_for_update(no_key=True).get(pk=locked.program_id)
    return locked


def _seat(submission: Submission, reviewer: User, seat: int, reason: str, by: User) -> Review:
    if reviewer not in eligible_reviewers(submission):
        bars = next((row.bars for row in standings(submission) if row.person == reviewer), ())
        words = ", ".join(bars) or "no reviewer of this program"
        raise InvalidInput({"reviewer": f"{reviewer.name} cannot sit here: {words}."})
    (review,) = take_seats(submission, {seat: reviewer}, by=by, reason=reason)
    wake_submission(submission.pk)
    return review


def seats_of(submissions: Sequence[Submission]) -> dict[Submission, list[Review]]:
    """Every seat of these submissions, who sat or sits in it, by round and seat."""
    rows = (
        Review.objects.filter(submission__in=submissions)
        .select_related("reviewer")
        .order_by("round", "seat", "created_at")
    )
    found: dict[Submission, list[Review]] = {each: [] for each in submissions}
    by_key = {each.pk: each for each in submissions}
    for row in rows:
        found[by_key[row.submission_id]].append(row)
    return found
