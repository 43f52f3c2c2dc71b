"""Open and close cases; take and answer complaints."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from competency.accounts.models import User
from competency.accounts.sealing import Sealer
from competency.audit.services import record
from competency.cases.models import Case, Complaint
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.text import require_line, require_words
from competency.programs.models import Enrolment, Program
from competency.programs.policies import (
    check_permission,
    has_permission,
    people_conflicted_with,
)
from competency.programs.roles import Permission


@transaction.atomic
def open_case(enrolment: Enrolment, attempt_id: UUID, *, kind: str, grounds: str, by: User) -> Case:
    """Open a case about an attempt. Directors and reviewers may; its decision is held."""
    program_id = enrolment.program_id
    if not has_permission(by, Permission.REVIEW_DO, program_id):
        check_permission(by, Permission.PROGRAM_RUN, program_id)
    if kind not in Case.Kind.values:
        raise InvalidInput({"kind": f"A case is one of: {', '.join(Case.Kind.values)}."})
    grounds = require_words("grounds", grounds, "Say what you saw.")
    case = Case.objects.create(
        enrolment=enrolment, attempt_id=attempt_id, kind=kind, grounds=grounds, opened_by=by
    )
    record("case.opened", case, by=by, kind=kind)
    return case


@transaction.atomic
def close_case(case: Case, *, finding: str, reason: str, by: User) -> None:
    """Close a case with a finding. A director does, never the one who opened it."""
    check_permission(by, Permission.PROGRAM_RUN, case.program_id)
    if by.pk == case.opened_by_id:
        raise NotAllowed("Whoever opened a case does not close it.")
    if by.pk in people_conflicted_with(case.enrolment.trainee_id, case.program_id):
        raise NotAllowed("You have a tie to this trainee; somebody else closes the case.")
    if finding not in Case.Finding.values:
        raise InvalidInput({"finding": "A finding is upheld or not_upheld."})
    reason = require_words("reason", reason, "Say on what the finding rests.")
    closed = {
        "closed_at": timezone.now(),
        "closed_by": by,
        "finding": finding,
        "finding_reason": reason,
    }
    if not Case.objects.filter(pk=case.pk, closed_at=None).update(**closed):
        raise DomainError("This case is closed already.")
    case.refresh_from_db()
    record("case.closed", case, by=by, finding=finding)


@transaction.atomic
def take_complaint(
    program: Program, *, subject: str, text: str, by: User | None, complainant_name: str = ""
) -> Complaint:
    """Enter a complaint in the register. Anybody may complain; `by` is their account, if any.

    Without an account a name is needed. With one, the account names the person and seals what
    they say; the subject alone is written plainly.
    """
    ask = "This is needed to answer you."
    said: dict[str, Any] = {
        "subject": require_line("subject", subject, ask),
        "text": require_words("text", text, ask),
    }
    if by is None:
        said["complainant_name"] = require_line("complainant_name", complainant_name, ask)
    if by is not None:
        said["sealed_text"] = Sealer.holding(by.pk).seal(said.pop("text"))
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    last = Complaint.objects.filter(program=program).aggregate(last=Max("number"))["last"]
    complaint = Complaint.objects.create(
        program=program,
        number=(last or 0) + 1,
        received_at=timezone.now(),
        complainant=by,
        **said,
    )
    record("complaint.received", complaint, by=by)
    return complaint


@transaction.atomic
def answer_complaint(complaint: Complaint, *, outcome: str, by: User) -> None:
    """Answer a complaint; date and outcome stay in the register."""
    check_permission(by, Permission.PROGRAM_RUN, complaint.program_id)
    if by.pk == complaint.complainant_id:
        raise NotAllowed("Nobody answers their own complaint.")
    outcome = require_words("outcome", outcome, "Say what came of it.")
    answered = {"answered_at": timezone.now(), "answered_by": by, "outcome": outcome}
    if not Complaint.objects.filter(pk=complaint.pk, answered_at=None).update(**answered):
        raise DomainError("This complaint was answered already.")
    complaint.refresh_from_db()
    record("complaint.answered", complaint, by=by)
