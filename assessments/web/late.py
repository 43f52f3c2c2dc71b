"""Answers that came after time and grace, for a director to rule on without reading them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.attempts.models import LateAnswer
from assessments.web.forms import RulingForm
from assessments.workflow.late import rule_on_late_answer
from competency.foundation.errors import DomainError
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest, show_in
from competency.web.paging import page_of

runs = opens_to(requires(Permission.PROGRAM_RUN))
OF_LATE = (
    "item",
    "ruling__ruled_by",
    "submission__vignette_version__vignette",
    "submission__attempt__assessment",
    "submission__attempt__enrolment__trainee",
    "submission__attempt__enrolment__cohort__program",
)


@runs
@require_safe
def late_answers(request: UserRequest) -> HttpResponse:
    """Those that wait for a ruling first, the oldest on top; then those ruled on."""
    rows = LateAnswer.objects.run_by(request.user).select_related(*OF_LATE)
    waiting = rows.filter(ruling=None).order_by("arrived_at", "pk")
    ruled = rows.exclude(ruling=None).order_by("-ruling__ruled_at", "pk")
    context = {
        "waiting": page_of(request, waiting, name="waiting"),
        "ruled": page_of(request, ruled, name="ruled"),
    }
    return render(request, "assessments/late/late_answers.html", context)


@runs
@require_http_methods(["GET", "HEAD", "POST"])
def late_answer(request: UserRequest, pk: UUID) -> HttpResponse:
    """One late answer: when it came and to what. What it says is kept out of the ruling."""
    rows = LateAnswer.objects.run_by(request.user).select_related(*OF_LATE)
    found = get_object_or_404(rows, pk=pk)
    if request.method != "POST":
        return _page(request, found, RulingForm())
    form = RulingForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, 422)
    try:
        rule_on_late_answer(found, **form.cleaned_data, by=request.user)
    except DomainError as error:
        return _page(request, found, form, show_in(form, error))
    messages.success(request, _("The ruling is on the record."))
    return redirect("late-answers")


def _page(
    request: UserRequest, found: LateAnswer, form: RulingForm, status: int = 200
) -> HttpResponse:
    context = {"late": found, "form": form, "ruling": getattr(found, "ruling", None)}
    return render(request, "assessments/late/late_answer.html", context, status=status)
