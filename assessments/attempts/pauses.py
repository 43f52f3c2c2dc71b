"""Pause a sitting: the clock stands still, for as long as the allowance lasts."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from assessments.attempts.models import Attempt, Pause
from assessments.attempts.rules import pause_left, stood_still
from assessments.attempts.states import AttemptState
from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError, NotAllowed


def _used(attempt: Attempt) -> float:
    """Seconds of finished pauses."""
    spans = attempt.pauses.exclude(ended_at=None).values_list("started_at", "ended_at")
    return sum((ended - started).total_seconds() for started, ended in spans if ended)


def open_pause(attempt: Attempt) -> Pause | None:
    return attempt.pauses.filter(ended_at=None).first()


def effective_due(attempt: Attempt) -> datetime | None:
    """When time is over, a pause that is still open included."""
    pause = open_pause(attempt)
    if attempt.due_at is None or pause is None:
        return attempt.due_at
    left = pause_left(attempt.pause_seconds, _used(attempt))
    return attempt.due_at + stood_still(pause.started_at, timezone.now(), left)


def pause_remaining(attempt: Attempt) -> timedelta:
    """What is left of the allowance, a pause that is still open counted as it stands."""
    left = pause_left(attempt.pause_seconds, _used(attempt))
    pause = open_pause(attempt)
    return left - stood_still(pause.started_at, timezone.now(), left) if pause else left


@transaction.atomic
def pause_attempt(attempt: Attempt, *, by: User) -> Pause:
    """Stop the clock. Raises DomainError when no pause is left or the clock is not running."""
    if attempt.enrolment.trainee_id != by.pk:
        raise NotAllowed("This attempt is somebody else's.")
    locked = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    now = timezone.now()
    if locked.state != AttemptState.IN_PROGRESS or not locked.due_at or now > locked.due_at:
        raise DomainError("The clock is not running.", code="not_running")
    if open_pause(locked):
        raise DomainError("The clock stands still already.", code="paused")
    if not pause_left(locked.pause_seconds, _used(locked)):
        raise DomainError("Your pauses are used up.", code="no_pause_left")
    pause = Pause.objects.create(attempt=locked, started_at=now)
    record("attempt.paused", locked, by=by)
    return pause


@transaction.atomic
def resume_attempt(attempt: Attempt, *, by: User) -> None:
    """Start the clock again; time lost to the pause is given back, up to the allowance."""
    if attempt.enrolment.trainee_id != by.pk:
        raise NotAllowed("This attempt is somebody else's.")
    locked = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    pause = open_pause(locked)
    if pause is None or locked.due_at is None:
        raise DomainError("The clock is running.", code="not_paused")
    locked.due_at += end_pause(locked, pause)
    locked.save(update_fields=["due_at"])
    attempt.refresh_from_db(fields=["due_at"])
    record("attempt.resumed", locked, by=by)


def end_pause(attempt: Attempt, pause: Pause) -> timedelta:
    """End a pause and return how long it stopped the clock.

    What exceeds the allowance was working time: the pause ended when the allowance did.
    """
    left = pause_left(attempt.pause_seconds, _used(attempt))
    still = stood_still(pause.started_at, timezone.now(), left)
    pause.ended_at = pause.started_at + still
    pause.save(update_fields=["ended_at"])
    return still
