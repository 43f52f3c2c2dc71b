"""Time and completeness of a sitting. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any


def due_at(started_at: datetime, allowed_seconds: int) -> datetime:
    return started_at + timedelta(seconds=allowed_seconds)


def arrives_in_time(now: datetime, due: datetime, grace_seconds: int) -> bool:
    """Whether a draft still counts: within time, or the grace for a slow connection.

    >>> due = datetime(2026, 1, 1, 12)
    >>> arrives_in_time(datetime(2026, 1, 1, 12, 0, 59), due, 60)
    True
    >>> arrives_in_time(datetime(2026, 1, 1, 12, 1, 1), due, 60)
    False
    """
    return now <= due + timedelta(seconds=grace_seconds)


def pause_left(allowed_seconds: int, used_seconds: float) -> timedelta:
    """How long the clock may still stand.

    >>> pause_left(900, 1000)
    datetime.timedelta(0)
    """
    return timedelta(seconds=max(0, allowed_seconds - used_seconds))


def stood_still(started_at: datetime, now: datetime, left: timedelta) -> timedelta:
    """How long a pause has stopped the clock: no longer than what was left of the allowance."""
    return min(max(now - started_at, timedelta(0)), left)


def submission_content(
    vignette: Mapping[str, Any],
    path: Sequence[str],
    answers: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """What a submission's hash covers: the words asked, the path taken, the answers given."""
    return {"vignette": dict(vignette), "path": list(path), "answers": dict(answers)}
