"""Who sits in which seat: eligible, least loaded, by lot."""

import random
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from assessments.attempts.models import Attempt, Submission
from assessments.calibration.models import Licence
from assessments.reviews.models import Adjudication, Rating, Review
from assessments.reviews.rules import Candidate, allocate, make_pseudonym
from assessments.reviews.states import IN_FORCE, OPEN, ReviewState
from competency.accounts.models import User
from competency.audit.services import Actor, record_each, written
from competency.notifications.kinds import Kind
from competency.notifications.services import notify_each
from competency.programs.models import Membership, Program
from competency.programs.policies import people_conflicted_with
from competency.programs.roles import Permission, roles_granting

LEASE = timedelta(days=7)
POOL = 10_000  # more than any program has reviewers
lot = random.SystemRandom()


def eligible_reviewers(submission: Submission) -> list[User]:
    """Licensed supervisors of the program without any tie to the trainee or this submission."""
    attempt = submission.attempt
    program_id = submission.program_id
    licensed = Licence.objects.in_standing().filter(
        rubric_version=attempt.assessment.rubric_version_id
    )
    members = (
        Membership.objects.current()
        .filter(program=program_id, role__in=roles_granting(Permission.REVIEW_DO))
        .values("person")
    )
    tied = people_conflicted_with(attempt.enrolment.trainee_id, program_id)
    return list(
        User.objects.filter(is_active=True, pk__in=members)
        .filter(pk__in=licensed.values("reviewer"))
        .exclude(pk__in=tied | people_on(submission))
        .order_by("pk")
    )


def people_on(submission: Submission) -> set[UUID]:
    """Everyone who has or had a hand in this submission, recused and lapsed ones included."""
    reviewed = submission.reviews.order_by().values_list("reviewer_id", flat=True)
    adjudicated = submission.adjudications.order_by().values_list("adjudicator_id", flat=True)
    read = submission.harm_flags.order_by().values_list("judgements__judge_id", flat=True)
    return {person for person in reviewed.union(adjudicated, read) if person is not None}


def draw(submission: Submission, seats: int) -> list[User]:
    """Draw up to `seats` people by lot among the eligible and least loaded.

    The program's row is locked, so that two draws at once cannot both see the same person idle.
    """
    Program.objects.select_for_update(no_key=True).get(pk=submission.program_id)
    people = eligible_reviewers(submission)
    loads = dict(
        User.objects.filter(pk__in=[person.pk for person in people])
        .annotate(open_reviews=Count("reviews", filter=Q(reviews__state__in=OPEN)))
        .values_list("pk", "open_reviews")
    )
    here = Q(submission__attempt=submission.attempt_id)
    reviewing = Review.objects.order_by().filter(here).values_list("reviewer_id", flat=True)
    settling = Adjudication.objects.order_by().filter(here)
    known = set(reviewing.union(settling.values_list("adjudicator_id", flat=True)))
    candidates = [Candidate(person, loads[person.pk], person.pk in known) for person in people]
    return allocate(candidates, seats, lot.random)


def draw_fresh(attempt: Attempt, seats: int) -> list[User]:
    """Draw up to `seats` eligible people who had no hand in any part of this attempt."""
    submissions = list(attempt.submissions.all())
    asked = set(attempt.opinions.values_list("judge_id", flat=True))
    barred = asked.union(*map(people_on, submissions))
    people = [person for person in draw(submissions[0], POOL) if person.pk not in barred]
    return people[: max(0, seats)]


def fill_seats(submission: Submission, required: int) -> int:
    """Fill the empty seats; return how many stay empty for want of anyone.

    A referral adds a seat to those already taken; a fresh round (a later `base_round`) begins
    with all seats empty.
    """
    standing = submission.reviews.filter(round__gte=submission.base_round, state__in=IN_FORCE)
    taken = set(standing.values_list("seat", flat=True))
    empty = [seat for seat in range(1, required + 1) if seat not in taken]
    drawn = draw(submission, len(empty)) if empty else []
    if drawn:
        take_seats(submission, dict(zip(empty, drawn, strict=False)), by=None)
    return len(empty) - len(drawn)


def take_seats(
    submission: Submission, seats: Mapping[int, User], *, by: Actor, reason: str = ""
) -> list[Review]:
    """Seat reviewers, by number of seat, each under a fresh pseudonym and with a lease.

    `by` chose them, or else the lot.
    """
    reviews = [
        Review(
            submission=submission,
            reviewer=reviewer,
            round=submission.round,
            seat=seat,
            pseudonym=make_pseudonym(lot.choice),
            leased_until=timezone.now() + LEASE,
        )
        for seat, reviewer in seats.items()
    ]
    Review.objects.bulk_create(reviews)
    record_each(
        written(
            "review.assigned",
            review,
            by=by,
            reason=reason,
            reviewer=str(review.reviewer_id),
            seat=review.seat,
        )
        for review in reviews
    )
    notify_each(Kind.REVIEW_ASSIGNED, [(review.pk, review.reviewer_id) for review in reviews])
    return reviews


def completed(submission: Submission) -> list[Review]:
    """The completed reviews that count, by seat."""
    counting = submission.reviews.filter(round__gte=submission.base_round)
    return list(
        counting.filter(state=ReviewState.COMPLETED)
        .prefetch_related(Prefetch("ratings", Rating.objects.select_related("criterion")))
        .order_by("seat")
    )
