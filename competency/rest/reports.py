"""Credential reports: asked for, followed, downloaded; each month's too."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from competency.accounts.models import User
from competency.foundation.errors import InvalidInput
from competency.programs.access import Policies, requires
from competency.programs.models import Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.reports import packages, progress, schedules, services
from competency.reports.making import content_of
from competency.reports.models import Report, ReportSchedule
from competency.reports.naming import file_name
from competency.reports.services import credential_report_csv
from competency.reports.states import Contents, Format, ReportState
from competency.rest.fields import Input, Key
from competency.rest.people import PersonSerializer
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView, Shows
from competency.rest.visible import cohorts_visible_to, enrolments_visible_to

EXPORTERS, DIRECTORS = requires(Permission.REPORT_EXPORT), requires(Permission.PROGRAM_RUN)


class CSVRenderer(JSONRenderer):
    """Lets a client ask for CSV. The view streams it; what is refused is still a problem."""

    media_type = "text/csv"
    format = "csv"


class FileRenderer(JSONRenderer):
    """The same for whatever a file is."""

    media_type = "application/octet-stream"
    format = "file"


def sent(chunks: Iterator[bytes], kind: str, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(chunks, content_type=kind, headers=headers)


class CredentialReport(RestView):
    """Ratified decisions with all that they rest on, one row each, as CSV in UTF-8."""

    policy = EXPORTERS
    model = Program
    renderer_classes = (CSVRenderer, JSONRenderer)
    pagination_class = None

    def rows(self, person: User) -> QuerySet[Program]:
        return programs_where(person, Permission.REPORT_EXPORT)

    @extend_schema(responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, "The report.")})
    def get(self, request: Request, **kwargs: Any) -> StreamingHttpResponse:
        program = self.get_object()
        chunks = credential_report_csv(program, by=self.person)
        return sent(chunks, "text/csv; charset=utf-8", f"credential-report-{program.code}.csv")


class ReportSerializer(serializers.ModelSerializer[Report]):
    """A report: what was asked for, and once it is ready what it is."""

    asked_by = PersonSerializer(read_only=True)

    class Meta:
        model = Report
        fields: tuple[str, ...] = (
            *("id", "program", "asked_by", "schedule", "month", "contents", "format"),
            *("cohort", "enrolment", "begins_on", "ends_on", "as_of", "state", "created_at"),
            *("started_at", "finished_at", "rows", "size", "sha256", "problem"),
        )
        read_only_fields = fields


class ReportUnderWaySerializer(ReportSerializer):
    """With how far it is."""

    rows_written = serializers.SerializerMethodField()

    class Meta(ReportSerializer.Meta):
        fields = (*ReportSerializer.Meta.fields, "rows_written")
        read_only_fields = fields

    def get_rows_written(self, report: Report) -> int:
        return progress.rows_written(report.pk) if report.rows is None else report.rows


@extend_schema_serializer(
    examples=[
        example("All that was ratified in 2026", {"format": "csv", "begins_on": "2026-01-01",
                                                  "ends_on": "2026-12-31"}),
        example("For research", {"format": "json", "contents": "research"}),
    ]
)  # fmt: skip
class ReportWished(Input):
    """What the report holds. `as_of`: how things stood then, instead of now."""

    format = serializers.ChoiceField(Format.choices)
    contents = serializers.ChoiceField(Contents.choices, required=False)
    cohort = Key(required=False)
    enrolment = Key(required=False)
    begins_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)
    as_of = serializers.DateTimeField(required=False)


def found(rows: QuerySet[Any], key: Any, field: str) -> Any:
    """The row of this key; a problem that names the field where there is none."""
    if key is None:
        return None
    row = rows.filter(pk=key).first()
    if row is None:
        raise InvalidInput({field: "This is not in the program."})
    return row


class ReportFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=ReportState.choices)
    format = django_filters.ChoiceFilter(choices=Format.choices)


class SeesReports(RestView):
    policy: Policies = EXPORTERS
    model = Report
    shows: Shows = ReportSerializer

    def rows(self, person: User) -> QuerySet[Report]:
        return Report.objects.visible_to(person).select_related("asked_by").defer("manifest")


class OfProgram(RestView):
    """Rows of the program in the address."""

    opened_by = Permission.REPORT_EXPORT

    def program(self) -> Program:
        programs = programs_where(self.person, self.opened_by)
        return get_object_or_404(programs, pk=self.kwargs["pk"])


class ReportList(SeesReports, OfProgram, ListView):
    """The reports of one program; POST has one made."""

    takes = ReportWished
    filterset_class = ReportFilter
    success = 202
    acts = {"POST": "AskForReport"}

    def rows(self, person: User) -> QuerySet[Report]:
        return super().rows(person).filter(program=self.program())

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        program, given = self.program(), self.given()
        cohorts = cohorts_visible_to(self.person).filter(program=program)
        enrolments = enrolments_visible_to(self.person).filter(cohort__program=program)
        cohort = found(cohorts, given.pop("cohort", None), "cohort")
        enrolment = found(enrolments, given.pop("enrolment", None), "enrolment")
        wish = services.Wish(**given, cohort=cohort, enrolment=enrolment)
        return self.shown(services.ask_for_report(program, wish, by=self.person))


class ReportDetail(SeesReports, DetailView):
    """One report: how far it is, or what it is."""

    shows = ReportUnderWaySerializer


class ReportAgain(SeesReports, ActView):
    """Have a report made that failed."""

    success = 202

    def act(self, subject: Report, **given: Any) -> None:
        services.try_again(subject, by=self.person)


class ReportFile(SeesReports):
    """The file of a report that is ready."""

    part = "file"
    shows = None
    renderer_classes = (FileRenderer, JSONRenderer)
    pagination_class = None
    conflicts = True

    def rows(self, person: User) -> QuerySet[Report]:
        return Report.objects.visible_to(person).select_related("program", "cohort", "enrolment")

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "It.")}
    )
    def get(self, request: Request, **kwargs: Any) -> StreamingHttpResponse:
        report = self.get_object()
        services.take_report(report, self.part, by=self.person)
        return sent(self.content(report), "application/octet-stream", self.name(report))

    def content(self, report: Report) -> Iterator[bytes]:
        return content_of(report)

    def name(self, report: Report) -> str:
        return file_name(report)


class ReportPackage(ReportFile):
    """The file with its signed manifest and the data dictionary, as a ZIP."""

    part = "package"

    def content(self, report: Report) -> Iterator[bytes]:
        return packages.package_of(report)

    def name(self, report: Report) -> str:
        return f"{file_name(report)}.zip"


class ReportManifest(ReportFile):
    """The manifest of a report, signed by the program's issuer."""

    part = "manifest"

    def content(self, report: Report) -> Iterator[bytes]:
        return iter([bytes(report.manifest or b"")])

    def name(self, report: Report) -> str:
        return f"{file_name(report)}.manifest.json"


class ReportScheduleSerializer(serializers.ModelSerializer[ReportSchedule]):
    """A report that is made each month, and who is told."""

    created_by = PersonSerializer(read_only=True)
    recipients = PersonSerializer(many=True, read_only=True)

    class Meta:
        model = ReportSchedule
        fields = (
            *("id", "program", "cohort", "format", "created_by", "created_at"),
            *("recipients", "paused_at"),
        )
        read_only_fields = fields


@extend_schema_serializer(
    examples=[
        example("To the registrar", {
            "format": "csv", "recipients": ["7d444840-9dc0-41d1-b245-5ffdce74fad2"],
        }),
    ]
)  # fmt: skip
class ScheduleWished(Input):
    """Who is told of each month's report: people who may export reports here."""

    format = serializers.ChoiceField(Format.choices)
    cohort = Key(required=False)
    recipients = serializers.ListField(child=Key(), min_length=1, max_length=50)


class SeesSchedules(RestView):
    policy: Policies = EXPORTERS
    model = ReportSchedule
    shows: Shows = ReportScheduleSerializer

    def rows(self, person: User) -> QuerySet[ReportSchedule]:
        rows = ReportSchedule.objects.visible_to(person).select_related("created_by")
        return rows.prefetch_related("recipients")


class ReportScheduleList(SeesSchedules, OfProgram, ListView):
    """The monthly reports of one program; POST makes a schedule."""

    policy = {"GET": EXPORTERS, "POST": DIRECTORS}
    takes = ScheduleWished
    success = 201
    acts = {"POST": "ScheduleReport"}

    def rows(self, person: User) -> QuerySet[ReportSchedule]:
        return super().rows(person).filter(program=self.program())

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        program, given = self.program(), self.given()
        cohorts = cohorts_visible_to(self.person).filter(program=program)
        cohort = found(cohorts, given.get("cohort"), "cohort")
        keys = set(given["recipients"])
        people = list(schedules.possible_recipients(program).filter(pk__in=keys))
        if len(people) < len(keys):
            raise InvalidInput({"recipients": "Only people who may export reports here."})
        made = schedules.schedule_report(
            program, format=given["format"], cohort=cohort, recipients=people, by=self.person
        )
        return self.shown(made)


class ReportScheduleDetail(SeesSchedules, DetailView):
    """One monthly report."""


class ChangesSchedules(SeesSchedules, ActView):
    policy = DIRECTORS


class PauseReportSchedule(ChangesSchedules):
    """No report is made until it goes on."""

    def act(self, subject: ReportSchedule, **given: Any) -> None:
        schedules.pause_schedule(subject, by=self.person)
        subject.refresh_from_db()


class ResumeReportSchedule(ChangesSchedules):
    """Go on from the next month; what was missed is not made up for."""

    def act(self, subject: ReportSchedule, **given: Any) -> None:
        schedules.resume_schedule(subject, by=self.person)
        subject.refresh_from_db()


class DeleteReportSchedule(ChangesSchedules):
    """No more reports; those that were made stay."""

    shows = None
    success = 204

    def act(self, subject: ReportSchedule, **given: Any) -> None:
        schedules.delete_schedule(subject, by=self.person)
