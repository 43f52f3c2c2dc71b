"""Award, suspend, reinstate, renew, correct and revoke certificates."""

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competency.accounts.models import User
from competency.audit.services import record
from competency.audit.transitions import move
from competency.certificates.models import Certificate, RegisterNumber
from competency.certificates.rules import make_code, months_after, register_number
from competency.certificates.signing import withdraw
from competency.certificates.states import CertificateState, Withdrawal
from competency.certificates.tasks import issue_certificate, publish_status_lists
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState, Outcome
from competency.foundation.errors import DomainError, InvalidInput
from competency.foundation.text import require_line, require_words
from competency.programs.models import Program
from competency.programs.policies import check_permission
from competency.programs.roles import Permission
from competency.webhooks.models import Event
from competency.webhooks.services import announce

RENEWABLE = timedelta(days=180)


@transaction.atomic
def award(decision: Decision) -> Certificate | None:
    """Put a ratified *competent* decision on the register, once; issuing follows on commit.

    None where no certificate follows: another outcome, or a formative Standard. Repeats return
    the row that exists.
    """
    locked = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("standard_version", "enrolment__cohort__program")
        .get(pk=decision.pk)
    )
    existing = Certificate.objects.filter(decision=locked).first()
    if existing is not None:
        return existing
    if locked.outcome != Outcome.COMPETENT or locked.standard_version.formative:
        return None
    if locked.state != DecisionState.RATIFIED:
        raise DomainError("Only a ratified decision awards a certificate.")
    program = locked.enrolment.cohort.program
    certificate = Certificate.objects.create(
        decision=locked,
        program=program,
        holder=locked.enrolment.trainee,
        number=_next_number(program),
        code=make_code(secrets.choice),
        pilot=locked.standard_version.pilot,
        awarded_at=timezone.now(),
    )
    record("certificate.awarded", certificate, by=locked.settled_by, on_behalf=True)
    transaction.on_commit(lambda: issue_certificate.delay(str(certificate.pk)), robust=True)
    return certificate


def _next_number(program: Program) -> str:
    year = timezone.now().year
    RegisterNumber.objects.get_or_create(program=program, year=year)
    row = RegisterNumber.objects.select_for_update().get(program=program, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return register_number(program.code, year, row.last)


@transaction.atomic
def suspend(certificate: Certificate, *, by: User, reason: str) -> None:
    """Suspend, and revoke the signed credential: verifiers know nothing in between."""
    _change(certificate, CertificateState.SUSPENDED, by=by, reason=reason)
    _withdraw(certificate, Withdrawal.SUSPENDED)


@transaction.atomic
def reinstate(certificate: Certificate, *, by: User, reason: str) -> None:
    """Lift the suspension; a worker signs a new credential in place of the revoked one."""
    _change(certificate, CertificateState.ISSUED, by=by, reason=reason)
    transaction.on_commit(lambda: issue_certificate.delay(str(certificate.pk)), robust=True)


@transaction.atomic
def revoke(certificate: Certificate, *, by: User, reason: str) -> None:
    """Revoke for good. The row stays, so that *revoked* is never *unknown*."""
    _change(certificate, CertificateState.REVOKED, by=by, reason=reason)
    announce(Event.CERTIFICATE_REVOKED, certificate.pk, certificate.program_id)
    _withdraw(certificate, Withdrawal.REVOKED)


@transaction.atomic
def renew(certificate: Certificate, *, by: User, reason: str) -> None:
    """Let it last for another period of its Standard, in the last months before it expires.

    The code stays; a worker signs a credential with the new end in place of the present one.
    """
    locked, reason = _changing(certificate, by=by, reason=reason)
    until, now = locked.valid_until, timezone.now()
    if locked.state != CertificateState.ISSUED or until is None or until <= now:
        raise DomainError(_("Only a certificate in force is renewed."))
    if until - now > RENEWABLE:
        raise DomainError(_("It can be renewed in the last 180 days before it expires."))
    months = locked.decision.standard_version.validity_months
    _reissue(
        locked, "certificate.renewed", by=by, reason=reason, valid_until=months_after(until, months)
    )
    certificate.valid_until = locked.valid_until


@transaction.atomic
def correct_name(certificate: Certificate, *, by: User, name: str, reason: str) -> None:
    """Put the holder's right name on it. What carries the earlier name is marked replaced."""
    locked, reason = _changing(certificate, by=by, reason=reason)
    name = require_line("name", name, _("Write the name as it should stand."))
    name = " ".join(name.split())
    if locked.state not in (CertificateState.ISSUED, CertificateState.SUSPENDED):
        raise DomainError(_("Only a certificate in force is corrected."))
    if name == locked.words["holder"]:
        raise InvalidInput({"name": _("This is the name that stands on it.")})
    _reissue(locked, "certificate.name_corrected", by=by, reason=reason, corrected_name=name)
    certificate.corrected_name = name


def _changing(certificate: Certificate, *, by: User, reason: str) -> tuple[Certificate, str]:
    """The locked row and the reason, for somebody who may change it."""
    _check_may_change(certificate, by)
    reason = require_words("reason", reason, _("Say why, for the register."))
    rows = Certificate.objects.select_for_update(of=("self",))
    return rows.select_related("decision__standard_version").get(pk=certificate.pk), reason


def _reissue(locked: Certificate, action: str, *, by: User, reason: str, **changes: Any) -> None:
    """Change what it says, and take the present credential out of force."""
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(changes))
    record(action, locked, by=by, reason=reason)
    _withdraw(locked, Withdrawal.REPLACED)
    transaction.on_commit(lambda: issue_certificate.delay(str(locked.pk)), robust=True)


def _withdraw(certificate: Certificate, because: Withdrawal) -> None:
    withdraw(certificate, because, timezone.now())
    transaction.on_commit(publish_status_lists.delay, robust=True)


def _change(certificate: Certificate, to: str, *, by: User, reason: str) -> None:
    _check_may_change(certificate, by)
    reason = require_words("reason", reason, _("Say why, for the register."))
    move(certificate, to, by=by, reason=reason)


def _check_may_change(certificate: Certificate, by: User) -> None:
    check_permission(by, Permission.DECISION_RATIFY, certificate.program_id)
    if by.pk == certificate.holder_id:
        raise DomainError(_("Nobody changes the status of their own certificate."))
