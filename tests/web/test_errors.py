"""Refusals in the site's own voice: what is safe first, then what to do."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from competency.foundation.errors import DomainError, InvalidInput, NotAllowed, TransitionRefused
from competency.web.access import open_to_all, opens_to
from tests import factories
from tests.web.conftest import Browser, said, words

ERRORS = {
    "refused": DomainError("The moment has passed."),
    "moved": TransitionRefused("Somebody was quicker."),
    "invalid": InvalidInput({"reason": "Say why."}),
    "not-allowed": NotAllowed("This is somebody else's."),
    "broken": RuntimeError("secret detail"),
}


@opens_to(open_to_all)
def fails(request: HttpRequest, error: str) -> HttpResponse:
    raise ERRORS[error]


def unstated(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open by mistake")


unstated.__module__ = "competency.web.unstated"
handler400 = "competency.web.errors.bad_request"
urlpatterns: list[Any] = [
    path("fails/<str:error>", fails),
    path("unstated", unstated),
    path("", include("config.urls")),
]


@pytest.fixture
def client(db: None) -> Iterator[Client]:
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        ("refused", 409, "The moment has passed."),
        ("moved", 409, "Somebody was quicker."),
        ("invalid", 422, "Say why."),
        ("not-allowed", 403, "This is somebody else's."),
    ],
)
def test_what_the_domain_refuses_is_said_as_it_stands(
    client: Client, error: str, status: int, message: str
) -> None:
    response = client.get(f"/fails/{error}")
    assert "Nothing was changed" in said(response, status)
    assert message in words(response)
    fragment = client.get(f"/fails/{error}", headers={"HX-Request": "true"})
    assert fragment.status_code == status
    assert fragment.content.decode().lstrip().startswith('<p class="note')


def test_what_breaks_says_nothing_of_the_inside(client: Client) -> None:
    page = said(client.get("/fails/broken"), 500)
    assert "Something broke on our side" in page
    assert "secret" not in page


def test_what_is_not_there_and_what_is_not_yours_look_alike(
    client: Client, browser: Browser, campus: Any, elsewhere: Any
) -> None:
    absent = browser(campus.director).get("/decisions/7d444840-9dc0-41d1-b245-5ffdce74fad2")
    foreign = factories.proposed(elsewhere)
    assert said(browser(campus.director).get(f"/decisions/{foreign.pk}"), 404) == said(absent, 404)


def test_a_page_that_states_no_policy_opens_for_nobody(client: Client) -> None:
    assert "does not say who may open it" in said(client.get("/unstated"), 403)


def test_too_much_is_413_and_nonsense_400(client: Client) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10):
        response = client.post("/sign-in", {"username": "a" * 100, "password": "b"})
        assert "more than we can take" in said(response, 413)
    response = client.get("/", headers={"Host": "evil.example.org"})
    assert "cannot be read" in said(response, 400)


@pytest.mark.parametrize("page", ["429.html", "413.html", "400.html", "409.html", "422.html"])
def test_every_page_of_refusal_can_be_drawn(client: Client, page: str, rf: Any) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.template.loader import render_to_string

    request = rf.get("/")
    request.user = AnonymousUser()
    assert "Credence" in render_to_string(page, request=request)
