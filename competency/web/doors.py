"""The pages of django-allauth, each behind a policy of ours and with the manners of our pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid
from allauth.usersessions import views as sessions
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.cache import never_cache

from competency.programs.access import Policy
from competency.web.access import open_to_all, opens_to, signed_in
from competency.web.http import UserRequest

View = Callable[..., HttpResponseBase]


def door(view: View, policy: Policy) -> View:
    """A view of theirs under a policy of ours; input at fault is 422, as it is on our pages."""

    @opens_to(policy)
    @never_cache
    @wraps(view)
    def behind(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse):
            forms = [each for each in _context(response) if isinstance(each, BaseForm)]
            for form in forms:
                form.label_suffix = ""
            if response.status_code == 200 and any(form.errors for form in forms):
                response.status_code = 422
        return response

    behind.__module__ = __name__
    return behind


def _context(response: TemplateResponse) -> list[Any]:
    return list((response.context_data or {}).values())


def of_ones_own(view: View) -> View:
    """Somebody else's passkey is not there, whatever is asked of it."""

    @wraps(view)
    def owned(request: UserRequest, pk: int) -> HttpResponseBase:
        get_object_or_404(
            Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN), pk=pk
        )
        return view(request, pk=pk)

    return owned


def where_it_applies(view: View) -> View:
    """Who has no app, passkey, codes or password of that kind is led to where they are set up."""

    @wraps(view)
    def shown(request: HttpRequest) -> HttpResponseBase:
        try:
            return view(request)
        except (Http404, PermissionDenied):
            return redirect("mfa_index")

    return shown


def _open(address: str, view: View, name: str) -> URLPattern:
    return path(f"account/{address}", door(view, open_to_all), name=name)


def _own(address: str, view: View, name: str) -> URLPattern:
    return path(f"account/{address}", door(view, signed_in), name=name)


FACTOR = "second-factor"
RESET = "account_reset_password"
urlpatterns: list[URLPattern] = [
    _open("closed", account.account_inactive, "account_inactive"),
    _open("sign-up", account.signup, "account_signup"),
    _own("again", where_it_applies(account.reauthenticate), "account_reauthenticate"),
    _own("email", account.email, "account_email"),
    _open("email/sent", account.email_verification_sent, "account_email_verification_sent"),
    _open("email/confirm/<str:key>", account.confirm_email, "account_confirm_email"),
    _own("password", account.password_change, "account_change_password"),
    _own("password/set", account.password_set, "account_set_password"),
    _open("password/reset", account.password_reset, RESET),
    _open("password/reset/sent", account.password_reset_done, f"{RESET}_done"),
    _open("password/reset/done", account.password_reset_from_key_done, f"{RESET}_from_key_done"),
    re_path(  # they look for the hyphen between the two parts
        r"^account/password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)$",
        door(account.password_reset_from_key, open_to_all),
        name=f"{RESET}_from_key",
    ),
    _own("sessions", sessions.list_usersessions, "usersessions_list"),
    _own(FACTOR, mfa.index, "mfa_index"),
    _open(f"{FACTOR}/ask", mfa.authenticate, "mfa_authenticate"),
    _own(f"{FACTOR}/again", where_it_applies(mfa.reauthenticate), "mfa_reauthenticate"),
    _own(f"{FACTOR}/app", totp.activate_totp, "mfa_activate_totp"),
    _own(f"{FACTOR}/app/remove", where_it_applies(totp.deactivate_totp),
         "mfa_deactivate_totp"),
    _own(f"{FACTOR}/codes", where_it_applies(codes.view_recovery_codes),
         "mfa_view_recovery_codes"),
    _own(f"{FACTOR}/codes/new", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    _own(f"{FACTOR}/passkeys", webauthn.list_webauthn, "mfa_list_webauthn"),
    _own(f"{FACTOR}/passkeys/add", webauthn.add_webauthn, "mfa_add_webauthn"),
    _own(f"{FACTOR}/passkeys/again", where_it_applies(webauthn.reauthenticate_webauthn),
         "mfa_reauthenticate_webauthn"),
    _own(f"{FACTOR}/passkeys/<int:pk>/remove", of_ones_own(webauthn.remove_webauthn),
         "mfa_remove_webauthn"),
    _own(f"{FACTOR}/passkeys/<int:pk>/name", of_ones_own(webauthn.edit_webauthn),
         "mfa_edit_webauthn"),
    _open("passkey", webauthn.login_webauthn, "mfa_login_webauthn"),
]  # fmt: skip
single_sign_on: list[URLPattern] = [
    _open("<slug:provider_id>/go", openid.login, "openid_connect_login"),
    _open("<slug:provider_id>/back", openid.callback, "openid_connect_callback"),
    _open("sign-on/cancelled", social.login_cancelled, "socialaccount_login_cancelled"),
    _open("sign-on/error", social.login_error, "socialaccount_login_error"),
    _open("sign-on/unknown", social.signup, "socialaccount_signup"),
    _own("sign-on", social.connections, "socialaccount_connections"),
]
if settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns += single_sign_on
