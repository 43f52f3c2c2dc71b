"""What a trainee may know of an attempt: nothing of its decision before it is released."""

from collections.abc import Iterable

from assessments.attempts.models import Attempt
from assessments.attempts.states import AttemptState
from competency.accounts.models import User
from competency.decisions.models import Decision


def with_results(attempts: Iterable[Attempt], trainee: User) -> None:
    """Attach to each attempt the state a trainee sees, and its decision once released."""
    rows = list(attempts)
    released = [attempt.pk for attempt in rows if attempt.released_at]
    decisions = Decision.objects.of_trainee(trainee).filter(attempt_id__in=released)
    by_attempt = {row.attempt_id: row for row in decisions.order_by("round")}
    for attempt in rows:
        attempt.shown_state = state_shown(attempt)  # type: ignore[attr-defined]
        attempt.result = by_attempt.get(attempt.pk)  # type: ignore[attr-defined]


def state_shown(attempt: Attempt) -> str:
    """Marking and deciding look alike from outside until the results are released."""
    if attempt.released_at:
        return "released"
    if attempt.state in (AttemptState.MARKED, AttemptState.DECIDED):
        return AttemptState.HANDED_IN
    return str(attempt.state)
