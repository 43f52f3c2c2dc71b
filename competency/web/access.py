"""Every page says who may open it, with the policies that the REST interface uses as well."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from competency.programs.access import Policy, open_to_all, requires, signed_in

__all__ = ["open_to_all", "opens_to", "requires", "signed_in"]

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def opens_to(policy: Policy) -> Callable[[View], View]:
    """State who may open a page, and keep everyone else out.

    Which rows they then find is the querysets' business: another program's are absent.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if policy.admits(request.user):
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            raise PermissionDenied(_("Your roles do not include this page."))

        guarded.policy = policy  # type: ignore[attr-defined]
        return cast(View, guarded)

    return guard


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", None):
        return HttpResponseClientRedirect(resolve_url("sign-in"))
    return redirect_to_login(request.get_full_path(), resolve_url("sign-in"))
