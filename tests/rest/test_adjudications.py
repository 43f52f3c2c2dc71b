"""A third person sees both reviews without names, and settles what they dispute."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assessments.reviews.models import Adjudication
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem


@pytest.fixture
def adjudication(campus: Campus) -> Adjudication:
    """C1 is disputed: 4 against 2."""
    attempt = factories.reviewed(campus, {"C1": 4, "D1": 4}, {"C1": 2, "D1": 3})
    return factories.adjudication_of(attempt)


@pytest.fixture
def client(api: SignIn, adjudication: Adjudication) -> APIClient:
    return api(adjudication.adjudicator)


@pytest.fixture
def url(adjudication: Adjudication) -> str:
    return f"/api/v1/adjudications/{adjudication.pk}/"


def settled(*codes: str, **changes: Any) -> dict[str, Any]:
    row = {"level": 3, "reason": "On balance."} | changes
    return {"settlements": [{"criterion": code} | row for code in codes]}


def test_both_reviews_are_shown_on_what_is_disputed_alone(client: APIClient, url: str) -> None:
    rows = done(client.get("/api/v1/adjudications/"))["results"]
    assert [(row["disputed"], row["settled"]) for row in rows] == [(["C1"], False)]
    shown = done(client.get(url))
    assert [criterion["code"] for criterion in shown["criteria"]] == ["C1"]
    assert [review["reviewer"] for review in shown["reviews"]] == ["A", "B"]
    levels = [[row["level"] for row in review["ratings"]] for review in shown["reviews"]]
    assert sorted(levels) == [[2], [4]]
    assert [stage["code"] for stage in shown["stages"]] == ["arrival", "room"]


def test_reviewers_stay_without_names(
    client: APIClient, url: str, adjudication: Adjudication
) -> None:
    text = client.get(url).content.decode()
    for review in adjudication.submission.reviews.all():
        for trace in (review.pk, review.pseudonym, review.reviewer_id, review.reviewer.name):
            assert str(trace) not in text


def test_every_disputed_criterion_is_settled_once(client: APIClient, url: str) -> None:
    shown = done(client.post(f"{url}settle/", settled("C1")))
    assert shown["settled"] is True
    assert shown["settlements"] == [{"criterion": "C1", "level": 3, "reason": "On balance."}]
    problem(client.post(f"{url}settle/", settled("C1")), 409, "completed")
    assert len(done(client.get(url))["reviews"]) == 2


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ({}, 400, {"settlements"}),
        (settled(), 422, {"C1"}),
        (settled("C3"), 422, {"C1", "C3"}),
        (settled("C1", "C1"), 400, {"settlements.1.criterion"}),
        (settled("C1", level=5), 400, {"settlements.0.level"}),
        (settled("C1", level="3"), 400, {"settlements.0.level"}),
        (settled("C1", reason=""), 400, {"settlements.0.reason"}),
        (settled("C1", reason="\x00"), 400, {"settlements.0.reason"}),
    ],
)
def test_a_settlement_that_cannot_be_taken_names_the_fault(
    client: APIClient, url: str, body: dict[str, Any], status: int, named: set[str]
) -> None:
    assert fields(problem(client.post(f"{url}settle/", body), status)) == named


def test_an_adjudication_is_nobody_elses(
    api: SignIn, campus: Campus, elsewhere: Campus, adjudication: Adjudication, url: str
) -> None:
    others = [person for person in campus.supervisors if person != adjudication.adjudicator]
    for person in [*others, elsewhere.supervisors[0]]:
        problem(api(person).get(url), 404)
        problem(api(person).post(f"{url}settle/", settled("C1")), 404)
    problem(api(campus.director).get(url), 403)
