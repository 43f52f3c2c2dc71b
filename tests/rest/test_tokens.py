"""A token is obtained with a password, lasts for a while, and ends at will."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from competency.accounts.models import User
from competency.audit.models import AuditEvent
from tests.factories import PASSWORD, person
from tests.rest.conftest import SignIn, done, fields, problem

URL = "/api/v1/tokens/"


@pytest.fixture
def lena(db: None) -> User:
    return person("Lena", email="lena@example.org", password=PASSWORD)


def bearer(token: str) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def obtain(client: APIClient, email: str = "lena@example.org", password: str = PASSWORD) -> str:
    token: str = done(client.post(URL, {"email": email, "password": password}), 201)["token"]
    return token


def test_a_token_signs_in(api: SignIn, lena: User) -> None:
    token = obtain(api(None), " LENA@Example.org ")
    assert done(bearer(token).get("/api/v1/me/"))["id"] == str(lena.pk)
    assert AuditEvent.objects.filter(action="token.obtained", actor_id=lena.pk).count() == 1


def test_a_new_token_ends_the_one_before(api: SignIn, lena: User) -> None:
    first, second = obtain(api(None)), obtain(api(None))
    assert first != second
    problem(bearer(first).get("/api/v1/me/"), 401, "authentication_failed")


def test_a_token_does_not_last_for_ever(api: SignIn, lena: User) -> None:
    token = obtain(api(None))
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        problem(bearer(token).get("/api/v1/me/"), 401, "authentication_failed")


def test_a_token_ends_at_will(api: SignIn, lena: User) -> None:
    client = bearer(obtain(api(None)))
    done(client.delete("/api/v1/tokens/current/"), 204)
    problem(client.get("/api/v1/me/"), 401)
    assert not Token.objects.exists()
    assert AuditEvent.objects.filter(action="token.ended", actor_id=lena.pk).count() == 1


@pytest.mark.parametrize(
    ("email", "password"),
    [("lena@example.org", "wrong"), ("nobody@example.org", PASSWORD)],
)
def test_a_wrong_pair_is_refused_alike(api: SignIn, lena: User, email: str, password: str) -> None:
    response = api(None).post(URL, {"email": email, "password": password})
    body = problem(response, 401, "unknown_pair")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert body["errors"] == []


def test_who_is_not_active_gets_nothing(api: SignIn, lena: User) -> None:
    token = obtain(api(None))
    User.objects.update(is_active=False)
    problem(bearer(token).get("/api/v1/me/"), 401)
    problem(api(None).post(URL, {"email": lena.email, "password": PASSWORD}), 401)


@pytest.mark.parametrize("token", ["nonsense", "", "a b", "\x00", "ü", "0" * 10_000])
def test_anything_else_is_not_a_token(db: None, token: str) -> None:
    problem(bearer(token).get("/api/v1/me/"), 401)


def test_what_is_missing_is_named(api: SignIn, db: None) -> None:
    assert fields(problem(api(None).post(URL, {}), 400)) == {"email", "password"}


def test_guessing_is_throttled_by_place(api: SignIn, lena: User) -> None:
    client = api(None)
    for number in range(10):
        client.post(URL, {"email": f"p{number}@example.org", "password": "guess"})
    response = client.post(URL, {"email": lena.email, "password": PASSWORD})
    problem(response, 429, "throttled")
    assert int(response.headers["Retry-After"]) > 0


def test_guessing_is_throttled_by_account(lena: User) -> None:
    for number in range(30):
        client = APIClient(REMOTE_ADDR=f"10.0.0.{number}")
        client.post(URL, {"email": lena.email, "password": "guess"})
    client = APIClient(REMOTE_ADDR="10.0.1.1")
    problem(client.post(URL, {"email": lena.email, "password": PASSWORD}), 429)


def test_a_session_signs_in_too_and_asks_for_the_csrf_token(lena: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(lena)
    assert done(client.get("/api/v1/me/"))["email"] == lena.email
    problem(client.delete("/api/v1/tokens/current/"), 403)
