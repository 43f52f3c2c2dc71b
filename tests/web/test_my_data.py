"""The privacy notice, one's own data, withdrawing, and being erased."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import path

from assessments.attempts.services import release_results, start_attempt
from competency.accounts.models import User
from competency.certificates.models import Certificate
from competency.privacy.models import Consent
from competency.privacy.policies import notice_to_accept, shows_levels
from competency.web.access import open_to_all, opens_to
from config.urls import urlpatterns as site
from tests import factories
from tests.factories import PASSWORD, Campus, attempt_of
from tests.web.conftest import Browser, said

TEXT = "# Why\n\nTo judge what you write.\n\n- reviewers\n- certifiers"


@pytest.fixture
def holder(certificate: Certificate) -> User:
    return User.objects.get(pk=certificate.holder_id)


# --- The notice ---


def test_anybody_reads_the_notice_in_force(browser: Browser) -> None:
    assert "This site has not published one yet." in said(browser(None).get("/privacy"))
    factories.notice(text=TEXT)
    answer = browser(None).get("/privacy")
    assert "To judge what you write." in said(answer)
    assert "<h2>Why</h2>" in answer.content.decode()
    assert "I have read it and accept" not in said(answer)


def test_one_accepts_the_notice_and_withdraws_again(browser: Browser) -> None:
    person, notice = factories.person(), factories.notice()
    client = browser(person)
    assert "I have read it and accept" in said(client.get("/privacy"))
    given = {"purpose": "sitting", "agree": "yes", "notice": notice.number, "next": "/privacy"}
    page = said(client.post("/privacy/consent", given, follow=True))
    assert "You accepted this version." in page
    assert notice_to_accept(person) is None
    assert "Notice, version 1" in said(client.get("/my-data"))
    back = client.post("/privacy/consent", {"purpose": "sitting", "agree": "no"}, follow=True)
    assert "Before you sit again, you are asked anew." in said(back)
    assert notice_to_accept(person) == notice


def test_nobody_accepts_what_they_did_not_read(browser: Browser) -> None:
    person, read = factories.person(), factories.notice()
    factories.notice()
    given = {"purpose": "sitting", "agree": "yes", "notice": read.number}
    assert "Another notice is in force" in said(
        browser(person).post("/privacy/consent", given), 409
    )
    assert not Consent.objects.exists()


def test_one_is_led_on_to_where_one_came_from_and_nowhere_else(browser: Browser) -> None:
    client, notice = browser(factories.person()), factories.notice()
    given = {"purpose": "sitting", "agree": "yes", "notice": notice.number}
    answer = client.post("/privacy/consent", given | {"next": "https://elsewhere.example/"})
    assert answer["Location"] == "/my-data"
    answer = client.post("/privacy/consent", given | {"next": "/preferences"})
    assert answer["Location"] == "/preferences"


@opens_to(open_to_all)
def begins(request: Any, pk: Any) -> Any:
    """A page that begins a sitting, as the sitting's own pages do."""
    attempt = request.user.enrolments.get().attempts.get(pk=pk)
    start_attempt(attempt, by=request.user)


urlpatterns = [path("begin/<uuid:pk>", begins), *site]


@pytest.mark.urls(__name__)
def test_whoever_begins_without_accepting_is_led_to_the_notice(
    campus: Campus, browser: Browser
) -> None:
    attempt = factories.assigned(campus)
    factories.notice()
    client = browser(factories.trainee_of(attempt))
    referer = {"Referer": f"http://testserver/attempts/{attempt.pk}"}
    answer = client.post(f"/begin/{attempt.pk}", headers=referer)
    assert answer["Location"] == f"/privacy?next=%2Fattempts%2F{attempt.pk}"
    assert "accept it before you begin" in said(client.get(answer["Location"]))
    htmx = client.post(f"/begin/{attempt.pk}", headers={"HX-Request": "true"})
    assert htmx["HX-Redirect"] == "/privacy?next="


def test_a_holder_shows_levels_and_hides_them_again(browser: Browser, holder: User) -> None:
    client = browser(holder)
    assert "Show my levels" in said(client.get("/my-data"))
    client.post("/privacy/consent", {"purpose": "public_levels", "agree": "yes"})
    assert shows_levels(holder.pk)
    assert "Hide my levels" in said(client.get("/my-data"))
    client.post("/privacy/consent", {"purpose": "public_levels", "agree": "no"})
    assert not shows_levels(holder.pk)


# --- Taking it out ---


def taken_out(client: Client) -> tuple[str, dict[str, Any]]:
    answer = client.post("/my-data/download")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer["Cache-Control"].count("no-store") == 1
    packed = io.BytesIO(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    with zipfile.ZipFile(packed) as archive:
        assert archive.namelist() == ["my-data.html", "my-data.json"]
        return archive.read("my-data.html").decode(), json.loads(archive.read("my-data.json"))


def test_a_trainee_takes_out_what_they_wrote_and_nobody_elses_name(
    campus: Campus, browser: Browser, certificate: Certificate, holder: User
) -> None:
    page, data = taken_out(browser(holder))
    (attempt,) = data["attempts"]
    written = [each["answered"].get("text") for each in attempt["submissions"][0]["answers"]]
    assert factories.GOOD_WORDS in written
    assert factories.GOOD_WORDS.split(".")[0] in page
    assert (attempt["state"], attempt["result"]) == ("handed_in", None)
    release_results(attempt_of(certificate.decision), by=campus.director)
    page, data = taken_out(browser(holder))
    result = data["attempts"][0]["result"]
    assert result["outcome"] == "competent"
    assert result["ratings"][0]["criteria"][0]["rationale"] in page
    assert data["certificates"][0]["particulars"]["holder"] == holder.name
    others = [campus.director, campus.certifier, *campus.supervisors]
    for person in others:
        for written in (page, json.dumps(data)):
            assert person.name not in written
            assert person.email not in written
            assert str(person.pk) not in written
    assert "person.data_taken" in {act["act"] for act in data["acts"]}


def test_a_reviewer_takes_out_what_they_judged_without_whom(
    campus: Campus, browser: Browser, certificate: Certificate, holder: User
) -> None:
    reviewer = factories.reviews_of(attempt_of(certificate.decision))[0].reviewer
    page, data = taken_out(browser(reviewer))
    assert data["reviews_given"][0]["ratings"][0]["rationale"] in page
    for written in (page, json.dumps(data)):
        assert holder.name not in written
        assert str(holder.pk) not in written


# --- Being erased ---


def signed_in(person: User) -> Client:
    """Signed in by the form, so that it is known who this is."""
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    client.post("/sign-in", {"username": person.email, "password": PASSWORD})
    return client


def test_before_an_erasure_one_says_again_who_one_is(browser: Browser, holder: User) -> None:
    holder.set_password(PASSWORD)
    holder.save()
    client = browser(holder)
    page = client.get("/my-data/erase")
    assert "Is it you?" in said(page)
    assert "/account/again?next=/my-data/erase" in page.content.decode()
    client.post("/my-data/erase", {"sure": "yes"})
    holder.refresh_from_db()
    assert holder.is_active


def test_one_is_erased_after_saying_that_one_is_sure(holder: User) -> None:
    client = signed_in(holder)
    page = said(client.get("/my-data/erase"))
    assert "Erase me for good" in page
    assert "What stays, and why" in page
    assert "Tick that you know" in said(client.post("/my-data/erase"), 422)
    done = said(client.post("/my-data/erase", {"sure": "yes"}, follow=True))
    assert "You are erased." in done
    holder.refresh_from_db()
    assert not holder.is_active
    assert client.get("/my-data").status_code == 302


def test_the_page_says_what_has_to_end_first(campus: Campus) -> None:
    trainee = factories.trainee_of(factories.started(campus))
    client = signed_in(trainee)
    assert "Something has to end first" in said(client.get("/my-data/erase"))
    assert "under way" in said(client.post("/my-data/erase", {"sure": "yes"}), 409)
    assert "This is an account of staff." in said(
        signed_in(factories.superuser()).get("/my-data/erase")
    )


def test_every_page_goes_on_with_somebody_who_was_erased(
    campus: Campus, browser: Browser, certificate: Certificate, holder: User
) -> None:
    """Lists show the pseudonym, the certificate the name that was certified."""
    decision = certificate.decision
    name, number = certificate.particulars["holder"], certificate.number
    factories.erased(holder)
    holder.refresh_from_db()
    director = browser(campus.director)
    for address in (
        f"/attempts/{decision.attempt_id}",
        f"/decisions/{decision.pk}",
        "/decisions",
        f"/cohorts/{campus.cohort.pk}",
    ):
        page = said(director.get(address))
        assert holder.name in page, address
    public = said(browser(None).get(f"/v/{certificate.code}"))
    assert name in public
    assert number in public
    report = b"".join(director.get(f"/reports/{campus.program.pk}/credentials.csv"))
    assert name in report.decode()
