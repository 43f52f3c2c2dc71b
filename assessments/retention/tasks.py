"""The daily sweep. The rows are the truth; the queue is only a hint."""

from celery import shared_task
from django.utils import timezone

from assessments.retention import runs
from competency.foundation.retrying import RETRY


@shared_task(**RETRY)
def sweep() -> None:
    """Once a day, however often it is asked for; much work goes on in another task."""
    if runs.is_due(timezone.now()) and runs.sweep():
        sweep.delay()
