"""Have a report made each month and told to people who may have it; pause it, delete it."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError, InvalidInput
from competency.programs.models import Cohort, Program
from competency.programs.policies import check_permission, people_who_may
from competency.programs.roles import Permission
from competency.reports.models import ReportSchedule
from competency.reports.states import Format


def possible_recipients(program: Program) -> QuerySet[User]:
    """Who may have a report of this program."""
    may = people_who_may(Permission.REPORT_EXPORT, program.pk)
    return User.objects.filter(pk__in=may).order_by("name", "pk")


@transaction.atomic
def schedule_report(
    program: Program,
    *,
    format: str,  # noqa: A002 - the field's name
    recipients: Collection[User],
    cohort: Cohort | None = None,
    by: User,
) -> ReportSchedule:
    """From the next month on, the report of the month that is over."""
    check_permission(by, Permission.PROGRAM_RUN, program.pk)
    problems: dict[str, str] = {}
    if format not in Format.values:
        problems["format"] = _("Choose one of the formats.")
    if cohort and cohort.program_id != program.pk:
        problems["cohort"] = _("This cohort is of another program.")
    may = people_who_may(Permission.REPORT_EXPORT, program.pk)
    if not recipients:
        problems["recipients"] = _("Name somebody who is told.")
    elif not {person.pk for person in recipients} <= may:
        problems["recipients"] = _("Only people who may export reports here can be told.")
    if problems:
        raise InvalidInput(problems)
    made = ReportSchedule.objects.create(
        program=program, cohort=cohort, format=format, created_by=by
    )
    made.recipients.set(recipients)
    record("reportschedule.made", made, by=by, recipients=sorted(str(p.pk) for p in recipients))
    return made


@transaction.atomic
def pause_schedule(schedule: ReportSchedule, *, by: User) -> None:
    locked = _locked(schedule, by)
    if locked.paused_at is not None:
        raise DomainError(_("It is paused already."))
    _change(locked, "paused", by, paused_at=timezone.now())


@transaction.atomic
def resume_schedule(schedule: ReportSchedule, *, by: User) -> None:
    """Months that went by in between are not made up for."""
    locked = _locked(schedule, by)
    if locked.paused_at is None:
        raise DomainError(_("It is going already."))
    _change(locked, "resumed", by, paused_at=None)


@transaction.atomic
def delete_schedule(schedule: ReportSchedule, *, by: User) -> None:
    """No more reports; those that were made stay."""
    _change(_locked(schedule, by), "deleted", by, deleted_at=timezone.now())


def _locked(schedule: ReportSchedule, by: User) -> ReportSchedule:
    check_permission(by, Permission.PROGRAM_RUN, schedule.program_id)
    rows = ReportSchedule.objects.filter(deleted_at=None)
    locked = rows.select_for_update(of=("self",), no_key=True).filter(pk=schedule.pk).first()
    if locked is None:
        raise DomainError(_("This schedule was deleted."))
    return locked


def _change(locked: ReportSchedule, done: str, by: User, **changes: object) -> None:
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(changes))
    record(f"reportschedule.{done}", locked, by=by)
