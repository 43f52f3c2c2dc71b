"""An attempt: for its trainee until results are released, and for whoever runs the program."""

from typing import Any

import pytest

from assessments.attempts.services import release_results, void_attempt
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said

HTMX = {"HX-Request": "true"}


@pytest.fixture
def own(browser: Browser) -> Any:
    """The page of an attempt as its trainee sees it."""
    return lambda attempt: browser(factories.trainee_of(attempt)).get(f"/attempts/{attempt.pk}")


def test_before_sitting_it_says_what_comes_and_when(campus: Campus, own: Any) -> None:
    page = said(own(factories.assigned(campus, extra_seconds=900)))
    for words in ("Start by", "75 minutes", "Start the clock", "Criterion C3", "No", "director"):
        assert words in page
    assert "The long night" not in page
    assert said(own(factories.started(campus)))


def test_after_handing_in_the_receipt_names_the_hash(campus: Campus, own: Any) -> None:
    attempt = factories.handed_in(campus)
    page = said(own(attempt))
    assert "Your receipt" in page
    assert factories.submission_of(attempt).content_hash in page
    assert "Being marked" in page


def test_nothing_of_a_result_is_there_before_the_release(campus: Campus, own: Any) -> None:
    decision = factories.ratified(campus, 2, 2)
    attempt = factories.attempt_of(decision)
    html = own(attempt).content.decode().lower()
    for secret in ("competent", "composite", str(decision.pk)):
        assert secret not in html
    release_results(attempt, by=campus.director)
    page = said(own(attempt))
    assert "Not yet competent" in page
    assert "The composite lies surely below the cut." in page
    assert "You can sit again" in page
    assert "C3 Keeping safe" in page


def test_a_released_competence_leads_to_the_certificate(campus: Campus, own: Any) -> None:
    certificate = factories.issued(campus)
    attempt = factories.attempt_of(certificate.decision)
    release_results(attempt, by=campus.director)
    assert f"/v/{certificate.code}" in own(attempt).content.decode()


def test_a_void_attempt_says_why(campus: Campus, own: Any) -> None:
    attempt = factories.assigned(campus)
    void_attempt(attempt, by=campus.director, reason="Assigned by mistake.")
    assert "Assigned by mistake." in said(own(attempt))


def test_it_is_nobody_elses(campus: Campus, browser: Browser) -> None:
    attempt = factories.handed_in(campus)
    others = [factories.trainee_of(factories.assigned(campus)), campus.certifier, campus.author]
    for person in [*others, campus.supervisors[0]]:
        assert browser(person).get(f"/attempts/{attempt.pk}").status_code == 404


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.AUDITOR])
def test_who_oversees_sees_states_and_decisions_by_name(
    campus: Campus, browser: Browser, role: str
) -> None:
    decision = factories.ratified(campus)
    attempt = factories.attempt_of(decision)
    reader = browser(factories.member(campus.program, role))
    response = reader.get(f"/attempts/{attempt.pk}")
    page = said(response)
    assert factories.trainee_of(attempt).name in page
    assert "The long night" in page
    assert f"/decisions/{decision.pk}" in response.content.decode()
    assert ("Release results" in page) is (role == Role.DIRECTOR)


class TestRelease:
    def test_goes_back_to_where_the_director_was(self, campus: Campus, browser: Browser) -> None:
        attempt = factories.attempt_of(factories.ratified(campus))
        client = browser(campus.director)
        way = f"/attempts/{attempt.pk}/release"
        response = client.post(way, {"next": "/?to-release=2"})
        assert response["Location"] == "/?to-release=2"
        assert "The results are released." in said(client.get("/"))
        attempt.refresh_from_db()
        assert attempt.released_at is not None

    def test_never_leads_to_another_site(self, campus: Campus, browser: Browser) -> None:
        attempt = factories.attempt_of(factories.ratified(campus))
        way = f"/attempts/{attempt.pk}"
        response = browser(campus.director).post(f"{way}/release", {"next": "//evil.example.org"})
        assert response["Location"] == way

    def test_answers_a_fragment_with_a_fragment(self, campus: Campus, browser: Browser) -> None:
        attempt = factories.attempt_of(factories.ratified(campus))
        client = browser(campus.director)
        response = client.post(f"/attempts/{attempt.pk}/release", headers=HTMX)
        assert said(response).startswith("Released")
        again = client.post(f"/attempts/{attempt.pk}/release", headers=HTMX)
        assert "These results were released already." in said(again, 409)

    def test_waits_for_the_decision(self, campus: Campus, browser: Browser) -> None:
        attempt = factories.handed_in(campus)
        response = browser(campus.director).post(f"/attempts/{attempt.pk}/release")
        assert "once the decision is ratified" in said(response, 409)


def test_a_supervisors_pages_show_the_seat_and_not_the_person(
    campus: Campus, browser: Browser
) -> None:
    attempt = factories.under_review(campus)
    review = factories.reviews_of(attempt)[0]
    client = browser(review.reviewer)
    html = client.get(f"/reviews/{review.pk}").content.decode()
    assert review.pseudonym in html
    assert "The long night" in html
    for secret in (factories.trainee_of(attempt).name, attempt.enrolment.trainee_number):
        assert secret not in html
    other = factories.reviews_of(attempt)[1]
    assert client.get(f"/reviews/{other.pk}").status_code == 404
    factories.give(review)
    assert "Complete, and it cannot change" in said(client.get(f"/reviews/{review.pk}"))
