"""Rows that are frozen for reports as things happen, and the reports that people asked for."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from competency.appeals.models import Appeal
from competency.certificates.models import Certificate, Credential
from competency.decisions.models import Decision
from competency.foundation.models import BaseModel, Stateful, known_state, state_field
from competency.foundation.states import Transitions
from competency.foundation.triggers import FollowsTable, Frozen
from competency.programs.models import Cohort, Enrolment, Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.reports.states import OPEN, REPORT, Contents, Format, ReportState
from competency.reports.triggers import NotesDecision, NotesStanding

PERSON: Any = settings.AUTH_USER_MODEL
ONE_LINE = r"^[^\x01-\x1f]+$"

# These tables write into the two below: how things stood on a day is then known for ever.
pgtrigger.register(NotesDecision())(Decision)
pgtrigger.register(NotesStanding("NEW.decision_id"))(Certificate)
pgtrigger.register(NotesStanding("NEW.decision_id"))(Appeal)
pgtrigger.register(
    NotesStanding("SELECT decision_id FROM competency_certificate WHERE id = NEW.certificate_id")
)(Credential)


class ReportLine(models.Model):
    """What the dossier of a ratified decision says, as cells of a line of CSV. Frozen.

    Written by PostgreSQL when the decision is settled (`triggers`), for exports that are little
    more than a COPY. `at` is when it came to be; `cohort` is that of the day.
    """

    decision = models.OneToOneField(
        Decision, models.PROTECT, primary_key=True, related_name="report_line"
    )
    program = models.ForeignKey(Program, models.PROTECT, related_name="+", db_index=False)
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="+", db_index=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField()
    at = models.DateTimeField()
    cells = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["program", "settled_at", "decision"], name="reportline_in_order")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(cells__regex=ONE_LINE), name="reportline_is_a_line")
        ]
        triggers = [Frozen()]

    def __str__(self) -> str:
        return f"line of {self.decision_id}"


class ReportStanding(models.Model):
    """How things stood about a decision from a moment on: appeal, certificate, credential.

    Written by PostgreSQL at each change. The last one up to a moment is what a report for that
    moment shows, whenever it is made.
    """

    id = models.BigAutoField(primary_key=True)
    decision = models.ForeignKey(
        ReportLine, models.PROTECT, related_name="standings", db_index=False
    )
    at = models.DateTimeField()
    cells = models.TextField()
    code = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [models.Index(fields=["decision", "at"], name="reportstanding_in_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(cells__regex=ONE_LINE), name="reportstanding_is_a_line"
            )
        ]
        triggers = [Frozen()]

    def __str__(self) -> str:
        return f"standing of {self.decision_id} from {self.at}"


class ReportScheduleQuerySet(models.QuerySet["ReportSchedule"]):
    def visible_to(self, person: Any) -> "ReportScheduleQuerySet":
        programs = programs_where(person, Permission.REPORT_EXPORT)
        return self.filter(program__in=programs, deleted_at=None)

    def going(self) -> "ReportScheduleQuerySet":
        return self.filter(paused_at=None, deleted_at=None)


class ReportSchedule(BaseModel):
    """A report of each month that is over, told to the people named as a link to sign in for."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="report_schedules")
    cohort = models.ForeignKey(Cohort, models.PROTECT, null=True, related_name="+")
    format = models.CharField(max_length=10, choices=Format)
    created_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    recipients: Any = models.ManyToManyField(PERSON, related_name="+")
    paused_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(format__in=Format.values), name="reportschedule_known_format"
            )
        ]
        triggers = [
            Frozen(name="as_made", except_fields=("paused_at", "deleted_at")),
            Frozen(name="stays_deleted", when_sql="OLD.deleted_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"monthly report of {self.program}"


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, person: Any) -> "ReportQuerySet":
        return self.filter(program__in=programs_where(person, Permission.REPORT_EXPORT))

    def open(self) -> "ReportQuerySet":
        return self.filter(state__in=OPEN)


class Report(Stateful):
    """What somebody asked for; once ready, whole, with a signed manifest. Never half of it."""

    transitions: ClassVar[Transitions] = REPORT

    program = models.ForeignKey(Program, models.PROTECT, related_name="reports")
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    schedule = models.ForeignKey(ReportSchedule, models.PROTECT, null=True, related_name="reports")
    month = models.DateField(null=True, help_text="Of a scheduled report: the month's first day.")
    contents = models.CharField(max_length=20, choices=Contents)
    format = models.CharField(max_length=10, choices=Format)
    cohort = models.ForeignKey(Cohort, models.PROTECT, null=True, related_name="+")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, related_name="+")
    begins_on = models.DateField(null=True, help_text="Ratified on this day or later.")
    ends_on = models.DateField(null=True, help_text="Ratified on this day or earlier.")
    as_of = models.DateTimeField(help_text="What is reported is what stood at this moment.")
    state = state_field(ReportState, ReportState.QUEUED)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(null=True)
    size = models.PositiveBigIntegerField(null=True, help_text="Bytes.")
    sha256 = models.CharField(max_length=64, blank=True)
    manifest = models.BinaryField(null=True)
    problem = models.TextField(blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["program", "-created_at"], name="report_latest")]
        constraints = [
            known_state(ReportState, "report_known_state"),
            models.CheckConstraint(
                condition=Q(contents__in=Contents.values, format__in=Format.values),
                name="report_known_contents_and_format",
            ),
            models.UniqueConstraint(fields=["schedule", "month"], name="report_once_a_month"),
            models.CheckConstraint(
                condition=Q(schedule=None, month=None)
                | Q(schedule__isnull=False, month__isnull=False, month__day=1),
                name="report_scheduled_for_a_month",
            ),
            models.CheckConstraint(
                condition=Q(begins_on=None) | Q(ends_on=None) | Q(begins_on__lte=F("ends_on")),
                name="report_period_in_order",
            ),
            models.CheckConstraint(
                condition=Q(as_of__lte=F("created_at")), name="report_of_the_past"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["ready", "expired"],
                    rows__isnull=False,
                    size__isnull=False,
                    manifest__isnull=False,
                    finished_at__isnull=False,
                )
                & ~Q(sha256="")
                | ~Q(state__in=["ready", "expired"])
                & Q(rows=None, size=None, manifest=None, sha256=""),
                name="report_whole_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=Q(state="failed") & ~Q(problem="") | ~Q(state="failed") & Q(problem=""),
                name="report_failed_for_a_reason",
            ),
        ]
        triggers = [
            FollowsTable(REPORT),
            Frozen(
                name="as_asked",
                except_fields=(
                    *("state", "started_at", "finished_at", "rows", "size"),
                    *("sha256", "manifest", "problem"),
                ),
            ),
            Frozen(
                name="as_made",
                when_sql="OLD.state IN ('ready', 'expired')",
                except_fields=("state",),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_contents_display()} of {self.program} ({self.state})"


class ReportPart(BaseModel):
    """A piece of a report's file, compressed; gone when the report has expired."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="parts")
    number = models.PositiveIntegerField()
    packed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="reportpart_numbered")
        ]
        triggers = [Frozen(name="never_changes", when_sql="TG_OP = 'UPDATE'")]

    def __str__(self) -> str:
        return f"part {self.number} of {self.report_id}"
