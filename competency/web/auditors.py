"""Auditors: whom a program lets read what, until when; what they read; and closing the door."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from competency.accounts.models import User
from competency.foundation.errors import DomainError
from competency.invitations.models import Invitation
from competency.invitations.services import let_in
from competency.programs.auditing import (
    audits_overseen_by,
    cohorts_opened_by,
    programs_opened_by,
    reads_under,
)
from competency.programs.models import Membership, Program
from competency.programs.roles import Area, Permission
from competency.programs.services import withdraw_audit
from competency.web.access import opens_to, requires
from competency.web.forms import PlainForm, ReasonForm
from competency.web.http import UserRequest, show_in
from competency.web.paging import page_of

granters = requires(Permission.PROGRAM_RUN, or_staff=True)


class CohortChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.program.name})"


class GrantForm(PlainForm):
    """Whom to let in, what they may see, and until when."""

    program: "forms.ModelChoiceField[Program]" = forms.ModelChoiceField(
        None,
        label=gettext_lazy("Program"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose a program.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("Somebody without an account gets an invitation."),
        error_messages={"required": gettext_lazy("Whose access is it?")},
    )
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("What they may see"),
        choices=Area.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose what they may see.")},
    )
    cohort = CohortChoice(
        None,
        label=gettext_lazy("Of which cohort"),
        required=False,
        empty_label=gettext_lazy("The whole program"),
        help_text=gettext_lazy("Of one cohort, only its records can be granted."),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": gettext_lazy("Say when the access ends.")},
    )
    scope = forms.CharField(
        label=gettext_lazy("Mandate, in one line"),
        max_length=200,
        help_text=gettext_lazy("Who asked for it and what for. It stays on the record."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": gettext_lazy("Say what the access is for.")},
    )

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        programs, cohorts = programs_opened_by(by), cohorts_opened_by(by).select_related("program")
        self.fields["program"].queryset = programs.order_by("name")  # type: ignore[attr-defined]
        self.fields["cohort"].queryset = cohorts.order_by("name")  # type: ignore[attr-defined]


@opens_to(granters)
@require_safe
def auditors(request: UserRequest) -> HttpResponse:
    """Every grant, the latest to end first, and the invitations that were not taken up yet."""
    by, now = request.user, timezone.now()
    grants = audits_overseen_by(by).select_related("program", "person", "cohort")
    asked = Invitation.objects.overseen_by(by).filter(expires_at__gt=now)
    asked = asked.select_related("program", "cohort").order_by("-created_at", "pk")
    context = {
        "page": page_of(request, grants.order_by("-withdrawn_at", "-ends_on", "pk")),
        "asked": page_of(request, asked, name="asked", size=10),
        "today": now.date(),
    }
    return render(request, "competency/auditors/auditors.html", context)


@opens_to(granters)
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: UserRequest) -> HttpResponse:
    """Let somebody in, with their account or by invitation."""
    posted = request.POST if request.method == "POST" else None
    form = GrantForm(posted, by=request.user)
    status = 200
    if posted is not None:
        status = 422
        if form.is_valid():
            try:
                made = let_in(**form.cleaned_data, by=request.user)
            except DomainError as error:
                status = show_in(form, error)
            else:
                messages.success(request, _said(made))
                return redirect("auditors")
    context = {"form": form}
    return render(request, "competency/auditors/grant.html", context, status=status)


def _said(made: Membership | Invitation) -> str:
    if isinstance(made, Invitation):
        return _("An invitation is on its way.")
    return _("%(name)s may read from now on.") % {"name": made.person.name}


@opens_to(granters)
@require_http_methods(["GET", "HEAD", "POST"])
def auditor(request: UserRequest, pk: UUID) -> HttpResponse:
    """One grant, everything that was read under it, and the way to withdraw it."""
    rows = audits_overseen_by(request.user).select_related("program", "person", "cohort")
    found = get_object_or_404(rows, pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                withdraw_audit(found, reason=form.cleaned_data["reason"], by=request.user)
            except DomainError as error:
                status = show_in(form, error)
            else:
                messages.success(request, _("Withdrawn. The doors are closed."))
                return redirect("auditor", pk=found.pk)
    today = timezone.now().date()
    context = {
        "grant": found,
        "form": form,
        "reads": page_of(request, reads_under(found).order_by("-pk")),
        "holds": found.withdrawn_at is None and (found.ends_on is None or found.ends_on >= today),
    }
    return render(request, "competency/auditors/auditor.html", context, status=status)
