"""From the door to the certificate, as people walk it."""

import re

import pytest
from playwright.sync_api import expect

from competency.decisions.models import Decision
from tests import factories
from tests.factories import PASSWORD, Campus
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.usefixtures("transactional_db", "eager_tasks")


@pytest.fixture
def here(transactional_db: None) -> Campus:
    campus = factories.campus(standard={"pilot": False})
    for person in (campus.certifier, campus.director):
        person.set_password(PASSWORD)
        person.save()
    return campus


def test_a_proposal_becomes_a_certificate_that_anyone_can_check(here: Campus, visit: Visit) -> None:
    # Given a proposed decision that waits for a certifier
    proposal = factories.proposed(here)
    trainee = proposal.enrolment.trainee
    trainee.set_password(PASSWORD)
    trainee.save()
    certifier = visit()
    page = certifier.sign_in(here.certifier.email)
    expect(page.get_by_role("heading", name="Waiting for you")).to_be_visible()

    # When the certifier reads it and puts their name under it
    page.get_by_role("link", name=trainee.name).click()
    expect(page.get_by_role("heading", name="Competent", exact=True)).to_be_visible()
    page.get_by_label("A note for the record").fill("Read in full.")
    page.get_by_role("button", name="Ratify: Competent").click()

    # Then the certificate is on the register, and a stranger can check it
    expect(page.get_by_text("Ratified, with your name under it.")).to_be_visible()
    page.reload()
    page.locator("#settle").get_by_role("link", name="Certificate").click()
    expect(page.get_by_text("This certificate is valid.")).to_be_visible()
    code = page.url.rsplit("/", 1)[1]
    stranger = visit()
    stranger.go("/v").get_by_label("Certificate code").fill(code.lower().replace("-", " "))
    stranger.page.get_by_role("button", name="Check", exact=True).click()
    expect(stranger.page.get_by_role("heading", name=trainee.name)).to_be_visible()

    # And the trainee knows the result once the director has released it
    own = visit()
    own.sign_in(trainee.email)
    expect(own.page.get_by_text("Being marked")).to_be_visible()
    director = visit()
    director.sign_in(here.director.email)
    director.page.get_by_role("button", name="Release results").click()
    # “Decided, not yet released” above it is no answer
    expect(director.page.get_by_text(re.compile(r"^\s*Released \d"))).to_be_visible()
    own.page.reload()
    own.page.get_by_role("link", name="Core assessment").first.click()
    expect(own.page.get_by_role("heading", name="Competent", exact=True)).to_be_visible()
    for visitor in (certifier, stranger, own, director):
        assert visitor.complaints == []


def test_an_empty_reason_is_asked_for_in_place(here: Campus, visit: Visit) -> None:
    proposal = factories.proposed(here)
    certifier = visit()
    certifier.sign_in(here.certifier.email)
    page = certifier.go(f"/decisions/{proposal.pk}")
    page.get_by_text("Send it back instead").click()
    page.get_by_role("button", name="Return the proposal").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why the proposal goes back.")
    page.get_by_label("Why it goes back").fill("Stage two was not read.")
    page.get_by_role("button", name="Return the proposal").click()
    expect(page.get_by_text("Returned. Fresh reviewers")).to_be_visible()
    assert certifier.complaints == []
    assert Decision.objects.get(pk=proposal.pk).settled_reason == "Stage two was not read."


def test_everything_works_without_javascript(here: Campus, visit: Visit) -> None:
    proposal = factories.proposed(here)
    plain = visit(java_script_enabled=False)
    page = plain.sign_in(here.certifier.email)
    page.get_by_role("link", name=proposal.enrolment.trainee.name).click()
    page.get_by_role("button", name="Ratify: Competent").click()
    expect(page.get_by_text("Ratified, with your name under it.")).to_be_visible()
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
