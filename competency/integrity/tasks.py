"""Ids in, one call; and a sweep for checks whose message was lost."""

from datetime import timedelta
from uuid import UUID

from celery import Task, shared_task
from django.conf import settings
from django.utils import timezone

from competency.foundation.retrying import LONG
from competency.integrity import runs
from competency.integrity.models import IntegrityCheck
from competency.parking.models import Mishap
from competency.parking.services import watched

SUBJECT = "integritycheck"
AT_MOST = 100


@shared_task(bind=True, **LONG)
def check(self: Task, check_id: str) -> None:
    pk = UUID(check_id)
    with watched(self, SUBJECT, pk) as go:
        if go:
            runs.run(pk)


@shared_task
def sweep() -> None:
    """Checks that were asked for a while ago and stand open; one under way is left alone."""
    overdue = timezone.now() - timedelta(seconds=settings.SWEEP_PATIENCE)
    parked = Mishap.objects.parked().filter(subject_type=SUBJECT).values("subject_id")
    rows = IntegrityCheck.objects.open().filter(created_at__lt=overdue).exclude(pk__in=parked)
    for pk in rows.order_by("created_at").values_list("pk", flat=True)[:AT_MOST]:
        check.delay(str(pk))
