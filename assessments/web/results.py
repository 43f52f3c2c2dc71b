"""What a trainee may know of an attempt: nothing of its decision before it is released."""

from collections import Counter
from collections.abc import Iterable

from assessments.attempts.models import Attempt
from assessments.attempts.states import UNSAT, AttemptState
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


def with_attempts_left(attempts: Iterable[Attempt], trainee: User) -> None:
    """Attach to each attempt how many more may follow it; what was never sat does not count."""
    rows = list(attempts)
    own = Attempt.objects.of_trainee(trainee).exclude(state__in=UNSAT)
    sat = own.filter(assessment__in=[row.assessment_id for row in rows]).exclude(
        state=AttemptState.ASSIGNED
    )
    used = Counter(sat.values_list("enrolment_id", "assessment_id"))
    for row in rows:
        own_turn = 1 if row.state == AttemptState.ASSIGNED else 0
        taken = used[(row.enrolment_id, row.assessment_id)] + own_turn
        allowed = row.assessment.standard_version.resit_limit + 1
        row.attempts_left = max(0, allowed - taken)  # type: ignore[attr-defined]


def state_shown(attempt: Attempt) -> str:
    """Marking and deciding look alike from outside until the results are released."""
    if attempt.released_at:
        return "released"
    if attempt.state in (AttemptState.MARKED, AttemptState.DECIDED):
        return AttemptState.HANDED_IN
    return str(attempt.state)
