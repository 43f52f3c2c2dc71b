"""Complaints: lodged by anybody with an account, answered by whoever runs the program."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from competency.cases.models import Complaint
from competency.cases.services import answer_complaint, take_complaint
from competency.foundation.errors import DomainError
from competency.programs.models import Program
from competency.programs.policies import has_permission
from competency.programs.roles import Permission
from competency.web.access import opens_to, signed_in
from competency.web.fields import ReasonField
from competency.web.forms import PlainForm
from competency.web.http import UserRequest, show_in
from competency.web.paging import page_of

STATES = ("open", "answered")


class ComplaintForm(PlainForm):
    """What is wrong, and with which program."""

    program: "forms.ModelChoiceField[Program]" = forms.ModelChoiceField(
        None,
        label=gettext_lazy("About which program"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose a program.")},
    )
    subject = forms.CharField(
        label=gettext_lazy("In one line"),
        max_length=200,
        help_text=gettext_lazy("The register keeps this line as it is. Name nobody in it."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": gettext_lazy("Say in one line what it is about.")},
    )
    text = ReasonField(
        label=gettext_lazy("What happened"),
        help_text=gettext_lazy("The program’s directors read it. It is sealed under your key."),
        error_messages={"required": gettext_lazy("Say what happened.")},
    )

    def __init__(self, data: Any = None, *, programs: QuerySet[Program]) -> None:
        super().__init__(data)
        self.fields["program"].queryset = programs  # type: ignore[attr-defined]


class AnswerForm(PlainForm):
    """What came of a complaint."""

    outcome = ReasonField(
        label=gettext_lazy("What came of it"),
        help_text=gettext_lazy("Whoever complained reads it, and it stays in the register."),
        error_messages={"required": gettext_lazy("Say what came of it.")},
    )


@opens_to(signed_in)
@require_safe
def complaints(request: UserRequest) -> HttpResponse:
    """One's own, and the register of the programs one runs or audits; open ones first."""
    visible = Complaint.objects.visible_to(request.user).select_related("program", "complainant")
    state = request.GET.get("state", "")
    rows = visible.filter(answered_at__isnull=state == "open") if state in STATES else visible
    context = {
        "page": page_of(request, rows.order_by("-answered_at", "-received_at", "pk")),
        "state": state if state in STATES else "",
        "open": visible.filter(answered_at=None).count(),
    }
    return render(request, "competency/complaints/complaints.html", context)


@opens_to(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: UserRequest) -> HttpResponse:
    """Lodge a complaint about a program that one belongs to."""
    programs = Program.objects.visible_to(request.user).order_by("name")
    form = ComplaintForm(request.POST if request.method == "POST" else None, programs=programs)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                lodged = take_complaint(**form.cleaned_data, by=request.user)
            except DomainError as error:
                status = show_in(form, error)
            else:
                messages.success(request, _("Your complaint is in the register."))
                return redirect("complaint", pk=lodged.pk)
    context = {"form": form, "programs": programs}
    return render(request, "competency/complaints/complain.html", context, status=status)


@opens_to(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: UserRequest, pk: UUID) -> HttpResponse:
    """One complaint and what came of it; whoever runs the program answers it here."""
    rows = Complaint.objects.visible_to(request.user)
    found = get_object_or_404(rows.select_related("program", "complainant", "answered_by"), pk=pk)
    if request.method != "POST":
        return _page(request, found, AnswerForm())
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, 422)
    try:
        answer_complaint(found, outcome=form.cleaned_data["outcome"], by=request.user)
    except DomainError as error:
        return _page(request, found, form, show_in(form, error))
    messages.success(request, _("Answered. The outcome is in the register."))
    return redirect("complaint", pk=found.pk)


def _page(
    request: UserRequest, found: Complaint, form: AnswerForm, status: int = 200
) -> HttpResponse:
    own = found.complainant_id == request.user.pk
    runs = has_permission(request.user, Permission.PROGRAM_RUN, found.program_id)
    context = {
        "complaint": found,
        "form": form,
        "own": own,
        "reads": own or runs,
        "answers": runs and not own and found.answered_at is None,
    }
    return render(request, "competency/complaints/complaint.html", context, status=status)
