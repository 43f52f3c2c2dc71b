"""Compose and issue one certificate, exactly once. The signed credential joins here."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from competency.audit.transitions import move
from competency.certificates.models import Certificate
from competency.certificates.rules import compose_particulars, months_after
from competency.certificates.states import CertificateState
from competency.foundation.hashing import content_hash


@transaction.atomic
def issue(certificate_id: UUID) -> bool:
    """Issue an awarded certificate; repeats do nothing. True when this call issued it."""
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
    return True
