"""The door: e-mail and password, clear errors, no guessing, no way out to other sites."""

import pytest
from django.test import Client
from django.urls import reverse

from competency.accounts.models import User
from competency.web.limits import PER_ADDRESS_AND_PLACE, PER_PLACE
from tests import factories
from tests.factories import PASSWORD
from tests.web.conftest import Browser, said

DOOR = "/sign-in"


@pytest.fixture
def person(db: None) -> User:
    return factories.person("Ada Obi", email="ada@example.org", password=PASSWORD)


def knock(client: Client, email: str, password: str, **extra: str):
    return client.post(DOOR, {"username": email, "password": password} | extra)


@pytest.mark.parametrize("email", ["ada@example.org", "  ADA@Example.org "])
def test_an_address_is_taken_however_it_is_typed(person: User, email: str) -> None:
    client = Client()
    response = knock(client, email, PASSWORD)
    assert response.status_code == 302
    assert response["Location"] == reverse("home")
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize(
    ("email", "password"),
    [("ada@example.org", "wrong"), ("nobody@example.org", PASSWORD), ("", ""), ("no address", "x")],
)
def test_a_wrong_pair_is_refused_and_the_address_stays_typed(
    person: User, email: str, password: str
) -> None:
    response = knock(Client(), email, password)
    page = said(response, 422)
    assert "Nothing you typed is lost" in page
    assert f'value="{email}"' in response.content.decode() or not email
    assert password not in response.content.decode() or len(password) < 2


def test_a_closed_account_stays_out(person: User) -> None:
    person.is_active = False
    person.save()
    assert "do not match an account" in said(knock(Client(), person.email, PASSWORD), 422)


@pytest.mark.parametrize(
    ("wanted", "followed"),
    [
        ("/decisions?state=proposed", "/decisions?state=proposed"),
        ("https://evil.example.org/", "/"),
        ("//evil.example.org/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_only_a_way_on_this_site_is_followed(person: User, wanted: str, followed: str) -> None:
    response = knock(Client(), person.email, PASSWORD, next=wanted)
    assert response["Location"] == followed


def test_after_too_many_failures_even_the_right_password_waits(person: User) -> None:
    client = Client()
    for _ in range(PER_ADDRESS_AND_PLACE):
        said(knock(client, person.email, "wrong"), 422)
    response = knock(client, person.email, PASSWORD)
    assert "Too many attempts failed" in said(response, 429)
    assert int(response["Retry-After"]) > 0


def test_another_address_or_another_place_does_not_wait(person: User) -> None:
    for _ in range(PER_ADDRESS_AND_PLACE):
        knock(Client(), person.email, "wrong")
    other = factories.person("Ben Ito", password=PASSWORD)
    assert knock(Client(), other.email, PASSWORD).status_code == 302
    assert knock(Client(REMOTE_ADDR="192.0.2.7"), person.email, PASSWORD).status_code == 302


def test_one_place_cannot_try_every_address(db: None) -> None:
    for number in range(PER_PLACE):
        knock(Client(), f"guess{number}@example.org", "wrong")
    assert knock(Client(), "guess@example.org", "wrong").status_code == 429


def test_somebody_who_gets_in_begins_anew(person: User) -> None:
    for _ in range(PER_ADDRESS_AND_PLACE - 1):
        knock(Client(), person.email, "wrong")
    assert knock(Client(), person.email, PASSWORD).status_code == 302
    assert knock(Client(), person.email, "wrong").status_code == 422


def test_who_is_inside_is_not_asked_again_and_signs_out_by_a_button(
    person: User, browser: Browser
) -> None:
    inside = browser(person)
    assert inside.get(DOOR)["Location"] == reverse("home")
    assert inside.get("/sign-out").status_code == 405
    assert inside.post("/sign-out")["Location"] == DOOR
    assert inside.get("/")["Location"].startswith(DOOR)


def test_a_closed_page_leads_through_the_door_and_back(person: User) -> None:
    client = Client()
    to_door = client.get("/decisions?state=proposed")["Location"]
    assert to_door == f"{DOOR}?next=/decisions%3Fstate%3Dproposed"
    assert 'name="next" value="/decisions?state=proposed"' in client.get(to_door).content.decode()


def test_a_fragment_for_somebody_signed_out_sends_the_whole_page_to_the_door(db: None) -> None:
    response = Client().get("/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == DOOR


def test_a_form_from_elsewhere_is_refused_in_words(person: User) -> None:
    response = knock(Client(enforce_csrf_checks=True), person.email, PASSWORD)
    assert "This form has grown old" in said(response, 403)


def test_a_counter_forgotten_in_the_act_begins_again(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(name: str) -> int:
        raise ValueError(f"{name} has expired")

    monkeypatch.setattr("competency.web.limits.cache.incr", gone)
    assert knock(Client(), person.email, "wrong").status_code == 422
