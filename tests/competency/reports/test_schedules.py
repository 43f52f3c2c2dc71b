"""A report each month, once, told to people who may have it."""

from datetime import UTC, date, datetime

import pytest

from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.notifications.models import Notification
from competency.programs.roles import Role
from competency.reports import making, schedules
from competency.reports.models import Report, ReportSchedule
from competency.reports.months import make_due
from tests import factories
from tests.factories import Campus

NEXT = datetime(2027, 3, 2, 9, tzinfo=UTC)


def monthly(campus: Campus) -> ReportSchedule:
    told = [campus.director]
    return schedules.schedule_report(
        campus.program, format="csv", recipients=told, by=campus.director
    )


def test_the_month_that_is_over_is_asked_for_once(campus: Campus) -> None:
    schedule = monthly(campus)
    [key] = make_due(NEXT)
    assert make_due(NEXT) == []
    report = Report.objects.get(pk=key)
    assert (report.schedule_id, report.month) == (schedule.pk, date(2027, 2, 1))
    assert (report.begins_on, report.ends_on) == (date(2027, 2, 1), date(2027, 2, 28))
    assert report.as_of == datetime(2027, 3, 1, tzinfo=UTC)
    assert making._concerned(report) == [campus.director.pk]


def test_nothing_is_made_for_the_month_in_which_it_was_scheduled(campus: Campus) -> None:
    schedule = monthly(campus)
    assert make_due(schedule.created_at) == []


def test_a_pause_a_resumption_and_the_end(campus: Campus) -> None:
    schedule = monthly(campus)
    schedules.pause_schedule(schedule, by=campus.director)
    with pytest.raises(DomainError, match="paused already"):
        schedules.pause_schedule(schedule, by=campus.director)
    assert make_due(NEXT) == []
    schedules.resume_schedule(schedule, by=campus.director)
    with pytest.raises(DomainError, match="going already"):
        schedules.resume_schedule(schedule, by=campus.director)
    schedules.delete_schedule(schedule, by=campus.director)
    with pytest.raises(DomainError, match="was deleted"):
        schedules.delete_schedule(schedule, by=campus.director)
    assert make_due(NEXT) == []
    assert not ReportSchedule.objects.visible_to(campus.director).exists()


def test_a_schedule_of_somebody_who_may_no_longer_export_is_paused(campus: Campus) -> None:
    schedule = monthly(campus)
    campus.director.is_active = False
    campus.director.save()
    assert make_due(NEXT) == []
    schedule.refresh_from_db()
    assert schedule.paused_at == NEXT
    assert AuditEvent.objects.filter(action="reportschedule.paused", actor_id=None).exists()


def test_what_cannot_be_scheduled_is_said_of_the_field(campus: Campus) -> None:
    foreign = factories.cohort(factories.program())
    with pytest.raises(InvalidInput) as refused:
        schedules.schedule_report(
            campus.program,
            format="doc",
            recipients=[campus.certifier],
            cohort=foreign,
            by=campus.director,
        )
    assert set(refused.value.problems) == {"format", "cohort", "recipients"}
    with pytest.raises(InvalidInput, match="Name somebody"):
        schedules.schedule_report(campus.program, format="csv", recipients=[], by=campus.director)
    auditor = factories.member(campus.program, Role.AUDITOR)
    with pytest.raises(NotAllowed):
        schedules.schedule_report(campus.program, format="csv", recipients=[auditor], by=auditor)


def test_a_ready_report_is_told_to_the_recipients(campus: Campus) -> None:
    schedule = monthly(campus)
    schedule.recipients.add(campus.certifier)  # who may not, and is told nothing
    now = schedule.created_at
    report = Report.objects.create(
        program=campus.program, asked_by=campus.director, schedule=schedule,
        month=now.date().replace(day=1), contents="credentials", format="csv",
        created_at=now, as_of=now,
    )  # fmt: skip
    making.make(report.pk)
    told = Notification.objects.filter(kind="report.ready")
    assert {row.person_id for row in told} == {campus.director.pk}
