"""A director sees every seat of an attempt and settles who sits there."""

import pytest

from assessments.attempts.models import Attempt
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem


@pytest.fixture
def attempt(campus: Campus) -> Attempt:
    return factories.under_review(campus)


@pytest.fixture
def url(attempt: Attempt) -> str:
    return f"/api/v1/attempts/{attempt.pk}/seats/"


def test_seats_are_listed_with_what_keeps_others_from_them(
    api: SignIn, campus: Campus, attempt: Attempt, url: str
) -> None:
    (row,) = done(api(campus.director).get(url))["submissions"]

    assert {seat["reviewer"]["name"] for seat in row["seats"]} == {
        review.reviewer.name for review in factories.reviews_of(attempt)
    }
    (free,) = [each for each in row["standings"] if each["eligible"]]
    assert free["bars"] == []


def test_a_seat_is_given_to_somebody_else(api: SignIn, campus: Campus, url: str) -> None:
    client = api(campus.director)
    (row,) = done(client.get(url))["submissions"]
    (free,) = [each["person"] for each in row["standings"] if each["eligible"]]
    first = row["seats"][0]
    asked = {"position": 1, "reviewer": free["id"], "reason": "On leave."}

    problem(client.post(url, asked), 409)
    (now,) = done(client.post(url, asked | {"instead_of": first["id"]}))["submissions"]

    assert free["name"] in {s["reviewer"]["name"] for s in now["seats"] if s["state"] == "assigned"}
    assert "lapsed" in {seat["state"] for seat in now["seats"]}


def test_faults_are_named(api: SignIn, campus: Campus, attempt: Attempt, url: str) -> None:
    client = api(campus.director)
    missing = problem(client.post(url, {}), 400)
    assert fields(missing) == {"position", "reviewer", "reason"}
    nobody = {"position": 1, "reviewer": str(attempt.pk), "reason": "On leave."}
    assert fields(problem(client.post(url, nobody), 422)) == {"reviewer"}
    problem(client.post(url, nobody | {"position": 9}), 404)
    license_url = url.replace("seats", "license")
    grounds = {"person": str(attempt.pk), "grounds": "Qualified."}
    assert fields(problem(client.post(license_url, grounds), 422)) == {"person"}


def test_a_supervisor_is_licensed_for_the_rubric(api: SignIn, campus: Campus, url: str) -> None:
    person = factories.member(campus.program, Role.SUPERVISOR)
    client = api(campus.director)
    given = {"person": str(person.pk), "grounds": "Qualified."}

    (row,) = done(client.post(url.replace("seats", "license"), given))["submissions"]

    assert person.name in {s["person"]["name"] for s in row["standings"] if s["eligible"]}
    problem(client.post(url.replace("seats", "license"), given), 409)
