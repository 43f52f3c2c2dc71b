"""Which rows wait for an automatic step? Read from the states, never from the queue."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.states import AttemptState, Marking
from assessments.harm.models import HarmFlag
from assessments.harm.states import FlagState
from assessments.reviews.models import Adjudication, Review
from assessments.reviews.services import lapse
from assessments.reviews.states import OPEN
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState
from competency.foundation.errors import TransitionRefused

PATIENCE = timedelta(seconds=30)
AT_MOST = 500


def submissions() -> Iterable[UUID]:
    """Submissions with a step due: unscored, unseated, fully reviewed, settled, unjudged."""
    this_round = Q(submission=OuterRef("pk"), round=OuterRef("round"))
    reviewing = Exists(Review.objects.filter(this_round, state__in=OPEN))
    settled = Exists(Adjudication.objects.filter(this_round, completed_at__isnull=False))
    flagged = Exists(HarmFlag.objects.filter(this_round, state=FlagState.RAISED))
    waiting = (
        Q(state__in=[Marking.RECEIVED, Marking.SCORED, Marking.AWAITING_REVIEWER])
        | Q(state=Marking.UNDER_REVIEW) & ~Q(reviewing)
        | Q(state=Marking.ADJUDICATING) & Q(settled)
        | Q(state=Marking.MARKED) & Q(flagged)
    )
    rows = Submission.objects.filter(waiting, received_at__lt=timezone.now() - PATIENCE)
    return rows.order_by("received_at").values_list("pk", flat=True)[:AT_MOST]


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
    waiting = (
        Q(state=AttemptState.ASSIGNED, closes_at__lt=now)
        | Q(state=AttemptState.IN_PROGRESS, due_at__lt=now - PATIENCE)
        | Q(state=AttemptState.HANDED_IN) & ~Exists(unmarked)
        | Q(state=AttemptState.MARKED) & ~Exists(proposed)
        | Q(state=AttemptState.DECIDED) & Exists(unfollowed)
    )
    return Attempt.objects.filter(waiting).order_by("pk").values_list("pk", flat=True)[:AT_MOST]


def lapse_leases() -> None:
    """End every lease that ran out, so that its seat is drawn again."""
    overdue = Review.objects.filter(state__in=OPEN, leased_until__lt=timezone.now())
    for review in overdue.order_by("leased_until")[:AT_MOST]:
        try:
            lapse(review)
        except TransitionRefused:
            continue  # completed or recused in this very moment


def attempt_of(submission_id: UUID) -> UUID:
    return Submission.objects.values_list("attempt_id", flat=True).get(pk=submission_id)


def submissions_to_seat(attempt_id: UUID) -> Iterable[UUID]:
    """Submissions of an attempt that a hand-in or a new round leaves waiting for a step."""
    rows = Submission.objects.filter(
        attempt=attempt_id, state__in=[Marking.RECEIVED, Marking.UNDER_REVIEW]
    )
    return rows.filter(attempt__round__gte=F("round")).values_list("pk", flat=True)
