"""Longer windows and more time, for attempts that are not handed in."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from assessments.attempts.models import Attempt
from assessments.attempts.states import AttemptState
from competency.foundation.transactions import joined


def close_later(attempts: QuerySet[Attempt], closes_at: datetime) -> int:
    """Let those that nobody has begun be begun until then; how many it concerned.

    Whoever has until later already keeps that.
    """
    unbegun = attempts.filter(state=AttemptState.ASSIGNED, closes_at__lt=closes_at)
    return unbegun.update(closes_at=closes_at)


@joined()
def lengthen(attempt: Attempt, seconds: int) -> None:
    """Give one attempt more time at the clock; it counts as accommodated."""
    locked = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    locked.allowed_seconds += seconds
    locked.accommodated = True
    if locked.due_at is not None:
        locked.due_at += timedelta(seconds=seconds)
    fields = ["allowed_seconds", "accommodated", "due_at"]
    locked.save(update_fields=fields)
    attempt.refresh_from_db(fields=fields)
