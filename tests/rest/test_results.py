"""Results: all at once, and nothing before the release."""

import pytest

from assessments.attempts.models import Attempt
from assessments.attempts.services import release_results
from assessments.workflow import services as workflow
from tests import factories
from tests.factories import Campus, contents
from tests.rest.conftest import SignIn, done, problem


@pytest.fixture
def decided(campus: Campus) -> Attempt:
    """C1 was disputed and settled at 3."""
    attempt = factories.reviewed(campus, {"C1": 4, "D1": 4}, {"C1": 2, "D1": 3})
    factories.settle(factories.adjudication_of(attempt))
    factories.run_workflow(attempt)
    workflow.ratify(factories.decision_of(attempt), by=campus.certifier)
    factories.run_workflow(attempt)
    return attempt


@pytest.fixture
def url(decided: Attempt) -> str:
    return f"/api/v1/attempts/{decided.pk}/results/"


def test_nothing_is_shown_before_the_release(
    api: SignIn, campus: Campus, decided: Attempt, url: str
) -> None:
    for person in (factories.trainee_of(decided), campus.director):
        problem(api(person).get(url), 409, "not_released")


def test_everything_is_shown_after_it(
    api: SignIn, campus: Campus, decided: Attempt, url: str
) -> None:
    release_results(decided, by=campus.director)
    shown = done(api(factories.trainee_of(decided)).get(url))
    decision = factories.decision_of(decided)
    assert (shown["outcome"], shown["attempt"]) == (decision.outcome, str(decided.pk))
    assert {row["code"] for row in shown["competencies"]} == set(contents.CRITERIA)
    (submission,) = shown["submissions"]
    rows = {row["criterion"]: row for row in submission["criteria"]}
    assert sorted(rating["level"] for rating in rows["C1"]["ratings"]) == [2, 4]
    assert rows["C1"]["settled"] == {"level": 3, "reason": "On balance."}
    assert rows["C3"]["settled"] is None
    models = {row["item"]: row["model_response"] for row in submission["model_responses"]}
    assert models == {"first-words": "I am here.", "closing-words": "I am here."}
    assert done(api(campus.director).get(url)) == shown


def test_reviewers_stay_without_names(
    api: SignIn, campus: Campus, decided: Attempt, url: str
) -> None:
    release_results(decided, by=campus.director)
    text = api(factories.trainee_of(decided)).get(url).content.decode()
    for person in campus.supervisors:
        assert str(person.pk) not in text
        assert person.name not in text


def test_results_are_nobody_elses(
    api: SignIn, campus: Campus, elsewhere: Campus, decided: Attempt, url: str
) -> None:
    release_results(decided, by=campus.director)
    other = factories.trainee_of(factories.assigned(campus))
    for person in (other, elsewhere.director):
        problem(api(person).get(url), 404)
    problem(api(campus.supervisors[0]).get(url), 403)


def test_harm_and_what_comes_next_are_told(api: SignIn, campus: Campus) -> None:
    attempt = factories.reviewed(campus, 1, 1)
    workflow.ratify(factories.decision_of(attempt), by=campus.certifier)
    factories.run_workflow(attempt)
    release_results(attempt, by=campus.director)

    shown = done(api(factories.trainee_of(attempt)).get(f"/api/v1/attempts/{attempt.pk}/results/"))

    (flag,) = [row for row in shown["submissions"][0]["harm_flags"] if row["confirmed"]]
    assert flag["about"] == "Criterion C3"
    assert flag["reasons"]
    assert shown["appeal_until"]
    assert shown["resit_from"] > shown["settled_at"]
