"""A suspected breach is reported, holds the decision, and is closed by somebody else."""

import pytest
from django.test import Client

from competency.cases.models import Case
from competency.cases.services import open_case
from competency.decisions.models import Decision
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said

SEEN = "Two paragraphs are word for word those of another."


@pytest.fixture
def case(campus: Campus, proposal: Decision) -> Case:
    return open_case(
        proposal.enrolment, proposal.attempt_id, kind="copying", grounds=SEEN, by=campus.director
    )


@pytest.fixture
def second(campus: Campus, browser: Browser) -> Client:
    """Another director, who did not open the case."""
    return browser(factories.member(campus.program, Role.DIRECTOR))


def test_a_director_opens_a_case_about_an_attempt(
    campus: Campus, browser: Browser, proposal: Decision
) -> None:
    client, url = browser(campus.director), f"/attempts/{proposal.attempt_id}/suspect"
    assert "What you suspect" in said(client.get(url))
    missing = client.post(url, {"kind": "copying", "grounds": " "})
    assert "Say what you saw." in said(missing, 422)

    page = said(client.post(url, {"kind": "copying", "grounds": SEEN}, follow=True))

    assert "It holds the decision until it is closed." in page
    assert Case.objects.get().grounds == SEEN


def test_a_reviewer_reports_from_a_review_and_stays_blind(campus: Campus, browser: Browser) -> None:
    attempt = factories.under_review(campus)
    review = factories.reviews_of(attempt)[0]
    client, url = browser(review.reviewer), f"/reviews/{review.pk}/concern"

    page = said(client.get(url))
    assert review.pseudonym in page
    assert factories.trainee_of(attempt).name not in page
    client.post(url, {"kind": "undisclosed_ai", "grounds": SEEN})

    assert Case.objects.get().opened_by == review.reviewer
    other = factories.reviews_of(attempt)[1].reviewer
    assert browser(other).get(url).status_code == 404


def test_a_certifier_is_told_of_the_case_before_putting_a_name_under_it(
    campus: Campus, browser: Browser, case: Case, proposal: Decision
) -> None:
    page = browser(campus.certifier).get(f"/decisions/{proposal.pk}").content.decode()
    assert "A case about this attempt is open; it holds the decision." in page
    assert "/cases?state=open" in page
    assert f"/decisions/{proposal.pk}/ratify" not in page


def test_cases_are_listed_for_who_runs_or_certifies(
    campus: Campus, browser: Browser, case: Case
) -> None:
    for person in (campus.director, campus.certifier):
        page = said(browser(person).get("/cases"))
        assert case.enrolment.trainee.name in page
        assert "Holds the decision" in page
    assert "No case is here." in said(browser(campus.director).get("/cases?state=closed"))
    assert browser(campus.supervisors[0]).get("/cases").status_code == 403


def test_somebody_else_closes_it_with_a_finding(
    campus: Campus, browser: Browser, second: Client, case: Case
) -> None:
    url = f"/cases/{case.pk}"
    own = browser(campus.director)
    assert "Waits for a director" in said(own.get(url))
    given = {"finding": "not_upheld", "reason": "Both quote the manual."}
    assert "Whoever opened a case does not close it." in said(own.post(url, given), 403)
    assert "Say on what" in said(second.post(url, {"finding": "upheld", "reason": ""}), 422)

    page = said(second.post(url, given, follow=True))

    assert "It holds the decision no longer." in page
    assert "Both quote the manual." in page
    case.refresh_from_db()
    assert case.finding == "not_upheld"
    assert "closed already" in said(second.post(url, given), 409)


def test_a_foreign_director_finds_nothing(browser: Browser, elsewhere: Campus, case: Case) -> None:
    assert browser(elsewhere.director).get(f"/cases/{case.pk}").status_code == 404
