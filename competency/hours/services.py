"""Hand hours in, approve or return them; say what is required."""

import base64
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from competency.accounts.models import User
from competency.accounts.sealing import Sealer
from competency.audit.services import record
from competency.audit.transitions import move
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.text import is_blank, require_words, take_line, take_words
from competency.hours.evidence import type_of
from competency.hours.models import HoursEntry
from competency.hours.policies import may_settle
from competency.hours.rules import KINDS, TRAINING, as_hours
from competency.hours.states import HoursState
from competency.programs.models import Enrolment
from competency.programs.policies import check_permission
from competency.programs.roles import Permission
from competency.programs.states import HELD

MOST = Decimal(200)


@transaction.atomic
def submit_hours(
    enrolment: Enrolment,
    *,
    kind: str,
    hours: object,
    on: date,
    by: User,
    module: str = "",
    note: str = "",
    evidence: bytes = b"",
    evidence_name: str = "",
) -> HoursEntry:
    """Hand in hours: the trainee's own, or a director's for a trainee.

    `hours` is more than 0 and at most 200, with two decimals; `module` is a module's code, for
    training only. Raises InvalidInput that names every field at fault.
    """
    if by.pk != enrolment.trainee_id:
        check_permission(by, Permission.PROGRAM_RUN, enrolment.program_id)
    if enrolment.state not in HELD:
        raise DomainError("This place is over; no hours are added to it.")
    number = _checked(kind, hours, on)
    given: dict[str, Any] = {"module": take_line("module", module, 40) if kind == TRAINING else ""}
    words = take_words("note", note)
    sealer = Sealer.holding(enrolment.trainee_id)
    if not is_blank(words):
        given["sealed_note"] = sealer.seal(words)
    if evidence:
        given |= {
            "evidence_type": type_of(evidence),
            "evidence_name": take_line("evidence", evidence_name) or "evidence",
            "sealed_evidence": sealer.seal(base64.b64encode(evidence).decode()),
        }
    entry = HoursEntry.objects.create(
        enrolment=enrolment,
        trainee_id=enrolment.trainee_id,
        kind=kind,
        hours=number,
        on=on,
        submitted_by=by,
        **given,
    )
    record("hoursentry.submitted", entry, by=by, kind=kind, hours=str(number))
    return entry


def _checked(kind: str, hours: object, on: date) -> Decimal:
    problems: dict[str, str] = {}
    number = as_hours(hours)
    if kind not in KINDS:
        problems["kind"] = f"Hours are one of: {', '.join(KINDS)}."
    if number is None or not 0 < number <= MOST:
        problems["hours"] = f"Give more than 0 hours and at most {MOST}, with two decimals."
    if on > timezone.now().date():
        problems["on"] = "Hours are handed in once they are done."
    if problems or number is None:
        raise InvalidInput(problems)
    return number


def evidence_of(entry: HoursEntry) -> bytes:
    """The file, opened; nothing where there is none, or where the trainee was erased."""
    sealer = Sealer(entry.trainee_id)
    if entry.sealed_evidence is None or sealer.erased:
        return b""
    return base64.b64decode(sealer.unseal(bytes(entry.sealed_evidence)))


@transaction.atomic
def approve_hours(entry: HoursEntry, *, by: User) -> None:
    """Approve, by name: a director, or the trainee's own supervisor; never one's own."""
    _settle(entry, HoursState.APPROVED, by=by)


@transaction.atomic
def return_hours(entry: HoursEntry, *, reason: str, by: User) -> None:
    """Return with a reason; corrected, they are handed in anew."""
    reason = require_words("reason", reason, "Say what is missing or wrong.")
    _settle(entry, HoursState.RETURNED, by=by, reason=reason)


@transaction.atomic
def strike_hours(entry: HoursEntry, *, reason: str, by: User) -> None:
    """Strike out what was approved by mistake. It stays on the record and counts no more."""
    check_permission(by, Permission.PROGRAM_RUN, entry.program_id)
    reason = require_words("reason", reason, "Say why they do not count.")
    _settle(entry, HoursState.STRUCK, by=by, reason=reason)


def _settle(entry: HoursEntry, to: str, *, by: User, reason: str = "") -> None:
    if not may_settle(by, entry):
        raise NotAllowed("Somebody else settles these hours: a director, or the own supervisor.")
    settled = {"settled_by": by, "settled_at": timezone.now(), "settled_reason": reason}
    move(entry, to, by=by, changes=settled)


@transaction.atomic
def withdraw_hours(entry: HoursEntry, *, by: User) -> None:
    """Take back what nobody settled yet: the trainee, or whoever handed it in."""
    if by.pk not in (entry.trainee_id, entry.submitted_by_id):
        raise NotAllowed("Whoever handed hours in takes them back.")
    settled = {"settled_by": by, "settled_at": timezone.now()}
    move(entry, HoursState.WITHDRAWN, by=by, changes=settled)
