"""One's own account, roles, and what waits."""

from typing import Any

from competency.accounts.models import User
from tests import factories
from tests.factories import Campus, contents
from tests.rest.conftest import SignIn, done

NOTHING = {
    "attempts": 0,
    "reviews": 0,
    "adjudications": 0,
    "harm_readings": 0,
    "decisions": 0,
    "releases": 0,
    "without_reviewer": 0,
}


def waiting(api: SignIn, person: User) -> dict[str, Any]:
    found: dict[str, Any] = done(api(person).get("/api/v1/me/"))["waiting"]
    return {kind: count for kind, count in found.items() if count}


def test_somebody_without_roles_has_nothing_waiting(api: SignIn, db: None) -> None:
    person = factories.person("Lena")
    shown = done(api(person).get("/api/v1/me/"))
    assert (shown["name"], shown["roles"], shown["waiting"]) == ("Lena", [], NOTHING)


def test_roles_are_those_held_today(api: SignIn, campus: Campus) -> None:
    shown = done(api(campus.director).get("/api/v1/me/"))
    assert [row["role"] for row in shown["roles"]] == ["director"]
    assert shown["roles"][0]["program"]["code"] == campus.program.code


def test_what_waits_follows_the_work(api: SignIn, campus: Campus) -> None:
    trainee = factories.trainee_of(factories.assigned(campus))
    assert waiting(api, trainee) == {"attempts": 1}
    attempt = factories.under_review(campus)
    reviewers = {row.reviewer for row in factories.reviews_of(attempt)}
    assert all(waiting(api, person) == {"reviews": 1} for person in reviewers)
    for review, level in zip(factories.reviews_of(attempt), (4, 2), strict=True):
        factories.give(review, level)
    factories.run_workflow(attempt)
    third = factories.adjudication_of(attempt).adjudicator
    assert waiting(api, third) == {"adjudications": 1}
    factories.settle(factories.adjudication_of(attempt), 4)
    factories.run_workflow(attempt)
    assert waiting(api, campus.certifier) == {"decisions": 1}
    decision = factories.decision_of(attempt)
    factories.assessments.workflow.ratify(decision, by=campus.certifier)
    factories.run_workflow(attempt)
    assert waiting(api, campus.director) == {"releases": 1}


def test_a_director_learns_that_somebody_to_judge_is_missing(api: SignIn, db: None) -> None:
    campus = factories.campus(supervisors=1)
    factories.under_review(campus)
    assert waiting(api, campus.director) == {"without_reviewer": 1}


def test_a_passage_waits_for_its_fresh_reader(api: SignIn, campus: Campus) -> None:
    attempt = factories.under_review(campus, answers=contents.harmful_answers())
    seats = factories.reviews_of(attempt)
    for review, harmful in zip(seats, (True, False), strict=True):
        factories.give(review, 3, flags=harmful)
    factories.run_workflow(attempt)
    judges = {row.reviewer for row in seats}
    (reader,) = [person for person in campus.supervisors if person not in judges]
    assert waiting(api, reader) == {"harm_readings": 1}
