"""Webhooks: which addresses are told of what, what became of each event, and sending it again."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competency.accounts.models import User
from competency.foundation.errors import DomainError
from competency.programs.models import Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.forms import PlainForm
from competency.web.http import UserRequest, show_in
from competency.web.paging import page_of
from competency.webhooks import services
from competency.webhooks.models import Delivery, Endpoint, Event
from competency.webhooks.states import DeliveryState

runners = requires(Permission.PROGRAM_RUN)


class EndpointForm(PlainForm):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"dir": "ltr", "placeholder": "https://"}),
        help_text=gettext_lazy(
            "It begins with https:// and is on the public internet; private networks are refused."
        ),
        error_messages={"required": gettext_lazy("Where should it be sent?")},
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Tell it when"),
        choices=Event.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose one or more of the events.")},
    )
    note = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class NewEndpointForm(EndpointForm):
    program: "forms.ModelChoiceField[Program]" = forms.ModelChoiceField(
        None, label=gettext_lazy("Program"), empty_label=None
    )
    field_order = ("program", "url", "events", "note")

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        programs = programs_where(by, Permission.PROGRAM_RUN).order_by("name")
        self.fields["program"].queryset = programs  # type: ignore[attr-defined]


class ChangeForm(EndpointForm):
    in_use = forms.BooleanField(label=gettext_lazy("Send messages to this address"), required=False)


@opens_to(runners)
@require_safe
def webhooks(request: UserRequest) -> HttpResponse:
    """Every endpoint of the programs one runs."""
    rows = Endpoint.objects.run_by(request.user).select_related("program")
    page = page_of(request, rows.order_by("program__name", "-created_at", "pk"))
    return render(request, "competency/webhooks/webhooks.html", {"page": page})


@opens_to(runners)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: UserRequest) -> HttpResponse:
    """Set one up; its secret is shown this once."""
    form = NewEndpointForm(request.POST if request.method == "POST" else None, by=request.user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                endpoint, secret = services.make_endpoint(**form.cleaned_data, by=request.user)
            except DomainError as error:
                status = show_in(form, error)
            else:
                return _told(request, endpoint, secret)
    return render(request, "competency/webhooks/new.html", {"form": form}, status=status)


def _told(request: UserRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    context = {"endpoint": endpoint, "secret": secret, "hours": services.OVERLAP.days * 24}
    return render(request, "competency/webhooks/secret.html", context)


@opens_to(runners)
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: UserRequest, pk: UUID) -> HttpResponse:
    """One endpoint: what it is told of, and what became of each event; a POST changes it."""
    found = _found(request, pk)
    if request.method != "POST":
        given = {"url": found.url, "events": found.events, "note": found.note}
        return _page(request, found, ChangeForm(initial={**given, "in_use": not found.stopped}))
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, 422)
    try:
        services.change_endpoint(found, **form.cleaned_data, by=request.user)
    except DomainError as error:
        return _page(request, found, form, show_in(form, error))
    messages.success(request, _("Changed."))
    return redirect("webhook", pk=found.pk)


def _found(request: UserRequest, pk: UUID) -> Endpoint:
    return get_object_or_404(Endpoint.objects.run_by(request.user).select_related("program"), pk=pk)


def _page(
    request: UserRequest, found: Endpoint, form: ChangeForm, status: int = 200
) -> HttpResponse:
    state = request.GET.get("state", "")
    rows = Delivery.objects.run_by(request.user).filter(endpoint=found)
    if state in DeliveryState.values:
        rows = rows.filter(state=state)
    context = {
        "endpoint": found,
        "form": form,
        "page": page_of(request, rows.with_last_try().order_by("-created_at", "pk")),
        "states": DeliveryState.choices,
        "state": state,
    }
    return render(request, "competency/webhooks/webhook.html", context, status=status)


@opens_to(runners)
@never_cache
@require_POST
def rotate(request: UserRequest, pk: UUID) -> HttpResponse:
    """A new secret, shown this once."""
    found = _found(request, pk)
    return _told(request, found, services.rotate_secret(found, by=request.user))


@opens_to(runners)
@require_safe
def delivery(request: UserRequest, pk: UUID) -> HttpResponse:
    """One event on its way: every request with what came back."""
    rows = Delivery.objects.run_by(request.user).select_related("endpoint__program")
    found = get_object_or_404(rows, pk=pk)
    context = {
        "delivery": found,
        "tries": page_of(request, found.tries_made.order_by("-number")),
        "can_replay": found.state != DeliveryState.DUE,
    }
    return render(request, "competency/webhooks/delivery.html", context)


@opens_to(runners)
@require_POST
def replay(request: UserRequest, pk: UUID) -> HttpResponse:
    """Send it again."""
    found = get_object_or_404(Delivery.objects.run_by(request.user), pk=pk)
    services.replay(found, by=request.user)
    messages.success(request, _("It is on its way again."))
    return redirect("delivery", pk=found.pk)
