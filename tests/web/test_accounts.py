"""One’s own account: a forgotten password, a proven address, a second factor, other browsers."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.programs.roles import Role
from tests import factories
from tests.factories import PASSWORD
from tests.web.conftest import said

NEW = "quiet-lantern-over-water"
TOKENS = "/api/v1/tokens/"


@pytest.fixture
def person(db: None) -> User:
    return factories.person("Ada Obi", email="ada@example.org", password=PASSWORD)


def knock(email: str, password: str = PASSWORD) -> tuple[Client, Any]:
    client = Client()
    return client, client.post("/sign-in", {"username": email, "password": password})


def inside(person: User) -> Client:
    client, response = knock(person.email)
    assert response.status_code == 302
    return client


def link() -> str:
    """The link of the last message."""
    found = re.search(r"https?://testserver(/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def acts(person: User) -> list[str]:
    return list(AuditEvent.objects.filter(actor_id=person.pk).values_list("action", flat=True))


class TestPassword:
    def test_a_forgotten_one_is_replaced_by_a_link_that_works_once(self, person: User) -> None:
        elsewhere, client = inside(person), Client()
        Token.objects.create(user=person)
        said(client.post("/account/password/reset", {"email": person.email}, follow=True))
        address = client.get(link())["Location"]
        assert "Choose a new password" in said(client.get(address))
        response = client.post(address, {"password1": NEW, "password2": NEW}, follow=True)
        assert "Your password is changed" in said(response)
        assert knock(person.email)[1].status_code == 422
        assert knock(person.email, NEW)[1].status_code == 302
        assert elsewhere.get("/")["Location"].startswith("/sign-in")
        assert not Token.objects.exists()
        assert "password.reset" in acts(person)
        mail.outbox.pop()
        assert "This link no longer works" in said(Client().get(link()))

    def test_an_address_without_an_account_gets_no_mail_and_the_same_answer(
        self, person: User
    ) -> None:
        pages = {
            said(Client().post("/account/password/reset", {"email": email}, follow=True))
            for email in (person.email, "nobody@example.org")
        }
        assert len(pages) == 1
        assert [message.to for message in mail.outbox] == [[person.email]]

    @pytest.mark.parametrize("weak", ["short", "password1234", "123456789012", "ada@example.org"])
    def test_a_weak_one_is_refused(self, person: User, weak: str) -> None:
        form = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
        said(inside(person).post("/account/password", form), 422)
        person.refresh_from_db()
        assert person.check_password(PASSWORD)

    def test_changing_it_asks_for_the_old_one_and_goes_on_the_record(self, person: User) -> None:
        client = inside(person)
        form = {"password1": NEW, "password2": NEW}
        said(client.post("/account/password", form | {"oldpassword": "wrong"}), 422)
        client.post("/account/password", form | {"oldpassword": PASSWORD})
        assert client.get("/").status_code == 200
        assert "password.changed" in acts(person)
        assert mail.outbox[-1].subject == "Your password was changed"


class TestAddress:
    def test_an_unproven_one_is_confirmed_before_anybody_gets_in(self, person: User) -> None:
        EmailAddress.objects.update(verified=False)
        client, response = knock(person.email)
        assert "Look into your mail" in said(client.get(response["Location"]))
        assert client.get("/")["Location"].startswith("/sign-in")
        assert "Is ada@example.org yours?" in said(client.get(link()))
        client.post(link())
        assert knock(person.email)[1]["Location"] == reverse("home")

    def test_a_new_one_takes_the_place_of_the_old_when_it_is_confirmed(self, person: User) -> None:
        client = inside(person)
        client.post("/account/email", {"email": "Obi@Example.org", "action_add": "1"})
        person.refresh_from_db()
        assert person.email == "ada@example.org"
        client.post(link())
        person.refresh_from_db()
        assert person.email == "obi@example.org"
        assert "email.changed" in acts(person)

    def test_nobody_signs_up_by_themselves(self, db: None) -> None:
        form = {"email": "eve@example.org", "password1": NEW, "password2": NEW}
        assert "Accounts are made by programs" in said(Client().post("/account/sign-up", form))
        assert not User.objects.exists()


class Clock:
    """A time of day that moves only when told to."""

    def __init__(self, traveller: Any) -> None:
        self.on = traveller.shift

    def code(self, secret: str) -> str:
        """What an app with this secret shows now."""
        return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel("2026-11-23T09:00:10+00:00", tick=False) as traveller:
        yield Clock(traveller)


def enrol_app(client: Client, clock: Clock) -> str:
    """Set up an app as a person does; the secret it keeps."""
    page = client.get("/account/second-factor/app").content.decode()
    secret = re.search(r'<code dir="ltr">([A-Z2-7]+)</code>', page)
    assert secret
    code = clock.code(secret[1])
    response = client.post("/account/second-factor/app", {"code": code})
    assert response["Location"] == reverse("mfa_view_recovery_codes")
    return secret[1]


class TestSecondFactor:
    def test_an_app_is_asked_for_at_the_next_sign_in(
        self, person: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = inside(person)
        monkeypatch.setattr(transaction, "on_commit", lambda act, **options: act())
        secret = enrol_app(client, clock)
        assert secret not in str(Authenticator.objects.get(type="totp").data)
        other, response = knock(person.email)
        assert response["Location"] == reverse("mfa_authenticate")
        assert other.get("/")["Location"].startswith("/sign-in")
        said(other.post("/account/second-factor/ask", {"code": "000000"}), 422)
        clock.on(60)
        code = clock.code(secret)
        done = other.post("/account/second-factor/ask", {"code": code})
        assert done["Location"] == reverse("home")
        assert other.get("/").status_code == 200
        assert "second_factor.app_added" in acts(person)

    def test_recovery_codes_are_shown_once_and_each_works_once(
        self, person: User, clock: Clock
    ) -> None:
        client = inside(person)
        enrol_app(client, clock)
        address = "/account/second-factor/codes"
        codes = re.findall(r"<li><code>(\d+)</code>", client.get(address).content.decode())
        assert len(codes) == 10
        assert codes[0] not in client.get(address).content.decode()
        for expected in (302, 422):
            other, _ = knock(person.email)
            response = other.post("/account/second-factor/ask", {"code": codes[0]})
            assert response.status_code == expected

    def test_guessing_codes_is_slowed_down(self, person: User, clock: Clock) -> None:
        secret = enrol_app(inside(person), clock)
        clock.on(60)
        other, _ = knock(person.email)
        for _ in range(10):
            other.post("/account/second-factor/ask", {"code": "000000"})
        code = clock.code(secret)
        assert other.post("/account/second-factor/ask", {"code": code}).status_code != 302

    def test_removing_it_asks_again_who_one_is(self, person: User, clock: Clock) -> None:
        client = inside(person)
        enrol_app(client, clock)
        clock.on(3600)
        response = client.get("/account/second-factor/app/remove")
        assert response["Location"].startswith("/account/")
        assert Authenticator.objects.filter(type="totp").exists()

    def test_a_token_asks_for_its_code(self, person: User, clock: Clock) -> None:
        secret = enrol_app(inside(person), clock)
        pair = {"email": person.email, "password": PASSWORD}
        post = Client().post
        refused = post(TOKENS, pair, content_type="application/json")
        assert (refused.status_code, refused.json()["code"]) == (401, "second_factor_asked")
        clock.on(60)
        code = clock.code(secret)
        drawn = post(TOKENS, pair | {"code": code}, content_type="application/json")
        assert drawn.status_code == 201
        again = post(TOKENS, pair | {"code": code}, content_type="application/json")
        assert again.status_code == 401


class TestPolicy:
    @pytest.fixture(autouse=True)
    def _as_in_production(self, settings: Any) -> None:
        settings.SECOND_FACTOR_REQUIRED = True

    @pytest.mark.parametrize("role", [Role.DIRECTOR, Role.CERTIFIER, "staff"])
    def test_who_decides_about_people_sets_one_up_before_anything_opens(
        self, role: str, db: None, clock: Clock
    ) -> None:
        who = factories.person("Ada", is_staff=role == "staff", password=PASSWORD)
        if role != "staff":
            factories.member(factories.program(), role, who)
        client = inside(who)
        for closed in ("/", "/decisions", "/admin/", "/account/sessions"):
            assert client.get(closed)["Location"] == reverse("mfa_index")
        assert "Set up a passkey or an app" in said(client.get(reverse("mfa_index")))
        refused = client.get("/api/v1/me/")
        assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_owed")
        enrol_app(client, clock)
        assert client.get("/").status_code == 200
        assert client.get("/api/v1/me/").status_code == 200

    @pytest.mark.parametrize("role", [Role.TRAINEE, Role.SUPERVISOR, Role.AUTHOR])
    def test_it_is_offered_to_everyone_else(self, role: str, db: None) -> None:
        who = factories.person("Ada", password=PASSWORD)
        factories.member(factories.program(), role, who)
        assert inside(who).get("/").status_code == 200

    def test_where_it_is_not_required_the_page_says_so(self, settings: Any, db: None) -> None:
        settings.SECOND_FACTOR_REQUIRED = False
        who = factories.person("Ada", is_staff=True, password=PASSWORD)
        page = said(inside(who).get(reverse("mfa_index")))
        assert "this installation only offers one" in page


def test_other_browsers_and_the_token_are_signed_out_at_will(person: User) -> None:
    here, there = inside(person), inside(person)
    Token.objects.create(user=person)
    page = here.get("/account/sessions").content.decode()
    assert page.count("This browser") == 1
    here.post("/account/sessions")
    assert here.get("/").status_code == 200
    assert there.get("/")["Location"].startswith("/sign-in")
    assert not Token.objects.exists()
    assert "sessions.ended" in acts(person)
