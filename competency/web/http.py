"""The domain's refusals, as answers to a browser."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from competency.accounts.models import User
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed


class UserRequest(HttpRequest):
    """A request of somebody who has signed in."""

    user: User
    htmx: HtmxDetails


def status_of(error: DomainError) -> int:
    """403 for a person who may not, 422 for input at fault, 409 for a state at odds."""
    if isinstance(error, NotAllowed):
        return 403
    return 422 if isinstance(error, InvalidInput) else 409


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal as a page of its own; a fragment when htmx asked."""
    status = status_of(error)
    part = "parts/refusal.html" if getattr(request, "htmx", None) else f"{status}.html"
    return render(request, part, {"message": error.message}, status=status)


def to_notice(request: HttpRequest, error: DomainError) -> HttpResponse:
    """To the privacy notice, which leads back to the page somebody came from."""
    messages.info(request, error.message)
    came_from = urlsplit(request.headers.get("Referer", "")).path
    address = f"{resolve_url('privacy')}?{urlencode({'next': came_from})}"
    if getattr(request, "htmx", None):
        return HttpResponseClientRedirect(address)
    return redirect(address)


View = TypeVar("View", bound=Callable[..., HttpResponse])


def same_for_everybody(view: View) -> View:
    """Mark a view whose answer depends on the address alone: see the middleware of this name."""
    view.same_for_everybody = True  # type: ignore[attr-defined]
    return view


def unindexed(response: HttpResponse) -> HttpResponse:
    """People share a certificate by its address; search engines need not."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def show_in(form: Form, error: DomainError) -> int:
    """Put a refusal where the person typed, so that nothing typed is lost; return the status."""
    problems = error.problems if isinstance(error, InvalidInput) else {error.field: error.message}
    for field, message in problems.items():
        form.add_error(field if field in form.fields else None, message)
    return status_of(error)
