"""Draw the two people, take their opinions."""

from django.db import transaction
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.referrals.models import Opinion
from assessments.reviews.allocation import draw_fresh, lot
from assessments.reviews.rules import make_pseudonym
from competency.accounts.models import User
from competency.audit.services import record
from competency.decisions.states import Outcome
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.text import require_words
from competency.notifications.kinds import Kind
from competency.notifications.services import notify
from competency.programs.policies import check_permission
from competency.programs.roles import Permission

PANEL_SEATS = 2


@transaction.atomic
def seat_panel(attempt: Attempt) -> int:
    """Ask fresh people for their opinions; return how many seats stay empty."""
    taken = attempt.opinions.filter(round=attempt.round).count()
    drawn = draw_fresh(attempt, PANEL_SEATS - taken)
    for judge in drawn:
        opinion = Opinion.objects.create(
            attempt=attempt,
            round=attempt.round,
            judge=judge,
            pseudonym=make_pseudonym(lot.choice),
        )
        record("opinion.asked", opinion, by=None, judge=str(judge.pk))
        notify(Kind.OPINION_ASKED, opinion.pk, [judge.pk])
    return PANEL_SEATS - taken - len(drawn)


@transaction.atomic
def give_opinion(opinion: Opinion, *, outcome: str, reason: str, by: User) -> None:
    """Say whether the trainee is competent, with written reasons."""
    if opinion.judge_id != by.pk:
        raise NotAllowed("This opinion is somebody else’s to give.")
    check_permission(by, Permission.REVIEW_DO, opinion.program_id)
    if outcome not in (Outcome.COMPETENT, Outcome.NOT_YET):
        raise InvalidInput({"outcome": "An opinion is competent or not_yet."})
    reason = require_words("reason", reason, "Write down your reasons.")
    given = {"outcome": outcome, "reason": reason, "given_at": timezone.now()}
    if not Opinion.objects.filter(pk=opinion.pk, given_at=None).update(**given):
        raise DomainError("This opinion was given already.", code="completed")
    opinion.refresh_from_db()
    record("opinion.given", opinion, by=by, outcome=outcome)


def panel_outcomes(attempt: Attempt) -> tuple[str, ...] | None:
    """The outcomes of this round's panel once both are given; None before that."""
    given = attempt.opinions.filter(round=attempt.round).exclude(given_at=None)
    outcomes = tuple(given.order_by("given_at").values_list("outcome", flat=True))
    return outcomes if len(outcomes) == PANEL_SEATS else None
