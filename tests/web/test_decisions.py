"""A certifier sees the whole trail, and puts a name under a proposal or a reason against it."""

from typing import Any

import pytest
from django.test import Client

from assessments.attempts.services import release_results
from assessments.web import trail
from competency.audit.models import AuditEvent
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState
from competency.programs.roles import Role
from competency.programs.services import declare_conflict
from tests import factories
from tests.factories import Campus, contents
from tests.web.conftest import Browser, said, words

HTMX = {"HX-Request": "true"}


@pytest.fixture
def certifier(campus: Campus, browser: Browser) -> Client:
    return browser(campus.certifier)


def page_of(decision: Decision, way: str = "") -> str:
    return f"/decisions/{decision.pk}{way}"


def test_the_page_says_what_is_proposed_and_all_it_rests_on(
    certifier: Client, proposal: Decision
) -> None:
    page = said(certifier.get(page_of(proposal)))
    assert "Proposed outcome Competent Every rule of the Standard is met." in page
    assert proposal.enrolment.trainee.name in page
    for gate in proposal.dossier["proposal"]["gates"]:
        assert gate["words"] in page
    for row in proposal.dossier["competencies"]:
        assert f"{row['code']} {row['title']}" in page
        assert f"{float(row['level']):.2f}" in page
    assert "2 blind reviews. Same level on 100% of 3 criteria" in page
    assert "None was raised." in page
    assert proposal.dossier_hash in page
    for version in ("framework", "rubric", "scope_profile"):
        assert proposal.dossier[version]["content_hash"] in page
    assert "Software scored keyed items" in page


def test_people_are_named_by_what_they_did(
    campus: Campus, certifier: Client, proposal: Decision
) -> None:
    page = said(certifier.get(page_of(proposal)))
    reviewers = [r.reviewer for r in factories.reviews_of(factories.attempt_of(proposal))]
    assert "Reviewers " + ", ".join(person.name for person in reviewers) in page


def test_a_settled_dispute_and_judged_harm_are_on_the_page(
    campus: Campus, certifier: Client
) -> None:
    attempt = factories.reviewed(
        campus, {"C1": 2}, {"C1": 4}, answers=contents.harmful_answers(), flags=True
    )
    factories.settle(factories.adjudication_of(attempt), 3)
    factories.run_workflow(attempt)
    page = said(certifier.get(page_of(factories.decision_of(attempt))))
    assert "Two people confirmed harm, and that decides alone." in page
    assert "settled by a third person" in page
    assert "Reviewer: harmful Reviewer: harmful Confirmed" in page
    assert "Not met" in page


def test_ratifying_puts_the_name_under_it(
    campus: Campus, certifier: Client, proposal: Decision
) -> None:
    response = certifier.post(page_of(proposal, "/ratify"), {"note": "Read in full."}, follow=True)
    page = said(response)
    assert "Ratified, with your name under it." in page
    assert campus.certifier.name in page
    assert "Read in full." in page
    proposal.refresh_from_db()
    assert (proposal.state, proposal.settled_by) == (DecisionState.RATIFIED, campus.certifier)
    assert AuditEvent.objects.filter(action="decision.ratified", subject_id=proposal.pk).exists()


def test_returning_needs_a_reason_and_keeps_the_rest(certifier: Client, proposal: Decision) -> None:
    page = said(certifier.post(page_of(proposal, "/return"), {"reason": " "}), 422)
    assert "Say why the proposal goes back." in page
    response = certifier.post(page_of(proposal, "/return"), {"reason": "Stage 2?"}, follow=True)
    assert "Returned. Fresh reviewers are being drawn" in said(response)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.settled_reason) == (DecisionState.RETURNED, "Stage 2?")


@pytest.mark.parametrize(("way", "name"), [("/ratify", "note"), ("/return", "reason")])
def test_words_that_cannot_be_stored_are_refused_and_kept(
    certifier: Client, proposal: Decision, way: str, name: str
) -> None:
    response = certifier.post(page_of(proposal, way), {name: "Fine \x07 indeed"})
    assert "contains a character that cannot be stored" in said(response, 422)
    assert "Fine \x07 indeed" in response.content.decode()
    assert Decision.objects.get(pk=proposal.pk).state == DecisionState.PROPOSED


def test_a_fragment_is_answered_with_the_panel_alone(certifier: Client, proposal: Decision) -> None:
    response = certifier.post(page_of(proposal, "/return"), {"reason": ""}, headers=HTMX)
    assert response.status_code == 422
    assert response.content.decode().lstrip().startswith('<div id="settle"')
    done = certifier.post(page_of(proposal, "/ratify"), {"note": ""}, headers=HTMX)
    assert done["HX-Redirect"] == page_of(proposal)


def test_somebody_quicker_is_said_and_nothing_typed_is_lost(
    campus: Campus, certifier: Client, proposal: Decision
) -> None:
    certifier.post(page_of(proposal, "/ratify"), {"note": ""})
    response = certifier.post(page_of(proposal, "/return"), {"reason": "Too late"})
    assert "it cannot become returned" in said(response, 409)


def test_a_referral_is_ratified_with_how_it_goes_on(campus: Campus, certifier: Client) -> None:
    refer = factories.proposed(campus, 3, 3)
    page = said(certifier.get(page_of(refer)))
    assert "How it goes on One more blind review A reserve vignette" in page
    wrong = certifier.post(page_of(refer, "/ratify"), {"referral": "panel"})
    assert said(wrong, 422)
    certifier.post(page_of(refer, "/ratify"), {"referral": "more_review"})
    refer.refresh_from_db()
    assert (refer.state, refer.referral) == (DecisionState.RATIFIED, "more_review")


class TestConflicts:
    def test_a_conflict_is_said_and_blocks(
        self, campus: Campus, certifier: Client, proposal: Decision
    ) -> None:
        trainee = proposal.enrolment.trainee
        declare_conflict(
            campus.program, campus.certifier, trainee, reason="Kin.", by=campus.certifier
        )
        page = said(certifier.get(page_of(proposal)))
        assert "You have a conflict of interest here:" in page
        assert "have declared a conflict of interest" in page
        assert "Ratify:" not in page
        said(certifier.post(page_of(proposal, "/ratify"), {"note": ""}), 403)
        assert Decision.objects.get(pk=proposal.pk).state == DecisionState.PROPOSED

    def test_who_judged_neither_settles_nor_sees_the_other_review(
        self, campus: Campus, browser: Browser, proposal: Decision
    ) -> None:
        reviewer = factories.reviews_of(factories.attempt_of(proposal))[0].reviewer
        factories.member(campus.program, Role.CERTIFIER, reviewer)
        page = said(browser(reviewer).get(page_of(proposal)))
        assert "you took part in marking this attempt" in page
        assert "Single reviews stay closed to you" in page

    def test_nobody_finds_the_decision_about_themselves(
        self, campus: Campus, browser: Browser
    ) -> None:
        own = factories.proposed(campus, trainee=campus.certifier)
        assert browser(campus.certifier).get(page_of(own)).status_code == 404


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.AUDITOR])
def test_single_reviews_open_to_others_with_the_release(
    campus: Campus, browser: Browser, role: str
) -> None:
    decision = factories.ratified(campus)
    reader = browser(factories.member(campus.program, role))
    before = said(reader.get(page_of(decision)))
    assert "Single reviews stay closed to you" in before
    assert "Reviewer 1" not in before
    assert factories.reviews_of(factories.attempt_of(decision))[0].reviewer.name not in before
    release_results(factories.attempt_of(decision), by=campus.director)
    assert "Reviewer 1" in said(reader.get(page_of(decision)))


def test_a_director_waits_for_a_certifier(
    campus: Campus, browser: Browser, proposal: Decision
) -> None:
    page = said(browser(campus.director).get(page_of(proposal)))
    assert "Waits for a certifier" in page
    assert browser(campus.director).post(page_of(proposal, "/ratify")).status_code == 403


def test_a_ratified_decision_leads_to_its_certificate(campus: Campus, certifier: Client) -> None:
    issued = factories.issued(campus)
    assert f"/v/{issued.code}" in certifier.get(page_of(issued.decision)).content.decode()
    awarded = factories.awarded(campus)
    page = said(certifier.get(page_of(awarded.decision)))
    assert f"{awarded.number} is awarded and being issued" in page


def test_what_a_panel_said_is_shown_without_names() -> None:
    dossier = {"panel": [{"judge": "x", "outcome": "not_yet", "reason": "It stays unclear."}]}
    assert trail.panel_of(dossier) == [
        {"outcome": "Not yet competent", "reason": "It stays unclear."}
    ]


def test_a_formative_result_took_effect_at_once(browser: Browser, db: None) -> None:
    campus = factories.campus(standard={"formative": True})
    decision = factories.proposed(campus)
    assert "Ratified" in said(browser(campus.certifier).get(page_of(decision)))


class TestList:
    """On a campus of its own: the module's proposal is not among these."""

    @pytest.fixture
    def campus(self, db: None) -> Campus:
        return factories.campus()

    def test_filters_by_state_in_the_address(self, campus: Campus, certifier: Client) -> None:
        open_one, done = factories.proposed(campus), factories.ratified(campus)
        page = said(certifier.get("/decisions", {"state": "ratified"}))
        assert done.enrolment.trainee.name in page
        assert open_one.enrolment.trainee.name not in page
        both = said(certifier.get("/decisions", {"state": "no such state"}))
        assert "Proposed 1 Ratified 1" in both
        assert open_one.enrolment.trainee.name in both

    def test_filters_by_program_for_a_person_of_several(
        self, campus: Campus, elsewhere: Campus, certifier: Client
    ) -> None:
        here, there = factories.proposed(campus), factories.proposed(elsewhere)
        factories.member(elsewhere.program, Role.CERTIFIER, campus.certifier)
        page = said(certifier.get("/decisions", {"program": str(elsewhere.program.pk)}))
        assert there.enrolment.trainee.name in page
        assert here.enrolment.trainee.name not in page

    def test_says_so_when_nothing_is_there(self, certifier: Client) -> None:
        assert "No decision is in this state." in words(certifier.get("/decisions"))

    def test_is_paginated_and_costs_the_same(
        self, campus: Campus, certifier: Client, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(3):
            factories.proposed(campus)
        with django_assert_max_num_queries(9):
            certifier.get("/decisions")
