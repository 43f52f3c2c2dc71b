"""Sign in, sign out, choose a theme."""

from typing import Any, cast

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from competency.web.access import open_to_all, opens_to
from competency.web.limits import WINDOW_SECONDS, FailedSignIns
from competency.web.navigation import THEMES

A_YEAR = 365 * 24 * 3600


class SignInForm(AuthenticationForm):
    """E-mail and password; says how many tries are left only by saying when there are none."""

    error_messages = {
        "invalid_login": gettext_lazy(
            "This e-mail address and password do not match an account. "
            "Check both; the password is case-sensitive."
        ),
        "inactive": gettext_lazy("This account is closed. Ask your program’s director."),
        "throttled": gettext_lazy(
            "Too many attempts failed. Wait 15 minutes, then try again; "
            "if you forgot your password, your program’s director can help."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True, "dir": "ltr"}
        )

    def clean(self) -> dict[str, Any]:
        request = cast(HttpRequest, self.request)  # a view always passes it
        failed = FailedSignIns(request, self.cleaned_data.get("username", ""))
        if failed.too_many():
            raise ValidationError(self.error_messages["throttled"], code="throttled")
        try:
            cleaned = super().clean()
        except ValidationError:
            failed.add()
            raise
        failed.forget()
        return dict(cleaned)


class SignIn(LoginView):
    """The door. A `next` address is followed only on this site."""

    template_name = "competency/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The password is right; whether more is asked, the account says."""
        user = form.get_user()
        # Whoever has just typed the password need not type it again to set up a second factor.
        record_authentication(self.request, user, "password", reauthenticated=True)
        login = Login(user, redirect_url=self.get_success_url())
        answer: HttpResponse = perform_login(self.request, login)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        providers = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
        return super().get_context_data(**kwargs) | {"providers": providers}

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        throttled = form.has_error(NON_FIELD_ERRORS, "throttled")
        response = self.render_to_response(
            self.get_context_data(form=form), status=429 if throttled else 422
        )
        if throttled:
            response["Retry-After"] = str(WINDOW_SECONDS)
        return response


sign_in = opens_to(open_to_all)(SignIn.as_view())
sign_out = opens_to(open_to_all)(LogoutView.as_view())


@opens_to(open_to_all)
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the system has it; remembered in a cookie, for this browser only."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = resolve_url("home")
    response = redirect(back)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            "theme", theme, A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response
