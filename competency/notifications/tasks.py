"""Mail in the background. The rows are the truth; the queue is only a hint."""

from datetime import timedelta
from uuid import UUID

from celery import Task, shared_task
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from competency.foundation.retrying import RETRY
from competency.notifications import mailing
from competency.notifications.models import Notification
from competency.parking.models import Mishap
from competency.parking.services import watched

SWEEP_AT_MOST = 500
STALE = timedelta(days=3)  # who was not told by then finds it on the page


@shared_task(bind=True, **RETRY)
def mail_notification(self: Task, notification_id: str) -> None:
    pk = UUID(notification_id)
    with watched(self, "notification", pk) as go:
        if go:
            mailing.mail(pk)


@shared_task
def sweep() -> None:
    """Enqueue again what should have been mailed by now."""
    now = timezone.now()
    parked = Mishap.objects.parked().filter(subject_type="notification", subject_id=OuterRef("pk"))
    overdue = Notification.objects.to_mail().filter(
        created_at__gt=now - STALE,
        created_at__lt=now - timedelta(seconds=settings.SWEEP_PATIENCE),
    )
    rows = overdue.exclude(Exists(parked)).order_by("created_at")
    for pk in rows.values_list("pk", flat=True)[:SWEEP_AT_MOST]:
        mail_notification.delay(str(pk))
