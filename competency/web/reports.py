"""Reports to take away: asked for, followed while they are made, downloaded; each month's too."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competency.foundation.errors import DomainError
from competency.programs.models import Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.reports import packages, progress, schedules, services
from competency.reports.making import content_of
from competency.reports.models import Report, ReportSchedule
from competency.reports.naming import file_name
from competency.reports.states import OPEN, Contents, Format
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest, show_in
from competency.web.memberships import within
from competency.web.paging import page_of
from competency.web.report_forms import ReportForm, ScheduleForm

exporters, directors = requires(Permission.REPORT_EXPORT), requires(Permission.PROGRAM_RUN)
KINDS = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
    Format.PDF: "application/pdf",
    Format.CLR: "application/zip",
}
ACTS = {
    "pause": schedules.pause_schedule,
    "resume": schedules.resume_schedule,
    "delete": schedules.delete_schedule,
}


@opens_to(exporters)
@require_safe
def reports(request: UserRequest) -> HttpResponse:
    """What each program can hand to a registrar or a regulator, and what was made so far."""
    programs = programs_where(request.user, Permission.REPORT_EXPORT).select_related("issuer")
    made = within(request, Report.objects.visible_to(request.user), "program")
    monthly = within(request, ReportSchedule.objects.visible_to(request.user), "program")
    monthly = monthly.select_related("program", "cohort").prefetch_related("recipients")
    runs = set(programs_where(request.user, Permission.PROGRAM_RUN).values_list("pk", flat=True))
    made = made.select_related("program", "asked_by", "cohort", "enrolment").defer("manifest")
    context = {
        "programs": within(request, programs, "pk").order_by("name"),
        "page": page_of(request, made.order_by("-created_at", "pk")),
        "schedules": page_of(request, monthly.order_by("created_at", "pk"), name="monthly"),
        "runs": runs,
    }
    return render(request, "competency/reports/reports.html", context)


@opens_to(exporters)
@never_cache
@require_safe
def credential_report(request: UserRequest, pk: UUID) -> StreamingHttpResponse:
    """One row per ratified decision, streamed: no cohort is too large for it."""
    program = get_object_or_404(programs_where(request.user, Permission.REPORT_EXPORT), pk=pk)
    chunks = services.credential_report_csv(program, by=request.user)
    name = f"{program.code}-credentials-{timezone.now():%Y-%m-%d}.csv"
    return _sent(chunks, KINDS[Format.CSV], name)


def _sent(chunks: Iterator[bytes], kind: str, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(chunks, content_type=kind, headers=headers)


@opens_to(exporters)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: UserRequest, pk: UUID) -> HttpResponse:
    """Have a report of a program made in the background."""
    program = get_object_or_404(programs_where(request.user, Permission.REPORT_EXPORT), pk=pk)
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        program=program,
        cohort=request.GET.get("cohort", ""),
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                asked = services.ask_for_report(program, form.wish(), by=request.user)
            except DomainError as error:
                status = show_in(form, error)
            else:
                return redirect("report", pk=asked.pk)
    context = {"form": form, "program": program}
    return render(request, "competency/reports/ask.html", context, status=status)


def _found(request: UserRequest, pk: UUID) -> Report:
    rows = Report.objects.visible_to(request.user)
    related = rows.select_related("program", "asked_by", "cohort", "enrolment", "schedule")
    return get_object_or_404(related, pk=pk)


@opens_to(exporters)
@never_cache
@require_safe
def report(request: UserRequest, pk: UUID) -> HttpResponse:
    """One report: how far it is, or what it is. The page asks again while it is made."""
    found = _found(request, pk)
    context: dict[str, Any] = {"report": found, "open": found.state in OPEN}
    if found.manifest and found.contents == Contents.RESEARCH:
        context["notes"] = json.loads(bytes(found.manifest))["notes"]
    if found.state in OPEN:
        context |= {
            "written": progress.rows_written(found.pk),
            "expected": progress.rows_expected(found.program_id),
        }
    part = "standing" if request.htmx else "report"
    return render(request, f"competency/reports/{part}.html", context)


@opens_to(exporters)
@never_cache
@require_safe
def report_file(request: UserRequest, pk: UUID, part: str) -> StreamingHttpResponse:
    """The file, its signed manifest, or both with the data dictionary in a ZIP."""
    found = _found(request, pk)
    services.take_report(found, part, by=request.user)
    name = file_name(found)
    if part == "manifest":
        content = iter([bytes(found.manifest or b"")])
        return _sent(content, "application/json", f"{name}.manifest.json")
    if part == "package":
        return _sent(packages.package_of(found), "application/zip", f"{name}.zip")
    return _sent(content_of(found), KINDS[Format(found.format)], name)


@opens_to(exporters)
@require_POST
def try_again(request: UserRequest, pk: UUID) -> HttpResponse:
    """Have a report made that failed."""
    services.try_again(_found(request, pk), by=request.user)
    return redirect("report", pk=pk)


@opens_to(directors)
@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: UserRequest, pk: UUID) -> HttpResponse:
    """Have each month's report made, and told to people by a link."""
    program: Program = get_object_or_404(
        programs_where(request.user, Permission.PROGRAM_RUN), pk=pk
    )
    form = ScheduleForm(request.POST if request.method == "POST" else None, program=program)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                schedules.schedule_report(program, **form.cleaned_data, by=request.user)
            except DomainError as error:
                status = show_in(form, error)
            else:
                messages.success(request, _("From next month on, the report is made each month."))
                return redirect("reports")
    context = {"form": form, "program": program}
    return render(request, "competency/reports/schedule.html", context, status=status)


@opens_to(directors)
@require_POST
def change_schedule(request: UserRequest, pk: UUID) -> HttpResponse:
    """Pause it, go on with it, delete it."""
    programs = programs_where(request.user, Permission.PROGRAM_RUN)
    rows = ReportSchedule.objects.visible_to(request.user).filter(program__in=programs)
    found = get_object_or_404(rows, pk=pk)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise DomainError(_("Say what should become of the schedule."))
    act(found, by=request.user)
    return redirect("reports")
