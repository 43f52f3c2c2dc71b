"""Look what a roster would change, import it, or let it be."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError
from competency.foundation.hashing import content_hash
from competency.foundation.text import take_line
from competency.programs.models import Program
from competency.programs.policies import check_permission
from competency.programs.roles import Permission
from competency.rosters.applying import Applying
from competency.rosters.expiring import settle
from competency.rosters.holding import held_by
from competency.rosters.models import Roster
from competency.rosters.reading import read
from competency.rosters.rules import ERROR, Plan, Row, plan
from competency.rosters.states import RosterState

LASTS = timedelta(hours=24)
AGAIN = "Something changed since you looked. Look again at what would change, then confirm."


@transaction.atomic
def check_roster(program: Program, content: bytes, *, file_name: str, by: User) -> Roster:
    """Read a file and keep its rows for a day. Nothing else changes.

    Raises InvalidInput where the file as a whole cannot be read.
    """
    check_permission(by, Permission.PROGRAM_RUN, program.pk)
    found = read(content)
    roster: Roster = Roster.objects.create(
        program=program,
        uploaded_by=by,
        file_name=take_line("file", file_name) or found.kind,
        kind=found.kind,
        rows=[_kept(row) for row in found.rows],
        unread=list(found.unread),
        expires_at=timezone.now() + LASTS,
    )
    record("roster.checked", roster, by=by, rows=len(found.rows))
    return roster


def _kept(row: Row) -> dict[str, Any]:
    return {
        "line": row.line,
        "values": dict(row.values),
        "columns": dict(row.columns),
        "faults": [list(fault) for fault in row.faults],
    }


def plan_of(roster: Roster) -> Plan:
    """What it would change now."""
    rows = [
        Row(row["line"], row["values"], row["columns"], tuple(map(tuple, row["faults"])))
        for row in roster.rows or []
    ]
    return plan(rows, held_by(roster.program, rows))


def digest_of(found: Plan) -> str:
    """Tells one plan from another: what was shown is what is done."""
    return content_hash(found.as_data())


@transaction.atomic
def import_roster(roster: Roster, *, seen: str, by: User, invites: bool = True) -> None:
    """Do all that the dry run showed, or nothing. `seen` is the digest of what was shown.

    Raises DomainError while a row is at fault, and when things changed since.
    """
    locked = _locked(roster, by)
    found = plan_of(locked)
    if found.count(ERROR):
        raise DomainError("Rows are at fault; nothing was imported. Correct the file first.")
    if digest_of(found) != seen:
        raise DomainError(AGAIN, code="changed")
    try:
        with transaction.atomic():
            Applying(locked, found, invites=invites, by=by).run()
    except (IntegrityError, ValidationError) as error:
        raise DomainError(AGAIN, code="changed") from error
    summary = found.summary | {"cohorts": len(found.cohorts)}
    settle(locked, RosterState.APPLIED, by=by, summary=summary)
    roster.refresh_from_db()


@transaction.atomic
def drop_roster(roster: Roster, *, by: User) -> None:
    """Let it be; the rows are deleted."""
    settle(_locked(roster, by), RosterState.DROPPED, by=by)
    roster.refresh_from_db()


def _locked(roster: Roster, by: User) -> Roster:
    check_permission(by, Permission.PROGRAM_RUN, roster.program_id)
    rows = Roster.objects.select_for_update(of=("self",), no_key=True).select_related("program")
    locked: Roster = rows.get(pk=roster.pk)
    if locked.state == RosterState.CHECKED and locked.expires_at <= timezone.now():
        raise DomainError("This file was uploaded more than a day ago. Upload it again.")
    return locked
