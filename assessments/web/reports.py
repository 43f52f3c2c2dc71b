"""Reports that name nobody: of a cohort, of an assessment, of programs beside each other."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.figures.cohort_report import cohort_report
from assessments.figures.comparison import comparison
from assessments.figures.rules import LEAST
from assessments.figures.technical import technical_report
from assessments.figures.visible import (
    assessments_reported_to,
    cohorts_reported_to,
    programs_compared_for,
)
from assessments.web.cohort_filters import filters_in, scope_of
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest
from competency.web.memberships import all_held_by


@opens_to(requires(Permission.REPORT_EXPORT))
@require_safe
def cohort(request: UserRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(cohorts_reported_to(request.user), pk=pk)
    scope, form = scope_of(request, found, None)
    context = {
        "cohort": found,
        "form": form,
        "report": cohort_report(scope),
        "query": filters_in(request),
    }
    return render(request, "assessments/reports/cohort.html", context)


@opens_to(requires(Permission.REPORT_EXPORT))
@require_safe
def technical(request: UserRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(assessments_reported_to(request.user), pk=pk)
    context = {"report": technical_report(found), "assessment": found}
    return render(request, "assessments/reports/technical.html", context)


@opens_to(requires(Permission.REPORT_EXPORT, or_staff=True))
@require_safe
def programs(request: UserRequest) -> HttpResponse:
    """Those on which the reader may report, an auditor above all; every one for staff."""
    rows = comparison(programs_compared_for(request.user))
    context = {
        "rows": rows,
        "least": LEAST,
        "alone": len({row.program.pk for row in rows}) == 1,
        "reports": Permission.REPORT_EXPORT in all_held_by(request).grants(),
    }
    return render(request, "assessments/reports/programs.html", context)
