"""OpenID Connect: a provider says who somebody is; whether they have an account, we do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import include, path

from competency.accounts.models import User
from competency.web import doors
from config.environment import Variables
from config.settings.accounts import single_sign_on
from tests import factories
from tests.web.conftest import said

urlpatterns: list[Any] = [*doors.single_sign_on, path("", include("config.urls"))]


class Provider(BaseHTTPRequestHandler):
    """What a university answers: where its doors are, a token, and who somebody is."""

    someone: dict[str, Any] = {}

    def do_GET(self) -> None:
        here = f"http://127.0.0.1:{self.server.server_address[1]}"
        doors = {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "userinfo_endpoint": f"{here}/userinfo",
            "jwks_uri": f"{here}/keys",
        }
        self._answer(doors if "well-known" in self.path else self.someone)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer({"access_token": "a", "token_type": "Bearer"})

    def _answer(self, body: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


@pytest.fixture
def university(settings: Any, db: None) -> Iterator[type[Provider]]:
    server = HTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    named = {
        "OIDC_SERVER": f"http://127.0.0.1:{server.server_address[1]}",
        "OIDC_CLIENT_ID": "credence",
        "OIDC_CLIENT_SECRET": "whispered",
        "OIDC_NAME": "Example University",
    }
    settings.SOCIALACCOUNT_PROVIDERS, _origin = single_sign_on(Variables(named))
    settings.ROOT_URLCONF = __name__
    yield Provider
    server.shutdown()
    thread.join()
    server.server_close()


def come_in(client: Client) -> Any:
    """From the button at the door to the provider and back."""
    assert "Sign in with Example University" in said(client.get("/sign-in"))
    away = client.post("/account/single-sign-on/go")
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked["client_id"] == ["credence"]
    assert asked["code_challenge_method"] == ["S256"]
    answer = {"code": "once", "state": asked["state"][0]}
    return client.get("/account/single-sign-on/back", answer)


def test_whoever_has_an_account_with_the_verified_address_is_in(
    university: type[Provider],
) -> None:
    factories.person("Ada", email="ada@example.org")
    university.someone = {"sub": "7", "email": "ada@example.org", "email_verified": True}
    client = Client()
    assert come_in(client)["Location"] == "/"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(("email", "verified"), [("eve@x.org", True), ("ada@example.org", False)])
def test_an_unknown_or_unverified_address_opens_nothing_and_makes_no_account(
    university: type[Provider], email: str, verified: bool
) -> None:
    factories.person("Ada", email="ada@example.org")
    university.someone = {"sub": "8", "email": email, "email_verified": verified}
    client = Client()
    come_in(client)
    assert client.get("/")["Location"].startswith("/sign-in")
    assert User.objects.count() == 1


def test_without_settings_there_is_no_button_and_no_way(db: None) -> None:
    assert single_sign_on(Variables({})) == ({}, "")
    assert "Sign in with" not in said(Client().get("/sign-in"))
    assert Client().post("/account/single-sign-on/go").status_code == 404


def test_an_address_that_is_none_is_refused_at_start() -> None:
    variables = Variables({"OIDC_SERVER": "login.example.edu"})
    single_sign_on(variables)
    assert any(problem.startswith("OIDC_SERVER") for problem in variables.problems)
