"""Mail in the background. The rows are the truth; the queue is only a hint."""

from datetime import timedelta
from uuid import UUID

from celery import Task, shared_task
from django.conf import settings
from django.utils import timezone

from competency.foundation.retrying import RETRY
from competency.invitations import mailing
from competency.invitations.models import Invitation
from competency.parking.services import watched

SWEEP_AT_MOST = 500


@shared_task(bind=True, **RETRY)
def mail_invitation(self: Task, invitation_id: str) -> None:
    pk = UUID(invitation_id)
    with watched(self, "invitation", pk) as go:
        if go:
            mailing.mail(pk)


@shared_task
def sweep() -> None:
    """Enqueue again what should have been mailed by now."""
    now = timezone.now()
    late = now - timedelta(seconds=settings.SWEEP_PATIENCE)
    rows = Invitation.objects.standing().filter(
        mailed_at=None, created_at__lt=late, expires_at__gt=now
    )
    for pk in rows.order_by("created_at").values_list("pk", flat=True)[:SWEEP_AT_MOST]:
        mail_invitation.delay(str(pk))
