"""Issue in the background. The register is the truth; the queue is only a hint."""

from datetime import timedelta
from uuid import UUID

from celery import Task, shared_task
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from competency.certificates import issuing
from competency.certificates.models import Certificate
from competency.certificates.states import CertificateState
from competency.parking.services import watched

SWEEP_AT_MOST = 500


@shared_task(
    bind=True,
    acks_late=True,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=8,
)
def issue_certificate(self: Task, certificate_id: str) -> None:
    with watched(self, "certificate", UUID(certificate_id)) as go:
        if go:
            issuing.issue(UUID(certificate_id))


@shared_task
def sweep() -> None:
    """Enqueue again whatever was awarded too long ago without being issued; expire the rest."""
    over = Certificate.objects.filter(
        state=CertificateState.ISSUED, valid_until__lte=timezone.now()
    ).order_by("valid_until")
    for pk in over.values_list("pk", flat=True)[:SWEEP_AT_MOST]:
        issuing.expire(pk)
    long_ago = timezone.now() - timedelta(seconds=settings.SWEEP_PATIENCE)
    overdue = Certificate.objects.filter(
        state=CertificateState.AWARDED, awarded_at__lt=long_ago
    ).order_by("awarded_at")
    for pk in overdue.values_list("pk", flat=True)[:SWEEP_AT_MOST]:
        issue_certificate.delay(str(pk))
