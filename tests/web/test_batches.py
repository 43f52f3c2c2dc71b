"""Several proposals under one name: a preview of each person, then one decision for each."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from competency.audit.models import AuditEvent
from competency.cases.services import open_case
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState
from competency.programs.services import declare_conflict
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said

PAGE = "/decisions/ratify"


@pytest.fixture
def certifier(campus: Campus, browser: Browser) -> Client:
    return browser(campus.certifier)


@pytest.fixture
def two(campus: Campus) -> list[Decision]:
    return [factories.proposed(campus, 4, 4), factories.proposed(campus, 2, 2)]


def sent(*decisions: Decision, **more: str) -> dict[str, object]:
    return {"chosen": [str(each.pk) for each in decisions], "read": "on", **more}


def test_the_preview_lists_each_person_with_what_is_proposed_and_why(
    certifier: Client, two: list[Decision]
) -> None:
    page = said(certifier.get(PAGE))

    for each in two:
        assert each.enrolment.trainee.name in page
    assert "Competent" in page
    assert "Not yet competent" in page
    assert "Every rule of the Standard is met." in page


def test_every_one_that_is_ticked_is_ratified_by_itself(
    campus: Campus, certifier: Client, two: list[Decision]
) -> None:
    page = said(certifier.post(PAGE, sent(*two, note="Read in full."), follow=True))

    assert "2 decisions are ratified, with your name under each." in page
    for each in two:
        each.refresh_from_db()
        assert (each.state, each.settled_by) == (DecisionState.RATIFIED, campus.certifier)
        assert each.settled_reason == "Read in full."
    assert AuditEvent.objects.filter(action="decision.ratified").count() == 2


def test_what_is_not_ticked_stays_a_proposal(certifier: Client, two: list[Decision]) -> None:
    said(certifier.post(PAGE, sent(two[0]), follow=True))

    two[1].refresh_from_db()
    assert two[1].state == DecisionState.PROPOSED


def test_nobody_is_ratified_unread_or_unticked(certifier: Client, two: list[Decision]) -> None:
    unread = said(certifier.post(PAGE, {"chosen": [str(two[0].pk)], "note": "So far"}), 422)
    assert "Say that you have looked at each person" in unread
    assert "So far" in unread
    assert "Tick at least one person." in said(certifier.post(PAGE, {"read": "on"}), 422)
    assert "This is not on the list." in said(
        certifier.post(PAGE, {"chosen": ["first"], "read": "on"}), 422
    )
    assert not Decision.objects.exclude(state=DecisionState.PROPOSED).exists()


def test_a_refusal_keeps_what_was_ticked(certifier: Client, two: list[Decision]) -> None:
    page = certifier.post(PAGE, {"chosen": [str(two[0].pk)]}).content.decode()

    assert f'value="{two[0].pk}" id="chosen-1" checked' in page
    assert f'value="{two[1].pk}" id="chosen-2">' in page


def test_conflicts_open_cases_and_referrals_are_said_and_left_out(
    campus: Campus, certifier: Client, two: list[Decision]
) -> None:
    refer = factories.proposed(campus, 3, 3)
    kin, held = two
    declare_conflict(
        campus.program, campus.certifier, kin.enrolment.trainee, reason="Kin.", by=campus.certifier
    )
    open_case(
        held.enrolment, held.attempt_id, kind="copying", grounds="The same.", by=campus.director
    )

    page = said(certifier.get(PAGE))
    assert "Left out: you supervise this trainee or have declared a conflict" in page
    assert "Left out: a case about this attempt is open" in page
    assert "Ratified by itself, with how it goes on" in page
    assert "Nothing on this page can be ratified in a batch." in page

    refused = said(certifier.post(PAGE, sent(refer, kin, held)), 409)
    assert "A *refer* is ratified by itself" in refused
    assert "You cannot settle this decision: you supervise this trainee" in refused
    assert "A case about this attempt is open; it holds the decision." in refused
    assert not Decision.objects.exclude(state=DecisionState.PROPOSED).exists()


def test_one_that_is_refused_does_not_stop_the_others(
    campus: Campus, certifier: Client, browser: Browser, two: list[Decision]
) -> None:
    certifier.post(f"/decisions/{two[0].pk}/ratify", {"note": ""})

    page = said(certifier.post(PAGE, sent(*two)), 409)

    assert "1 decision is ratified, with your name under it." in page
    assert "somebody settled it" in page
    assert AuditEvent.objects.filter(action="decision.ratified").count() == 2


def test_the_filter_is_in_the_address(certifier: Client, two: list[Decision]) -> None:
    page = said(certifier.get(PAGE, {"outcome": "not_yet"}))

    assert two[1].enrolment.trainee.name in page
    assert two[0].enrolment.trainee.name not in page


def test_more_proposals_cost_no_more_questions(
    campus: Campus, certifier: Client, two: list[Decision]
) -> None:
    certifier.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        certifier.get(PAGE)
    for _ in range(3):
        factories.proposed(campus, 4, 4)
    with CaptureQueriesContext(connection) as many:
        certifier.get(PAGE)
    assert len(many) == len(few)


def test_nothing_waits(certifier: Client) -> None:
    assert "No proposal waits here for your name." in said(certifier.get(PAGE))
