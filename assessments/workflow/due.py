"""Which rows wait for an automatic step? Read from the states, never from the queue."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.states import AttemptState, Marking
from assessments.harm.models import HarmFlag
from assessments.harm.states import FlagState
from assessments.reviews.models import Adjudication, Review
from assessments.reviews.services import lapse
from assessments.reviews.states import IN_FORCE, OPEN
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState
from competency.foundation.errors import TransitionRefused
from competency.parking.models import Mishap

AT_MOST = 500


def patience() -> timedelta:
    """How long a step may be due before a sweep does what a lost message should have done."""
    return timedelta(seconds=settings.SWEEP_PATIENCE)


def submissions() -> Iterable[UUID]:
    """Submissions with a step due: unscored, unseated, fully reviewed, settled, unjudged."""
    this_round = Q(submission=OuterRef("pk"), round=OuterRef("round"))
    counting = Q(submission=OuterRef("pk"), round__gte=OuterRef("base_round"))
    reviewing = Exists(Review.objects.filter(counting, state__in=OPEN))
    settled = Exists(Adjudication.objects.filter(this_round, completed_at__isnull=False))
    flagged = Exists(HarmFlag.objects.filter(counting, state=FlagState.RAISED))
    seated = Review.objects.filter(counting, state__in=IN_FORCE).order_by()
    seats = Subquery(seated.values("submission").annotate(seats=Count("pk")).values("seats"))
    required_seats = F("extra_reviews") + F(
        "attempt__assessment__standard_version__required_reviews"
    )
    waiting = (
        Q(state__in=[Marking.RECEIVED, Marking.SCORED, Marking.AWAITING_REVIEWER])
        | Q(state=Marking.UNDER_REVIEW) & ~Q(reviewing)
        | Q(state=Marking.UNDER_REVIEW) & Q(seats__lt=required_seats)
        | Q(state=Marking.ADJUDICATING) & Q(settled)
        | Q(state=Marking.MARKED) & Q(flagged)
    )
    rows = Submission.objects.annotate(seats=Coalesce(seats, 0)).filter(waiting)
    rows = rows.filter(received_at__lt=timezone.now() - patience()).exclude(parked("submission"))
    # What waits for people is looked at last: however much it is, it holds nothing else up.
    for_people = Case(
        When(state__in=[Marking.AWAITING_REVIEWER, Marking.MARKED], then=1), default=0
    )
    return rows.order_by(for_people, "received_at").values_list("pk", flat=True)[:AT_MOST]


def attempts() -> Iterable[UUID]:
    """Attempts with a step due: out of time, fully marked, ratified or returned."""
    now = timezone.now()
    unmarked = Submission.objects.filter(attempt=OuterRef("pk")).exclude(state=Marking.MARKED)
    proposed = Decision.objects.filter(
        attempt_id=OuterRef("pk"), round=OuterRef("round"), state=DecisionState.PROPOSED
    )
    unfollowed = Decision.objects.filter(attempt_id=OuterRef("pk"), round=OuterRef("round")).filter(
        ~Q(referral="") | Q(state=DecisionState.SUPERSEDED)
    )
    flagged = HarmFlag.objects.filter(
        submission__attempt=OuterRef("pk"),
        round__gte=F("submission__base_round"),
        state=FlagState.RAISED,
    )
    waiting = (
        Q(state=AttemptState.ASSIGNED, closes_at__lt=now)
        | Q(state=AttemptState.IN_PROGRESS, due_at__lt=now - patience())
        | Q(state=AttemptState.HANDED_IN) & ~Exists(unmarked) & ~Exists(flagged)
        | Q(state=AttemptState.MARKED) & ~Exists(proposed)
        | Q(state=AttemptState.DECIDED) & Exists(unfollowed)
    )
    rows = Attempt.objects.filter(waiting).exclude(parked("attempt"))
    return rows.order_by("pk").values_list("pk", flat=True)[:AT_MOST]


def parked(subject_type: str) -> Exists:
    """Rows whose step failed too often wait for staff, not for the sweep."""
    return Exists(
        Mishap.objects.parked().filter(subject_type=subject_type, subject_id=OuterRef("pk"))
    )


def lapse_leases() -> list[UUID]:
    """End every lease that ran out; return the submissions with a seat to draw again."""
    lapsed = []
    overdue = Review.objects.filter(state__in=OPEN, leased_until__lt=timezone.now())
    for review in overdue.order_by("leased_until")[:AT_MOST]:
        try:
            lapse(review)
        except TransitionRefused:
            continue  # completed or recused in this very moment
        lapsed.append(review.submission_id)
    return lapsed


def attempt_waiting_for(submission_id: UUID) -> UUID | None:
    """The attempt that may go on now that this submission is marked; None while it is not."""
    marked = Submission.objects.filter(pk=submission_id, state=Marking.MARKED)
    return marked.values_list("attempt_id", flat=True).first()


def submissions_to_seat(attempt_id: UUID) -> Iterable[UUID]:
    """Submissions of an attempt that a hand-in or a new round leaves waiting for a step."""
    rows = Submission.objects.filter(
        attempt=attempt_id, state__in=[Marking.RECEIVED, Marking.UNDER_REVIEW]
    )
    return rows.filter(attempt__round__gte=F("round")).values_list("pk", flat=True)
