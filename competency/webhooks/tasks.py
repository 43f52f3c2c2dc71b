"""Deliver in the background. The rows are the truth; the queue is only a hint."""

from uuid import UUID

from celery import Task, shared_task
from django.db.models import Exists, OuterRef
from django.utils import timezone

from competency.foundation.retrying import RETRY
from competency.parking.models import Mishap
from competency.parking.services import watched
from competency.webhooks import runs
from competency.webhooks.models import Delivery

SUBJECT = "delivery"
AT_MOST = 500


@shared_task(bind=True, **RETRY)
def deliver(self: Task, delivery_id: str) -> None:
    pk = UUID(delivery_id)
    with watched(self, SUBJECT, pk) as go:
        if go:
            runs.run(pk)


@shared_task
def sweep() -> None:
    """Whatever is due: a lost message, a pause that is over, a worker that died at it."""
    parked = Mishap.objects.parked().filter(subject_type=SUBJECT, subject_id=OuterRef("pk"))
    due = Delivery.objects.waiting().filter(next_at__lte=timezone.now(), endpoint__stopped="")
    rows = due.exclude(Exists(parked)).order_by("next_at")
    for pk in rows.values_list("pk", flat=True)[:AT_MOST]:
        deliver.delay(str(pk))
