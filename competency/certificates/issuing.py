"""Issue one certificate with its signed credential, exactly once; later, whatever it lacks."""

import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from competency.audit.transitions import move
from competency.certificates.models import Certificate, CertificateQuerySet, Credential
from competency.certificates.rules import compose_particulars, months_after
from competency.certificates.signing import sign_credential, withdraw
from competency.certificates.states import CertificateState, Withdrawal
from competency.certificates.status import once_more_where_taken
from competency.credentials.states import KeyState
from competency.decisions.models import StandardVersion
from competency.foundation.hashing import content_hash
from competency.foundation.timings import note_when_committed
from competency.notifications.kinds import Kind
from competency.notifications.services import notify
from competency.webhooks.models import Event
from competency.webhooks.services import announce


@once_more_where_taken
@transaction.atomic
def issue(certificate_id: UUID) -> bool:
    """Issue an awarded certificate, or sign the credential that an issued one lacks.

    Repeats do nothing. True when this call changed something.
    """
    began = time.perf_counter()
    rows = Certificate.objects.select_for_update(of=("self",))
    certificate = rows.select_related(
        "decision__standard_version", "program__issuer", "holder"
    ).get(pk=certificate_id)
    if certificate.state == CertificateState.AWARDED:
        _put_on_register(certificate)
        replace_earlier(certificate)
        note_when_committed("issue_certificate", began)
        return True
    return sign_again(certificate)


def sign_again(certificate: Certificate) -> bool:
    """A new credential where the last was withdrawn with a suspension or lost its key."""
    now = timezone.now()
    standing = certificate.credentials.current().select_related("key").first()
    if standing is not None and standing.key.state == KeyState.COMPROMISED:
        withdraw(certificate, Withdrawal.COMPROMISED, now)
        standing = None
    lasts = certificate.valid_until is not None and certificate.valid_until > now
    if certificate.state != CertificateState.ISSUED or standing is not None or not lasts:
        return False
    sign_credential(certificate, now)
    return True


def lacking() -> CertificateQuerySet:
    """Issued certificates in their time without a credential that holds."""
    good = Credential.objects.current().exclude(key__state=KeyState.COMPROMISED)
    return Certificate.objects.filter(
        ~Exists(good.filter(certificate=OuterRef("pk"))),
        state=CertificateState.ISSUED,
        valid_until__gt=timezone.now(),
    )


def _put_on_register(certificate: Certificate) -> None:
    decision = certificate.decision
    now = timezone.now()
    valid_until = end_of_validity(now, decision.standard_version)
    particulars = compose_particulars(
        decision.dossier,
        {
            "number": certificate.number,
            "code": certificate.code,
            "pilot": certificate.pilot,
            "awarded_at": certificate.awarded_at.isoformat(),
            "issued_at": now.isoformat(),
            "valid_until": valid_until.isoformat(),
            "dossier_hash": decision.dossier_hash,
        },
    )
    issued = {
        "issued_at": now,
        "valid_until": valid_until,
        "particulars": particulars,
        "particulars_hash": content_hash(particulars),
    }
    move(certificate, CertificateState.ISSUED, by=None, changes=issued)
    notify(Kind.CERTIFICATE_ISSUED, certificate.pk, [certificate.holder_id])
    announce(Event.CERTIFICATE_ISSUED, certificate.pk, certificate.program_id)
    sign_credential(certificate, now)


def end_of_validity(issued_at: datetime, standard: StandardVersion) -> datetime:
    """Months later; in a rehearsal, seconds later."""
    if standard.rehearsal_seconds:
        return issued_at + timedelta(seconds=standard.rehearsal_seconds)
    return months_after(issued_at, standard.validity_months)


def replace_earlier(certificate: Certificate) -> None:
    """A newer certificate for the same assessment takes the place of the holder's earlier ones."""
    code = certificate.decision.dossier["assessment"]["code"]
    earlier = Certificate.objects.filter(
        holder=certificate.holder_id,
        program=certificate.program_id,
        state=CertificateState.ISSUED,
        particulars__assessment__code=code,
    ).exclude(pk=certificate.pk)
    for row in earlier:
        move(row, CertificateState.REPLACED, by=None, replaced_by=certificate.number)
        withdraw(row, Withdrawal.REPLACED, timezone.now())


@transaction.atomic
def expire(certificate_id: UUID) -> bool:
    """Mark a certificate whose time is over; repeats do nothing. True when this call did."""
    certificate = Certificate.objects.select_for_update().get(pk=certificate_id)
    over = certificate.valid_until is not None and certificate.valid_until <= timezone.now()
    if not over or certificate.state != CertificateState.ISSUED:
        return False
    move(certificate, CertificateState.EXPIRED, by=None)
    return True
