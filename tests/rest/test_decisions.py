"""Decisions are read with their dossier, ratified or returned by a certifier without a stake."""

import pytest

from assessments.attempts.models import Attempt
from assessments.attempts.services import release_results
from assessments.workflow import services as workflow
from competency.decisions.models import Decision
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem


@pytest.fixture
def url(proposal: Decision) -> str:
    return f"/api/v1/decisions/{proposal.pk}/"


def test_a_certifier_sees_the_whole_trail(
    api: SignIn, campus: Campus, proposal: Decision, url: str
) -> None:
    client = api(campus.certifier)
    row = done(client.get("/api/v1/decisions/", {"state": "proposed"}))["results"][0]
    assert (row["id"], row["outcome"]) == (str(proposal.pk), "competent")
    assert row["assessment"] == "Core assessment"
    assert row["trainee"]["name"] == proposal.enrolment.trainee.name
    shown = done(client.get(url))
    assert shown["dossier"] == proposal.dossier
    assert shown["dossier_hash"] == proposal.dossier_hash
    assert shown["barred_by"] == []


def test_a_certifier_ratifies_once(api: SignIn, campus: Campus, url: str) -> None:
    client = api(campus.certifier)
    shown = done(client.post(f"{url}ratify/", {"reason": "Checked."}))
    assert (shown["state"], shown["settled_by"]["name"]) == ("ratified", campus.certifier.name)
    problem(client.post(f"{url}ratify/", {}), 409, "transition_refused")
    problem(client.post(f"{url}return/", {"reason": "Late."}), 409, "transition_refused")


def test_a_certifier_returns_with_a_reason(api: SignIn, campus: Campus, url: str) -> None:
    client = api(campus.certifier)
    assert fields(problem(client.post(f"{url}return/", {}), 400)) == {"reason"}
    shown = done(client.post(f"{url}return/", {"reason": "The form was wrong."}))
    assert (shown["state"], shown["settled_reason"]) == ("returned", "The form was wrong.")


def test_who_has_a_stake_is_told_what_bars_them(
    api: SignIn, campus: Campus, proposal: Decision, url: str
) -> None:
    judge = proposal.dossier["submissions"][0]["reviews"][0]["reviewer"]
    person = next(row for row in campus.supervisors if str(row.pk) == judge)
    factories.member(campus.program, Role.CERTIFIER, person)
    client = api(person)
    shown = done(client.get(url))
    assert shown["barred_by"] == ["you took part in marking this attempt"]
    assert shown["dossier"]["submissions"][0]["reviews"] is None
    found = problem(client.post(f"{url}ratify/", {}), 403, "not_allowed")
    assert "you took part in marking" in found["detail"]


def test_nobody_meets_the_decision_about_themselves(
    api: SignIn, campus: Campus, proposal: Decision, url: str
) -> None:
    trainee = proposal.enrolment.trainee
    problem(api(trainee).get(url), 403)
    factories.member(campus.program, Role.CERTIFIER, trainee)
    problem(api(trainee).get(url), 404)
    problem(api(trainee).post(f"{url}ratify/", {}), 404)
    assert done(api(trainee).get("/api/v1/decisions/"))["results"] == []


def test_a_director_reads_the_reviews_once_results_are_released(
    api: SignIn, campus: Campus, proposal: Decision, url: str
) -> None:
    client = api(campus.director)
    held = done(client.get(url))["dossier"]
    assert held["submissions"][0]["reviews"] is None
    assert held["composite"] == proposal.dossier["composite"]
    workflow.ratify(proposal, by=campus.certifier)
    attempt = Attempt.objects.get(pk=proposal.attempt_id)
    factories.run_workflow(attempt)
    release_results(attempt, by=campus.director)
    assert done(client.get(url))["dossier"] == proposal.dossier


def test_a_referral_goes_the_way_that_the_certifier_chose(api: SignIn, campus: Campus) -> None:
    refer = factories.proposed(campus, 3, 3)
    client, url = api(campus.certifier), f"/api/v1/decisions/{refer.pk}/"
    assert fields(problem(client.post(f"{url}ratify/", {"referral": "dice"}), 400)) == {"referral"}
    shown = done(client.post(f"{url}ratify/", {"referral": "more_review"}))
    assert (shown["outcome"], shown["referral"]) == ("refer", "more_review")


def test_only_a_referral_is_referred(api: SignIn, campus: Campus, url: str) -> None:
    found = api(campus.certifier).post(f"{url}ratify/", {"referral": "panel"})
    assert fields(problem(found, 422)) == {"referral"}


def test_decisions_of_another_program_are_absent(api: SignIn, elsewhere: Campus, url: str) -> None:
    for person in (elsewhere.certifier, elsewhere.director):
        problem(api(person).get(url), 404)
        assert done(api(person).get("/api/v1/decisions/"))["results"] == []
    problem(api(elsewhere.certifier).post(f"{url}ratify/", {}), 404)
    problem(api(elsewhere.certifier).post(f"{url}return/", {"reason": "No."}), 404)


def test_who_only_reads_does_not_settle(api: SignIn, campus: Campus, url: str) -> None:
    for person in (campus.director, factories.member(campus.program, Role.AUDITOR)):
        done(api(person).get(url))
        problem(api(person).post(f"{url}ratify/", {}), 403)


def test_decisions_are_found(api: SignIn, campus: Campus, proposal: Decision) -> None:
    client = api(campus.certifier)
    found = {"outcome": "competent", "attempt": proposal.attempt_id, "program": campus.program.pk}
    for name, value in found.items():
        assert len(done(client.get("/api/v1/decisions/", {name: value}))["results"]) == 1
    for name, value in {"outcome": "refer", "state": "returned"}.items():
        assert done(client.get("/api/v1/decisions/", {name: value}))["results"] == []
    problem(client.get("/api/v1/decisions/", {"outcome": "pass"}), 400)


def test_several_are_ratified_and_each_refusal_is_told(api: SignIn, campus: Campus) -> None:
    good, refer = factories.proposed(campus, 4, 4), factories.proposed(campus, 3, 3)
    client = api(campus.certifier)
    keys = [str(good.pk), str(refer.pk), str(good.pk)]

    shown = done(client.post("/api/v1/decisions/ratify/", {"decisions": keys, "reason": "Read."}))

    assert shown["ratified"] == [str(good.pk)]
    assert [row["id"] for row in shown["refused"]] == [str(refer.pk)]
    assert "ratified by itself" in shown["refused"][0]["detail"]
    good.refresh_from_db()
    assert (good.state, good.settled_reason) == ("ratified", "Read.")
    none = client.post("/api/v1/decisions/ratify/", {"decisions": []})
    assert fields(problem(none, 400)) == {"decisions"}
