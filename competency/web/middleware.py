"""What holds for every page: the reader's zone, closed doors, refusals in words."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from competency.foundation.deadlocks import TRIES, is_deadlock
from competency.foundation.errors import DomainError
from competency.privacy.policies import ConsentNeeded
from competency.programs.factors import owes_second_factor
from competency.web.http import refusal, to_notice
from competency.web.zones import zone_of

GetResponse = Callable[[HttpRequest], HttpResponse]
OUR_PAGES = ("competency.web.", "assessments.web.")


class SameForEverybody:
    """What is the same for everybody comes without a cookie, and caches need not tell readers
    apart. It stands outside the session, which would have it otherwise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and hasattr(match.func, "same_for_everybody"):
            response.cookies.clear()
            del response.headers["Vary"]
        return response


class ReadersZone:
    """Times are stored in UTC and shown in the zone of whoever reads them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(ZoneInfo(zone_of(request))):
            return self.get_response(request)


class ClosedByDefault:
    """A page of ours that does not say who may open it opens for nobody."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        if view.__module__.startswith(OUR_PAGES) and not hasattr(view, "policy"):
            raise PermissionDenied(_("This page does not say who may open it."))


class SecondFactorFirst:
    """Who owes a second factor sets it up before anything else opens."""

    OPEN = frozenset({"sign-out", "account_logout", "theme", "account_reauthenticate"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        match = request.resolver_match
        name = str(match.url_name) if match else ""
        # The interface asks by itself, of tokens too, and answers in its own manner.
        if name in self.OPEN or name.startswith(("mfa_", "api-")):
            return None
        return redirect("mfa_index") if owes_second_factor(request.user) else None


class RefusalsInWords:
    """A refusal that no view has answered becomes a page that says it; or leads to the notice
    that has to be accepted first, and from there back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ConsentNeeded):
            return to_notice(request, error)
        return refusal(request, error) if isinstance(error, DomainError) else None


class OnceMore:
    """An act that PostgreSQL ended because of a deadlock is done again; nobody sees it.

    It was undone as a whole, so doing it again is safe. A file that was sent has been read
    already: who sent one is asked to send it again.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not is_deadlock(error):
            return None
        for _again in range(0 if request.FILES else TRIES):
            try:
                answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
            except DomainError as refused:
                return refusal(request, refused)
            except OperationalError as problem:
                if not is_deadlock(problem):
                    raise
            else:
                return answer
        words = _("Others were at work on the same. Nothing was changed; please do it again.")
        return refusal(request, DomainError(words, code="busy"))
