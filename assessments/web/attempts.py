"""An attempt as a trainee or whoever runs the program sees it; releasing its results."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.attempts.models import Attempt
from assessments.attempts.services import release_results
from assessments.web.sitting.own import own_page
from competency.decisions.models import Decision
from competency.programs.policies import has_permission
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires, signed_in
from competency.web.http import UserRequest


@opens_to(signed_in)
@require_safe
def attempt(request: UserRequest, pk: UUID) -> HttpResponse:
    """One's own attempt, or one of a program that shows this person attempts by name."""
    rows = Attempt.objects.visible_to(request.user).select_related(
        "assessment__standard_version", "enrolment__trainee", "enrolment__cohort__program", "form"
    )
    found = get_object_or_404(rows, pk=pk)
    submissions = found.submissions.select_related("vignette_version__vignette")
    context: dict[str, Any] = {"attempt": found, "submissions": submissions.order_by("position")}
    if found.enrolment.trainee_id == request.user.pk:
        template, own = own_page(request, found)
        return render(request, template, context | own)
    context |= {
        "decisions": Decision.objects.visible_to(request.user)
        .in_brief()
        .filter(attempt_id=found.pk)
        .order_by("round"),
        "runs": has_permission(request.user, Permission.PROGRAM_RUN, found.program_id),
    }
    return render(request, "assessments/attempts/attempt.html", context)


@opens_to(requires(Permission.PROGRAM_RUN))
@require_POST
def release(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show an attempt's results to its trainee; only now do people see each other's reviews."""
    found = get_object_or_404(Attempt.objects.run_by(request.user), pk=pk)
    release_results(found, by=request.user)
    if request.htmx:
        return render(request, "assessments/attempts/released.html", {"attempt": found})
    messages.success(request, _("The results are released."))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = resolve_url("attempt", pk=found.pk)
    return redirect(back)
