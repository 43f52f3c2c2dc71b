"""Suspected breaches: each case holds a decision until somebody else closes it with a finding."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.attempts.models import Attempt
from assessments.reviews.models import Review
from assessments.web.forms import CaseForm, FindingForm
from assessments.workflow.services import close_case
from competency.cases.models import Case
from competency.cases.services import open_case
from competency.foundation.errors import DomainError
from competency.programs.policies import has_permission
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest, show_in
from competency.web.paging import page_of

sees = opens_to(requires(Permission.PROGRAM_RUN, Permission.DECISION_RATIFY))
STATES = ("open", "closed")


@sees
@require_safe
def cases(request: UserRequest) -> HttpResponse:
    """Every case of one's programs, the open ones first; the filter is in the URL."""
    visible = Case.objects.visible_to(request.user)
    state = request.GET.get("state", "")
    rows = visible.filter(closed_at__isnull=state == "open") if state in STATES else visible
    rows = rows.select_related("enrolment__trainee", "enrolment__cohort__program")
    context = {
        "page": page_of(request, rows.order_by("closed_at", "-created_at", "pk")),
        "state": state if state in STATES else "",
        "open": visible.filter(closed_at=None).count(),
    }
    return render(request, "assessments/holds/cases.html", context)


@sees
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: UserRequest, pk: UUID) -> HttpResponse:
    """One case; whoever runs the program and did not open it closes it with a finding."""
    rows = Case.objects.visible_to(request.user).select_related(
        "enrolment__trainee", "enrolment__cohort__program", "opened_by", "closed_by"
    )
    found = get_object_or_404(rows, pk=pk)
    if request.method != "POST":
        return _case(request, found, FindingForm())
    form = FindingForm(request.POST)
    if not form.is_valid():
        return _case(request, found, form, 422)
    try:
        close_case(found, **form.cleaned_data, by=request.user)
    except DomainError as error:
        return _case(request, found, form, show_in(form, error))
    messages.success(request, _("The case is closed. It holds the decision no longer."))
    return redirect("case", pk=found.pk)


def _case(request: UserRequest, found: Case, form: FindingForm, status: int = 200) -> HttpResponse:
    runs = has_permission(request.user, Permission.PROGRAM_RUN, found.program_id)
    context = {
        "case": found,
        "form": form,
        "closes": runs and found.closed_at is None and found.opened_by_id != request.user.pk,
    }
    return render(request, "assessments/holds/case.html", context, status=status)


@opens_to(requires(Permission.PROGRAM_RUN))
@require_http_methods(["GET", "HEAD", "POST"])
def suspect(request: UserRequest, pk: UUID) -> HttpResponse:
    """Open a case about an attempt of a program that one runs."""
    found = get_object_or_404(
        Attempt.objects.run_by(request.user).select_related("enrolment__trainee"), pk=pk
    )
    about = {"attempt": found, "title": found.enrolment.trainee.name}
    if (answer := _opened(request, found, about)) is not None:
        return answer
    messages.success(request, _("The case is open. It holds the decision until it is closed."))
    return redirect("attempt", pk=found.pk)


@opens_to(requires(Permission.REVIEW_DO))
@require_http_methods(["GET", "HEAD", "POST"])
def concern(request: UserRequest, pk: UUID) -> HttpResponse:
    """Open a case from a review, blind as before: the review itself goes on as it is."""
    rows = Review.objects.assigned_to(request.user).select_related(
        "submission__attempt__enrolment__cohort"
    )
    found = get_object_or_404(rows, pk=pk)
    about = {"review": found, "title": found.pseudonym}
    if (answer := _opened(request, found.submission.attempt, about)) is not None:
        return answer
    messages.success(request, _("The director is told. Go on with your review as it is."))
    return redirect("review", pk=found.pk)


def _opened(request: UserRequest, about: Attempt, context: dict[str, Any]) -> HttpResponse | None:
    """Open a case as the form says; the form to show where that cannot be done."""
    form = CaseForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                open_case(about.enrolment, about.pk, **form.cleaned_data, by=request.user)
            except DomainError as error:
                status = show_in(form, error)
            else:
                return None
    return render(request, "assessments/holds/open.html", context | {"form": form}, status=status)
