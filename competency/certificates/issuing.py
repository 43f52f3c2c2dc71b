"""Compose and issue one certificate, exactly once. The signed credential joins here."""

import time
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from competency.audit.transitions import move
from competency.certificates.models import Certificate
from competency.certificates.rules import compose_particulars, months_after
from competency.certificates.states import CertificateState
from competency.foundation.hashing import content_hash
from competency.foundation.timings import note_when_committed


@transaction.atomic
def issue(certificate_id: UUID) -> bool:
    """Issue an awarded certificate; repeats do nothing. True when this call issued it."""
    began = time.perf_counter()
    certificate = Certificate.objects.select_for_update().get(pk=certificate_id)
    if certificate.state != CertificateState.AWARDED:
        return False
    decision = certificate.decision
    now = timezone.now()
    valid_until = months_after(now, decision.standard_version.validity_months)
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
    replace_earlier(certificate)
    note_when_committed("issue_certificate", began)
    return True


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


@transaction.atomic
def expire(certificate_id: UUID) -> bool:
    """Mark a certificate whose time is over; repeats do nothing. True when this call did."""
    certificate = Certificate.objects.select_for_update().get(pk=certificate_id)
    over = certificate.valid_until is not None and certificate.valid_until <= timezone.now()
    if not over or certificate.state != CertificateState.ISSUED:
        return False
    move(certificate, CertificateState.EXPIRED, by=None)
    return True
