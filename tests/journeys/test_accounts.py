"""A person guards their account in a real browser, with a passkey that the browser plays."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from competency.accounts.models import User
from tests import factories
from tests.factories import PASSWORD
from tests.journeys.conftest import Visit, Visitor
from tests.journeys.test_pages import violations

pytestmark = pytest.mark.usefixtures("transactional_db")
PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def person(transactional_db: None) -> User:
    return factories.person("Ada Obi", email="ada@example.org", password=PASSWORD)


@pytest.fixture
def ada(person: User, visit: Visit) -> Iterator[Visitor]:
    """Somebody at a browser whose machine holds passkeys."""
    visitor = visit(viewport={"width": 390, "height": 844})
    browser = visitor.page.context.new_cdp_session(visitor.page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    yield visitor
    assert visitor.complaints == []


def accessible(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert violations(page) == []


def press(page: Page, name: str, **options: Any) -> None:
    page.get_by_role("button", name=name, **options).click()


def test_a_passkey_is_added_signs_in_and_is_removed(ada: Visitor) -> None:
    # Given somebody who adds a passkey that signs in by itself
    page = ada.sign_in("ada@example.org")
    ada.go("/account/second-factor/passkeys/add")
    accessible(page)
    page.get_by_label("Passwordless").check()
    press(page, "Add the passkey")

    # Then recovery codes are shown, once
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("listitem")).to_have_count(10)
    accessible(page)
    page.get_by_role("link", name="I have them").click()
    accessible(page)

    # When they come back, the passkey is enough
    sign_out(page)
    press(page, "Use a passkey")
    expect(page.get_by_role("heading", name="You hold no role yet")).to_be_visible()

    # And after the password it is asked for
    sign_out(page)
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in", exact=True)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    accessible(page)
    press(page, "Use a passkey")
    expect(page.get_by_role("heading", name="You hold no role yet")).to_be_visible()

    # And it is renamed and removed where one manages them
    ada.go("/account/second-factor/passkeys/again")
    accessible(page)
    ada.go("/account/second-factor/again")
    accessible(page)
    ada.go("/account/again?next=/account/second-factor/passkeys")
    accessible(page)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")
    accessible(page)
    page.get_by_role("link", name="Rename").click()
    accessible(page)
    page.get_by_label("Name").fill("Old phone")
    press(page, "Keep the name")
    expect(page.get_by_text("Old phone")).to_be_visible()
    page.get_by_role("link", name="Remove").click()
    accessible(page)
    press(page, "Remove it")
    expect(page.get_by_text("You have none yet.")).to_be_visible()


def sign_out(page: Page) -> None:
    press(page, "Account, Ada Obi")
    press(page, "Sign out")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_without_a_passkey_at_hand_the_page_says_so(person: User, visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/sign-in")
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new Error('dismissed')) }"
    )
    press(page, "Use a passkey")
    expect(page.get_by_text("the browser gave us no passkey")).to_be_visible()
    assert visitor.complaints == []
