"""Open a sitting: a form, a preview that names each person and what they get, then the button."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.instruments.models import Assessment
from assessments.sittings.planning import Planned
from assessments.sittings.services import open_sitting, preview
from assessments.web.funnel import cohorts_overseen_by
from assessments.web.running.forms import OpeningForm
from competency.foundation.errors import DomainError
from competency.frameworks.states import VersionState
from competency.programs.models import Cohort
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest, show_in
from competency.web.paging import page_of

SHOWN = ("in", "out")
SIZE = 50


@opens_to(requires(Permission.PROGRAM_RUN))
@require_http_methods(["GET", "HEAD", "POST"])
def open_one(request: UserRequest, pk: UUID) -> HttpResponse:
    """The question stands in the URL, so that the preview can be turned, kept and asked again."""
    cohort = _found(request, pk)
    if request.method == "POST":
        return _open(request, cohort)
    if "assessment" not in request.GET:
        return _page(request, cohort, _form(request, cohort))
    form = _form(request, cohort, request.GET)
    if not form.is_valid():
        return _page(request, cohort, form, status=422)
    try:
        planned = preview(cohort, form.cleaned_data["assessment"], **form.asked(), by=request.user)
    except DomainError as error:
        return _page(request, cohort, form, status=show_in(form, error))
    return _page(request, cohort, form, planned=planned)


def _open(request: UserRequest, cohort: Cohort) -> HttpResponse:
    form = _form(request, cohort, request.POST)
    if not form.is_valid():
        return _page(request, cohort, form, status=422)
    try:
        sitting = open_sitting(
            cohort,
            form.cleaned_data["assessment"],
            **form.asked(),
            sitting_mode=form.cleaned_data["sitting_mode"],
            idempotency_key=form.pressed,
            by=request.user,
        )
    except DomainError as error:
        return _page(request, cohort, form, status=show_in(form, error))
    messages.success(request, _("The sitting is set up."))
    return redirect("sitting", pk=sitting.pk)


def _found(request: UserRequest, pk: UUID) -> Cohort:
    run = programs_where(request.user, Permission.PROGRAM_RUN)
    return get_object_or_404(cohorts_overseen_by(request.user).filter(program__in=run), pk=pk)


def _form(request: UserRequest, cohort: Cohort, data: Any = None) -> OpeningForm:
    rows = Assessment.objects.visible_to(request.user).filter(
        program=cohort.program_id, state=VersionState.PUBLISHED
    )
    rows = rows.prefetch_related("forms").order_by("title", "-number")
    return OpeningForm(data, cohort=cohort, assessments=rows, zone=cohort.program.timezone)


def _page(
    request: UserRequest,
    cohort: Cohort,
    form: OpeningForm,
    *,
    planned: list[Planned] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"cohort": cohort, "form": form, "planned": planned is not None}
    if planned is not None:
        shown = request.GET.get("show", "")
        chosen = {
            "in": [row for row in planned if row.form],
            "out": [row for row in planned if row.left_out],
        }
        context |= {
            "page": page_of(request, chosen.get(shown, planned), size=SIZE),
            "shown": shown if shown in SHOWN else "",
            "everyone": len(planned),
            "given": len(chosen["in"]),
            "left_out": len(chosen["out"]),
            "key": uuid4(),
        }
    return render(request, "assessments/running/open.html", context, status=status)
