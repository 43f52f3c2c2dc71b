"""The page of one's own attempt: before it, in the middle of it, and after it."""

from typing import Any

from assessments.attempts.models import Attempt
from assessments.web import trail
from assessments.web.results import with_results
from assessments.web.sitting.briefing import briefing_of
from assessments.web.sitting.clock import clock_of
from assessments.web.sitting.feedback import feedback_of
from assessments.web.sitting.progress import progress_of
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from competency.web.http import UserRequest


def own_page(request: UserRequest, attempt: Attempt) -> tuple[str, dict[str, Any]]:
    """The template for the state it is in, and what that shows; no result before the release."""
    with_results([attempt], request.user)
    shown: str = attempt.shown_state  # type: ignore[attr-defined]
    if shown == "assigned":
        return "assessments/sitting/briefing.html", briefing_of(attempt)
    clock = clock_of(attempt)
    context: dict[str, Any] = {
        "minutes": attempt.allowed_seconds // 60,
        "clock": clock,
        "ended": clock is None or clock.left == 0,
    }
    if shown == "in_progress":
        progress = progress_of(attempt)
        left = [case.submission.position for case in progress if not case.finished]
        context |= {"progress": progress, "unfinished": left[0] if left else None}
    result: Decision | None = getattr(attempt, "result", None)
    if result is not None:
        certificates = Certificate.objects.of_holder(request.user)
        context |= {
            "result": result,
            "proposal": trail.proposal_of(result),
            "certificate": certificates.filter(decision=result).first(),
        } | feedback_of(attempt, result, request.user)
    return "assessments/attempts/own.html", context
