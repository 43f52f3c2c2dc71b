"""A trainee appeals from a released result; a certifier who comes to it fresh decides."""

from datetime import timedelta

import pytest
from django.utils import timezone

from competency.appeals.models import Appeal
from competency.appeals.services import take_up_appeal
from competency.decisions.models import Decision
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said

GROUNDS = "My closing note names the nightstand twice."


@pytest.fixture
def decision(campus: Campus) -> Decision:
    return factories.released(campus)


@pytest.fixture
def appeal(campus: Campus) -> Appeal:
    return factories.appealed(campus)


def test_a_result_leads_to_the_appeal_and_says_until_when(
    browser: Browser, decision: Decision
) -> None:
    client = browser(decision.enrolment.trainee)
    result = client.get(f"/attempts/{decision.attempt_id}")
    assert f"/attempts/{decision.attempt_id}/appeal" in result.content.decode()
    url = f"/attempts/{decision.attempt_id}/appeal"
    assert "Who will look" in said(client.get(url))
    assert "Say why the decision should be looked at again." in said(client.post(url, {}), 422)
    page = said(client.post(url, {"grounds": GROUNDS}, follow=True))
    assert "Your appeal is lodged." in page
    assert GROUNDS in page
    assert Appeal.objects.get().decision == decision
    assert "You appealed this decision already." in said(client.get(url))
    again = said(client.post(url, {"grounds": "Once more."}), 409)
    assert "You appealed this decision already." in again


def test_what_was_typed_too_late_is_not_lost(
    browser: Browser, decision: Decision, time_machine
) -> None:
    client, url = (
        browser(decision.enrolment.trainee),
        f"/attempts/{decision.attempt_id}/appeal",
    )
    time_machine.move_to(timezone.now() + timedelta(days=31))
    client = browser(decision.enrolment.trainee)
    assert "The time for an appeal is over." in said(client.get(url))
    page = said(client.post(url, {"grounds": GROUNDS}), 409)
    assert GROUNDS in page
    assert "The time for an appeal ended" in page


def test_nobody_appeals_somebody_elses_result(
    campus: Campus, browser: Browser, decision: Decision
) -> None:
    for person in (campus.director, factories.person()):
        assert browser(person).get(f"/attempts/{decision.attempt_id}/appeal").status_code == 404


def test_before_the_release_there_is_nothing_to_appeal(campus: Campus, browser: Browser) -> None:
    decision = factories.ratified(campus, 2, 2)
    client = browser(decision.enrolment.trainee)
    page = said(client.get(f"/attempts/{decision.attempt_id}/appeal"), 409)
    assert "Only a released decision" in page


def test_a_trainee_withdraws_while_nobody_has_taken_it_up(
    campus: Campus, browser: Browser, appeal: Appeal
) -> None:
    client = browser(appeal.decision.enrolment.trainee)
    page = said(client.post(f"/appeals/{appeal.pk}/withdraw", follow=True))
    assert "Your appeal is withdrawn." in page
    assert browser(campus.director).post(f"/appeals/{appeal.pk}/withdraw").status_code == 404


def test_a_fresh_certifier_takes_it_up_and_decides(
    campus: Campus, browser: Browser, appeal: Appeal
) -> None:
    fresh = browser(factories.member(campus.program, Role.CERTIFIER))
    listed = said(fresh.get("/appeals"))
    assert appeal.decision.enrolment.trainee.name in listed.split("All appeals")[0]
    url = f"/appeals/{appeal.pk}"
    assert "nightstand" in said(fresh.get(url))
    page = said(fresh.post(f"{url}/take-up", follow=True))
    assert "The appeal is yours to decide." in page
    missing = said(fresh.post(f"{url}/decide", {"granted": "yes", "reason": ""}), 422)
    assert "Give the reasons; the trainee reads them." in missing
    reasons = "Neither rationale mentions it."
    page = said(fresh.post(f"{url}/decide", {"granted": "yes", "reason": reasons}, follow=True))
    assert "The appeal is decided." in page
    own = said(browser(appeal.decision.enrolment.trainee).get(url))
    assert reasons in own
    assert "Granted" in own
    again = said(fresh.post(f"{url}/decide", {"granted": "no", "reason": "Or not."}), 409)
    assert "cannot become denied" in again


def test_who_ratified_reads_no_grounds_and_decides_nothing(
    campus: Campus, browser: Browser, appeal: Appeal
) -> None:
    client, url = browser(campus.certifier), f"/appeals/{appeal.pk}"
    page = said(client.get(url))
    assert "you ratified the decision" in page
    assert "nightstand" not in page
    assert client.post(f"{url}/take-up").status_code == 403


def test_only_who_took_it_up_decides(campus: Campus, browser: Browser, appeal: Appeal) -> None:
    take_up_appeal(appeal, by=factories.member(campus.program, Role.CERTIFIER))
    other = browser(factories.member(campus.program, Role.CERTIFIER))
    given = {"granted": "no", "reason": "It stands."}
    assert "Somebody else took this appeal up." in said(
        other.post(f"/appeals/{appeal.pk}/decide", given), 403
    )


def test_a_director_sees_that_there_is_one_and_not_what_it_says(
    campus: Campus, browser: Browser, appeal: Appeal
) -> None:
    client = browser(campus.director)
    assert appeal.decision.enrolment.trainee.name in said(client.get("/appeals?state=lodged"))
    assert "No appeal is here." in said(client.get("/appeals?state=denied"))
    assert "nightstand" not in said(client.get(f"/appeals/{appeal.pk}"))
    assert browser(factories.person()).get(f"/appeals/{appeal.pk}").status_code == 404


def test_after_an_erasure_the_appeal_is_there_without_its_words(
    campus: Campus, browser: Browser, appeal: Appeal
) -> None:
    trainee = appeal.decision.enrolment.trainee
    browser(trainee).post(f"/appeals/{appeal.pk}/withdraw")
    factories.erased(trainee)
    page = said(
        browser(factories.member(campus.program, Role.CERTIFIER)).get(f"/appeals/{appeal.pk}")
    )
    assert "[erased at the person's request]" in page
    assert "Erased person" in page
