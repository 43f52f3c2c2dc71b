"""What a trainee may still do after a decision, and when."""

from datetime import datetime

from assessments.attempts.models import Attempt
from competency.appeals.rules import appeal_until, resit_from
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState, Outcome


def appeal_deadline(attempt: Attempt, decision: Decision) -> datetime | None:
    """Until when this decision can be appealed; None where there is nothing to appeal."""
    ratified = decision.state == DecisionState.RATIFIED
    if not ratified or attempt.released_at is None or decision.outcome == Outcome.COMPETENT:
        return None
    return appeal_until(attempt.released_at, decision.standard_version.appeal_days)


def resit_opening(decision: Decision) -> datetime | None:
    """From when a re-sit can open; None where none is needed."""
    if decision.outcome != Outcome.NOT_YET or decision.settled_at is None:
        return None
    return resit_from(decision.settled_at, decision.standard_version.resit_days)
