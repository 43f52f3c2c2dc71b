"""Time and completeness of a sitting, and what somebody sits next. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from competency.appeals.rules import next_form, resit_from


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


@dataclass(frozen=True)
class Earlier:
    """An attempt somebody has had: its form, how far it came, what was ratified of it."""

    form: int
    state: str
    started: bool = False
    outcome: str = ""
    settled_at: datetime | None = None


@dataclass(frozen=True)
class Terms:
    """What an assessment offers: its forms by number, and its Standard's rules for re-sits."""

    forms: Sequence[int]
    resit_days: int
    resit_limit: int


class Bar(StrEnum):
    """Why somebody gets no attempt now."""

    OPEN_ALREADY = "open_already"
    BEING_MARKED = "being_marked"
    COMPETENT = "competent"
    USED_UP = "used_up"
    TOO_EARLY = "too_early"
    NO_OTHER_FORM = "no_other_form"


@dataclass(frozen=True)
class Turn:
    """What somebody gets: one of these forms; or why nothing, and from when it could be."""

    forms: tuple[int, ...] = ()
    resit: bool = False
    bar: Bar | None = None
    until: datetime | None = None


def turn_of(earlier: Sequence[Earlier], terms: Terms, opens_at: datetime) -> Turn:
    """What somebody with these attempts, oldest first, may begin when a window opens.

    Who never came, or was stopped, has used up nothing; but a form that was on the table once is
    not the next one, if it is the last.

    >>> terms = Terms(forms=(1, 2), resit_days=30, resit_limit=2)
    >>> turn_of([], terms, datetime(2026, 3, 1)).forms
    (1, 2)
    >>> turn_of([Earlier(1, "handed_in", True)], terms, datetime(2026, 3, 1)).bar
    <Bar.BEING_MARKED: 'being_marked'>
    >>> not_yet = Earlier(1, "decided", True, "not_yet", datetime(2026, 2, 1))
    >>> turn_of([not_yet], terms, datetime(2026, 3, 1)).until
    datetime.datetime(2026, 3, 3, 0, 0)
    >>> turn_of([not_yet], terms, datetime(2026, 3, 3)).forms
    (2,)
    """
    sat = [one for one in earlier if one.state not in ("lapsed", "void")]
    seen = [one.form for one in earlier if one.started or one.state not in ("lapsed", "void")]
    if not sat:
        return _of_forms(terms, seen, resit=False) if seen else Turn(tuple(terms.forms))
    last = sat[-1]
    if last.state in ("assigned", "in_progress"):
        return Turn(bar=Bar.OPEN_ALREADY)
    if last.outcome == "competent":
        return Turn(bar=Bar.COMPETENT)
    if last.outcome != "not_yet" or last.settled_at is None:
        return Turn(bar=Bar.BEING_MARKED)
    if len(sat) > terms.resit_limit:
        return Turn(bar=Bar.USED_UP)
    earliest = resit_from(last.settled_at, terms.resit_days)
    if opens_at < earliest:
        return Turn(bar=Bar.TOO_EARLY, until=earliest)
    return _of_forms(terms, seen, resit=True)


def _of_forms(terms: Terms, seen: Sequence[int], *, resit: bool) -> Turn:
    following = next_form(terms.forms, seen)
    if following is None:
        return Turn(bar=Bar.NO_OTHER_FORM)
    return Turn((following,), resit=resit)
