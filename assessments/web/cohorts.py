"""Cohorts: what is seen of one, and the people behind each figure."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.figures.dashboard import Dashboard
from assessments.figures.levels import rows_of
from assessments.figures.rows import people_behind
from assessments.figures.standings import Standing, places_of
from assessments.web.cohort_figures import figures_of
from assessments.web.cohort_filters import behind_of, filters_in, narrowed_by, scope_of
from assessments.web.funnel import cohorts_overseen_by, cohorts_seen_by
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest
from competency.web.memberships import grants_here, held_by, runs_here, within
from competency.web.paging import page_of

HEAT_ROWS = 20


@opens_to(requires(Permission.ATTEMPT_VIEW))
@require_safe
def cohorts(request: UserRequest) -> HttpResponse:
    page = page_of(request, within(request, cohorts_overseen_by(request.user), "program"))
    context = {"page": page, "runs": Permission.PROGRAM_RUN in held_by(request).grants()}
    return render(request, "assessments/cohorts/cohorts.html", context)


@opens_to(requires(Permission.ATTEMPT_VIEW))
@require_safe
def cohort(request: UserRequest, pk: UUID) -> HttpResponse:
    """The dashboard of one cohort; filters live in the URL."""
    found = get_object_or_404(cohorts_seen_by(request.user), pk=pk)
    scope, form = scope_of(request, found, request.user)
    seen = Dashboard(scope)
    decided = scope.decided().select_related("enrolment__trainee")
    page = page_of(request, decided, size=HEAT_ROWS)
    context: dict[str, Any] = {
        "cohort": found,
        "scope": scope,
        "form": form,
        "seen": seen,
        "page": page,
        "rows": rows_of(page.object_list, [column.code for column in seen.columns]),
        "query": filters_in(request),
        **figures_of(seen),
        "runs": runs_here(request, found.program_id),
        "reports": Permission.REPORT_EXPORT in grants_here(request, found.program_id),
    }
    return render(request, "assessments/cohorts/cohort.html", context)


@opens_to(requires(Permission.ATTEMPT_VIEW))
@require_safe
def trainees(request: UserRequest, pk: UUID) -> HttpResponse:
    """The people behind a figure: who stands where, and what each one lacks."""
    found = get_object_or_404(cohorts_seen_by(request.user), pk=pk)
    scope, _form = scope_of(request, found, request.user)
    behind = behind_of(request)
    page = page_of(request, people_behind(scope, behind))
    places = places_of(scope, [row.pk for row in page])
    context = {
        "cohort": found,
        "page": page,
        "people": [(row, places[row.pk]) for row in page],
        "standings": Standing.choices,
        "behind": behind,
        "narrowed": narrowed_by(behind),
        "query": filters_in(request),
    }
    return render(request, "assessments/cohorts/trainees.html", context)
