"""Settle a roster: its rows, which are other people's data, go with that."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from competency.audit.services import Actor
from competency.audit.transitions import move
from competency.rosters.models import Roster
from competency.rosters.states import RosterState


def settle(roster: Roster, to: str, *, by: Actor, summary: dict[str, int] | None = None) -> None:
    """Imported, dropped or expired: in the transaction of whoever decided it."""
    settled: dict[str, Any] = {
        "rows": None,
        "settled_at": timezone.now(),
        "settled_by": by,
        "summary": summary,
    }
    detail: dict[str, Any] = dict(summary or {})
    move(roster, to, by=by, changes=settled, **detail)


@transaction.atomic
def expire() -> int:
    """Delete the rows of what nobody confirmed within a day; returns how many rosters."""
    late = Roster.objects.filter(state=RosterState.CHECKED, expires_at__lte=timezone.now())
    rows = list(late.select_for_update(of=("self",), skip_locked=True))
    for row in rows:
        settle(row, RosterState.EXPIRED, by=None)
    return len(rows)
