"""The credential report of a program, as it is exported."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from competency.accounts.models import User
from competency.programs.access import requires
from competency.programs.models import Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.reports.services import credential_report_rows
from competency.rest.views import RestView


class CSVRenderer(JSONRenderer):
    """Lets a client ask for CSV. The view streams it; what is refused is still a problem."""

    media_type = "text/csv"
    format = "csv"


class _Echo:
    """A file that hands back each line, for a writer that wants a file."""

    def write(self, line: str) -> str:
        return line


class CredentialReport(RestView):
    """Ratified decisions with all that they rest on, one row each, as CSV in UTF-8."""

    policy = requires(Permission.REPORT_EXPORT)
    model = Program
    renderer_classes = (CSVRenderer, JSONRenderer)
    pagination_class = None

    def rows(self, person: User) -> QuerySet[Program]:
        return programs_where(person, Permission.REPORT_EXPORT)

    @extend_schema(responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, "The report.")})
    def get(self, request: Request, **kwargs: Any) -> StreamingHttpResponse:
        program = self.get_object()
        rows = credential_report_rows(program, by=self.person)
        name = f"credential-report-{program.code}.csv"
        return StreamingHttpResponse(
            _lines(rows),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _lines(rows: Iterator[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow(row)
