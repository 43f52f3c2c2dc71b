"""Issue in the background. The register is the truth; the queue is only a hint."""

from datetime import timedelta
from uuid import UUID

from celery import Task, shared_task
from django.conf import settings
from django.utils import timezone

from competency.certificates import issuing, reminding, status
from competency.certificates.models import Certificate
from competency.certificates.states import CertificateState
from competency.foundation.retrying import RETRY
from competency.parking.services import watched

SWEEP_AT_MOST = 500


@shared_task(bind=True, **RETRY)
def issue_certificate(self: Task, certificate_id: str) -> None:
    with watched(self, "certificate", UUID(certificate_id)) as go:
        if go:
            issuing.issue(UUID(certificate_id))


@shared_task
def sweep() -> None:
    """Expire what is over; enqueue again what was awarded or lifted too long ago and lacks a
    credential; sign status lists before they lapse."""
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
    for pk in issuing.lacking().values_list("pk", flat=True)[:SWEEP_AT_MOST]:
        issue_certificate.delay(str(pk))
    publish_status_lists.delay()


@shared_task
def remind() -> None:
    """Tell holders whose certificates expire soon; the step nearest to the end first."""
    for days in sorted(reminding.STEPS):
        soon = reminding.due(days).order_by("valid_until")
        for certificate in soon[:SWEEP_AT_MOST]:
            reminding.remind(certificate, days)


@shared_task(**RETRY)
def publish_status_lists() -> None:
    """Sign anew every status list that is due."""
    for pk in status.due(timezone.now()).values_list("pk", flat=True):
        status.publish(pk)
