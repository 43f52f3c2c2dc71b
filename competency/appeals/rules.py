"""When may a trainee appeal, and when re-sit? Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta


def appeal_until(released_at: datetime, appeal_days: int) -> datetime:
    """The last moment for an appeal: counted from when the trainee could see the result."""
    return released_at + timedelta(days=appeal_days)


def resit_from(settled_at: datetime, resit_days: int) -> datetime:
    """The first moment of a re-sit."""
    return settled_at + timedelta(days=resit_days)


def next_form(forms: Sequence[int], used: Sequence[int]) -> int | None:
    """The form for the next sitting: the one used least and longest ago, never the last one.

    None when the assessment has no other form.

    >>> next_form([1, 2], used=[1])
    2
    >>> next_form([1, 2, 3], used=[1, 2])
    3
    >>> next_form([1], used=[1]) is None
    True
    """
    last = used[-1] if used else None
    others = [form for form in forms if form != last]

    def wear(form: int) -> tuple[int, int, int]:
        latest = max((place for place, one in enumerate(used) if one == form), default=-1)
        return list(used).count(form), latest, form

    return min(others, key=wear, default=None)
