"""Reports to take away."""

import csv
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.reports.services import credential_report_rows
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest
from competency.web.memberships import within

BOM = "\ufeff"  # without it, spreadsheets read UTF-8 as something else


@opens_to(requires(Permission.REPORT_EXPORT))
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """What each program can hand to a registrar or a regulator."""
    programs = programs_where(request.user, Permission.REPORT_EXPORT).select_related("issuer")
    context = {"programs": within(request, programs, "pk").order_by("name")}
    return render(request, "competency/reports/reports.html", context)


@opens_to(requires(Permission.REPORT_EXPORT))
@never_cache
@require_safe
def credential_report(request: UserRequest, pk: UUID) -> StreamingHttpResponse:
    """One row per ratified decision, streamed: no cohort is too large for it."""
    program = get_object_or_404(programs_where(request.user, Permission.REPORT_EXPORT), pk=pk)
    rows = credential_report_rows(program, by=request.user)
    response = StreamingHttpResponse(_as_csv(rows), content_type="text/csv; charset=utf-8")
    name = f"{program.code}-credentials-{timezone.now():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Line:
    """A file that gives each line back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def _as_csv(rows: Iterator[list[str]]) -> Iterator[Any]:
    yield BOM
    writer = csv.writer(_Line())
    for row in rows:
        yield writer.writerow(row)
