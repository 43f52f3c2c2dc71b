"""Batches in the background. The items are the truth; the queue is only a hint."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone

from competency.batches import runs
from competency.batches.models import IssuingRun
from competency.foundation.retrying import RETRY


@shared_task(**RETRY)
def issue_batch(run_id: str) -> None:
    """One batch, then the next, until nothing is left: nobody else waits behind a long task."""
    if runs.issue_batch(UUID(run_id)):
        issue_batch.delay(run_id)


@shared_task
def sweep() -> None:
    """Take up runs of which nothing was heard for a while."""
    long_ago = timezone.now() - timedelta(seconds=settings.SWEEP_PATIENCE)
    going = IssuingRun.objects.going().annotate(last=Max("items__settled_at"))
    silent = Q(last=None) | Q(last__lt=long_ago)
    for run in going.filter(silent, created_at__lt=long_ago):
        issue_batch.delay(str(run.pk))
