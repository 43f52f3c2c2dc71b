"""New rounds: judged afresh, with one more review, with a reserve vignette, by two people."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.states import AttemptState, Marking
from assessments.harm.services import raise_option_flags
from assessments.referrals.services import seat_panel
from competency.audit.services import record
from competency.audit.transitions import move
from competency.decisions.models import Decision
from competency.decisions.states import Referral

RESERVE_WINDOW = timedelta(days=14)


def _next_round(attempt: Attempt) -> None:
    """Whoever judges next must not read what was released, so that is taken back until then."""
    attempt.round += 1
    attempt.released_at = None
    attempt.save(update_fields=["round", "released_at"])


def judge_afresh(attempt: Attempt) -> AttemptState:
    """Have every submission judged again, by people who have not seen it."""
    _next_round(attempt)
    for submission in attempt.submissions.select_for_update(of=("self",)):
        fresh = {"round": attempt.round, "base_round": attempt.round, "extra_reviews": 0}
        move(submission, Marking.UNDER_REVIEW, by=None, changes=fresh)
        raise_option_flags(submission)
    return AttemptState.HANDED_IN


def review_once_more(attempt: Attempt) -> AttemptState:
    """One more blind review of every submission; what was judged before still counts."""
    _next_round(attempt)
    for submission in attempt.submissions.select_for_update(of=("self",)):
        more = {"round": attempt.round, "extra_reviews": submission.extra_reviews + 1}
        move(submission, Marking.UNDER_REVIEW, by=None, changes=more)
    return AttemptState.HANDED_IN


def add_reserve(attempt: Attempt) -> AttemptState:
    """Give the trainee a reserve vignette; without one left, one more review instead."""
    used = attempt.submissions.values("vignette_version")
    reserve = attempt.assessment.reserves.exclude(vignette_version__in=used).first()
    if reserve is None:
        return review_once_more(attempt)
    _next_round(attempt)
    Submission.objects.create(
        attempt=attempt,
        position=attempt.submissions.count() + 1,
        vignette_version=reserve.vignette_version,
        key=reserve.key,
        round=attempt.round,
        base_round=attempt.round,
        reserve=True,
        current_stage=reserve.vignette_version.stages.order_by("position").first(),
    )
    attempt.due_at = timezone.now() + RESERVE_WINDOW
    attempt.save(update_fields=["due_at"])
    record("attempt.reserve_added", attempt, by=None, vignette=str(reserve.vignette_version))
    return AttemptState.IN_PROGRESS


def ask_panel(attempt: Attempt) -> AttemptState:
    """Two fresh people judge the whole attempt; seats nobody can take are tried again."""
    _next_round(attempt)
    seat_panel(attempt)
    return AttemptState.HANDED_IN


REFERRALS = {
    Referral.MORE_REVIEW: review_once_more,
    Referral.RESERVE: add_reserve,
    Referral.PANEL: ask_panel,
}


@transaction.atomic
def carry_out_referral(attempt: Attempt, decision: Decision) -> AttemptState | None:
    """The round that a ratified *refer* asks for; None for any other decision."""
    step = REFERRALS.get(Referral(decision.referral)) if decision.referral else None
    return step(attempt) if step else None


def panel_sits(attempt: Attempt) -> bool:
    """Whether this round is decided by two fresh people."""
    return Decision.objects.filter(
        attempt_id=attempt.pk, round=attempt.round - 1, referral=Referral.PANEL
    ).exists()
