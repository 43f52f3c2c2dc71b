"""Cohorts: how far everyone is, and who they are."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.attempts.models import Attempt
from assessments.attempts.states import AttemptState
from assessments.web.funnel import cohorts_overseen_by, funnel
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest
from competency.web.memberships import within
from competency.web.paging import page_of


@opens_to(requires(Permission.ATTEMPT_VIEW))
@require_safe
def cohorts(request: UserRequest) -> HttpResponse:
    page = page_of(request, within(request, cohorts_overseen_by(request.user), "program"))
    return render(request, "assessments/cohorts/cohorts.html", {"page": page})


@opens_to(requires(Permission.ATTEMPT_VIEW))
@require_safe
def cohort(request: UserRequest, pk: UUID) -> HttpResponse:
    """One cohort: the funnel, and every attempt in it; filters live in the URL."""
    found = get_object_or_404(cohorts_overseen_by(request.user), pk=pk)
    state = request.GET.get("state", "")
    attempts = Attempt.objects.overseen_by(request.user).filter(enrolment__cohort=found)
    if state in AttemptState.values:
        attempts = attempts.filter(state=state)
    attempts = attempts.select_related("assessment", "enrolment__trainee")
    context = {
        "cohort": found,
        "steps": funnel(found),
        "page": page_of(request, attempts.order_by("enrolment__trainee__name", "number", "pk")),
        "states": AttemptState.choices,
        "state": state if state in AttemptState.values else "",
    }
    return render(request, "assessments/cohorts/cohort.html", context)
