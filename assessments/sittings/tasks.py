"""Batches in the background, and what the clock brings. The rows are the truth."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone

from assessments.attempts.states import AttemptState
from assessments.sittings import reminders, runs
from assessments.sittings.models import Place, Sitting
from assessments.sittings.states import SittingState
from competency.foundation.retrying import RETRY


@shared_task(**RETRY)
def open_batch(sitting_id: str) -> None:
    """One batch, then the next: nobody else waits behind a long task."""
    if runs.open_places(UUID(sitting_id)):
        open_batch.delay(sitting_id)


@shared_task(**RETRY)
def withdraw_batch(sitting_id: str) -> None:
    if runs.withdraw_places(UUID(sitting_id)):
        withdraw_batch.delay(sitting_id)


@shared_task
def sweep() -> None:
    """Keep the time of sittings, and take up batches of which nothing was heard for a while."""
    runs.keep_time()
    long_ago = timezone.now() - timedelta(seconds=settings.SWEEP_PATIENCE)
    waiting = Place.objects.filter(settled_at=None).values("sitting")
    begun = Sitting.objects.filter(pk__in=waiting, created_at__lt=long_ago)
    silent = begun.annotate(last=Max("places__settled_at"))
    for pk in silent.filter(Q(last=None) | Q(last__lt=long_ago)).values_list("pk", flat=True):
        open_batch.delay(str(pk))
    unbegun = Place.objects.filter(attempt__state=AttemptState.ASSIGNED).values("sitting")
    cancelled = Sitting.objects.filter(pk__in=unbegun, state=SittingState.CANCELLED)
    for pk in cancelled.values_list("pk", flat=True):
        withdraw_batch.delay(str(pk))


@shared_task
def remind() -> None:
    """Tell those who have not begun that their window opens, or closes, soon."""
    reminders.before_opening()
    reminders.before_closing()
