"""The page behind the link of an invitation."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from competency.accounts.models import User
from competency.foundation.errors import DomainError
from competency.invitations import services
from competency.invitations.links import read_token
from competency.invitations.models import Invitation
from competency.programs.roles import Role
from competency.web.access import open_to_all, opens_to
from competency.web.forms import PlainForm
from competency.web.http import show_in

PAGE = "competency/account/invitation.html"


class JoinForm(PlainForm):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("As it should stand on a certificate."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    password = forms.CharField(
        label=gettext_lazy("A password"),
        help_text=gettext_lazy("Twelve characters or more that nobody would guess."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@opens_to(open_to_all)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept with the account one has, or make one; a link that no longer works says so."""
    found = _found(token)
    if found is None:
        return render(request, PAGE, {"over": True}, status=410)
    account = User.objects.filter(email=found.email).first()
    has_account = account is not None and not services.is_unclaimed(account)
    mine = request.user.is_authenticated and request.user.email == found.email
    form = None if has_account else JoinForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if mine and isinstance(request.user, User):
            services.accept(found, by=request.user)
            return _welcome(request, found)
        if form is not None and not request.user.is_authenticated:
            status = 422
            if form.is_valid() and (person := _joined(found, form)):
                return _sign_in(request, person, found)
    context = {"invitation": found, "form": form, "mine": mine, "roles": _roles(found)}
    return render(request, PAGE, context, status=status)


def _found(token: str) -> Invitation | None:
    key = read_token(token)
    if key is None:
        return None
    rows = Invitation.objects.standing().select_related("program", "invited_by")
    found = rows.filter(pk=key).first()
    return found if found is not None and services.still_holds(found) else None


def _roles(found: Invitation) -> list[Any]:
    return [Role(role).label for role in found.roles]


def _joined(found: Invitation, form: JoinForm) -> User | None:
    try:
        return services.join(found, **form.cleaned_data)
    except DomainError as error:
        show_in(form, error)
        return None


def _sign_in(request: HttpRequest, person: User, found: Invitation) -> HttpResponse:
    """Whoever has just made the account is in it."""
    record_authentication(request, person, "password", reauthenticated=True)
    answer: HttpResponse = perform_login(request, Login(person, redirect_url=resolve_url("home")))
    _greet(request, found)
    return answer


def _welcome(request: HttpRequest, found: Invitation) -> HttpResponse:
    _greet(request, found)
    return redirect("home")


def _greet(request: HttpRequest, found: Invitation) -> None:
    messages.success(request, _("Welcome to %(program)s.") % {"program": found.program.name})
