"""Reports in the background. The rows are the truth; the queue is only a hint."""

from datetime import timedelta
from uuid import UUID

from celery import Task, shared_task
from django.conf import settings
from django.utils import timezone

from competency.foundation.retrying import LONG
from competency.parking.models import Mishap
from competency.parking.services import watched
from competency.reports import making
from competency.reports.models import Report
from competency.reports.months import make_due

SUBJECT = "report"
AT_MOST = 100
GIVEN_UP = "Something went wrong several times. The people who run the site were told."


@shared_task(bind=True, **LONG)
def make_report(self: Task, report_id: str) -> None:
    pk = UUID(report_id)
    with watched(self, SUBJECT, pk) as go:
        if go:
            making.make(pk)


@shared_task
def sweep() -> None:
    """Reports that were asked for a while ago and stand open; one under way is left alone."""
    overdue = timezone.now() - timedelta(seconds=settings.SWEEP_PATIENCE)
    parked = set(Mishap.objects.parked().filter(subject_type=SUBJECT).values_list(
        "subject_id", flat=True))  # fmt: skip
    rows = Report.objects.open().filter(created_at__lt=overdue).order_by("created_at")
    for pk in rows.values_list("pk", flat=True)[:AT_MOST]:
        if pk in parked:
            making.fail(pk, GIVEN_UP)
        else:
            make_report.delay(str(pk))


@shared_task
def make_scheduled_reports() -> None:
    """Ask for the reports of the month that is over, once each."""
    for pk in make_due(timezone.now()):
        make_report.delay(str(pk))
