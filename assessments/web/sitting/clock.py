"""The clock of a sitting, as the server has it: pages only show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.attempts.pauses import effective_due, open_pause, pause_remaining
from assessments.attempts.rules import arrives_in_time
from assessments.attempts.states import AttemptState


@dataclass(frozen=True)
class Clock:
    """Seconds left and in all, when time ends, and how many seconds of pause are left."""

    due: datetime
    left: int
    allowed: int
    paused: bool
    pause_left: int

    @property
    def minutes(self) -> int:
        return -(-self.left // 60)

    @property
    def pause_minutes(self) -> int:
        return self.pause_left // 60

    @property
    def share(self) -> int:
        """What is left, in percent."""
        return round(100 * self.left / self.allowed) if self.allowed else 0


def clock_of(attempt: Attempt) -> Clock | None:
    """None where no clock is running: before the start, and once all is handed in."""
    due = effective_due(attempt)
    if due is None or attempt.state != AttemptState.IN_PROGRESS:
        return None
    left = max(0, int((due - timezone.now()).total_seconds()))
    return Clock(
        due=due,
        left=left,
        allowed=attempt.allowed_seconds,
        paused=open_pause(attempt) is not None,
        pause_left=int(pause_remaining(attempt).total_seconds()),
    )


def is_open(attempt: Attempt) -> bool:
    """Whether anything can still be written in time, the grace for slow connections included."""
    clock: Any = clock_of(attempt)
    grace = attempt.assessment.standard_version.grace_seconds
    return clock is not None and arrives_in_time(timezone.now(), clock.due, grace)
