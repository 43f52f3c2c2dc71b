"""Reports of each month, for the schedules that people made."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from competency.audit.services import record
from competency.programs.policies import has_permission
from competency.programs.roles import Permission
from competency.reports.models import Report, ReportSchedule
from competency.reports.states import Contents


def make_due(now: datetime) -> list[UUID]:
    """Ask for the last month's report of every schedule that lacks it; their keys."""
    rows = ReportSchedule.objects.going().select_related("program", "created_by")
    made = (make_month(schedule, now) for schedule in rows.order_by("created_at").iterator())
    return [report.pk for report in made if report is not None]


@transaction.atomic
def make_month(schedule: ReportSchedule, now: datetime) -> Report | None:
    """The report of the last month that is over in the program's zone; None where it was asked
    for already. A schedule whose maker may no longer export is paused."""
    zone = ZoneInfo(schedule.program.timezone)
    begins = now.astimezone(zone).date().replace(day=1)
    ends_on = begins - timedelta(days=1)
    month = ends_on.replace(day=1)
    locked = ReportSchedule.objects.going().select_for_update(of=("self",), no_key=True)
    found = locked.filter(pk=schedule.pk, created_at__lt=datetime.combine(begins, time(), zone))
    if not found.exists() or schedule.reports.filter(month=month).exists():
        return None
    if not has_permission(schedule.created_by, Permission.REPORT_EXPORT, schedule.program_id):
        found.update(paused_at=now)
        record("reportschedule.paused", schedule, by=None, reason="Its maker may not export.")
        return None
    report = Report.objects.create(
        program=schedule.program,
        asked_by=schedule.created_by,
        created_at=now,
        schedule=schedule,
        month=month,
        contents=Contents.CREDENTIALS,
        format=schedule.format,
        cohort=schedule.cohort,
        begins_on=month,
        ends_on=ends_on,
        as_of=datetime.combine(begins, time(), zone),
    )
    record("report.scheduled", report, by=None, month=month.isoformat())
    return report
