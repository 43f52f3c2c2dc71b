"""Ask somebody into a program, and take a question back."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from competency.foundation.errors import DomainError
from competency.invitations import services
from competency.invitations.models import Invitation
from competency.programs.models import Program
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.fields import DayField
from competency.web.forms import PlainForm
from competency.web.http import UserRequest, show_in
from competency.web.paging import page_of
from competency.web.people import ROLES, programs_at_hand


class InviteForm(PlainForm):
    program: "forms.ModelChoiceField[Program]" = forms.ModelChoiceField(
        None, label=gettext_lazy("Into which program"), empty_label=None
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The link comes to this address and works once, for 14 days."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        max_length=200,
    )
    roles = forms.MultipleChoiceField(
        choices=ROLES,
        label=gettext_lazy("Roles"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose one role or more.")},
    )
    roles_end_on = DayField(label=gettext_lazy("Last day, if known"), required=False)

    def __init__(self, data: Any = None, *, programs: QuerySet[Program]) -> None:
        super().__init__(data)
        self.fields["program"].queryset = programs  # type: ignore[attr-defined]


@opens_to(requires(Permission.PROGRAM_RUN))
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: UserRequest) -> HttpResponse:
    """Ask one person; below, the invitations that stand."""
    programs = programs_at_hand(request)
    form = InviteForm(request.POST if request.method == "POST" else None, programs=programs)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = dict(form.cleaned_data)
            try:
                services.invite(given.pop("program"), given.pop("email"), **given, by=request.user)
            except DomainError as error:
                status = show_in(form, error)
            else:
                messages.success(request, _("The invitation is on its way."))
                return redirect("invite")
    rows = Invitation.objects.visible_to(request.user).standing().filter(program__in=programs)
    rows = rows.select_related("program")
    context = {
        "form": form,
        "page": page_of(request, rows.order_by("-created_at", "pk")),
        "now": timezone.now(),
    }
    return render(request, "competency/people/invite.html", context, status=status)


@opens_to(requires(Permission.PROGRAM_RUN))
@require_POST
def withdraw(request: UserRequest, pk: UUID) -> HttpResponse:
    """The link stops working."""
    found = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    services.withdraw(found, by=request.user)
    messages.success(request, _("Withdrawn. The link works no more."))
    return redirect("invite")
