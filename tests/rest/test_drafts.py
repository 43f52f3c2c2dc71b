"""Drafts, own comments and one's record over REST: the same services as the pages."""

from typing import Any
from uuid import uuid4

import pytest

from assessments.attempts.services import release_results
from assessments.reviews.models import Review
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, problem

RATED = {"criterion": "C1", "level": 3, "rationale": "It shows.", "citations": []}


@pytest.fixture
def review(campus: Campus) -> Review:
    return factories.reviews_of(factories.under_review(campus))[0]


def put(api: SignIn, review: Review, revision: int, **changes: Any) -> Any:
    body = {"revision": revision, "idempotency_key": str(uuid4()), "ratings": [RATED]} | changes
    return api(review.reviewer).put(f"/api/v1/reviews/{review.pk}/draft/", body)


def test_a_draft_grows_and_refuses_an_older_revision(api: SignIn, review: Review) -> None:
    address = f"/api/v1/reviews/{review.pk}/draft/"
    assert done(api(review.reviewer).get(address))["revision"] == 0
    assert done(put(api, review, 0))["revision"] == 1
    assert done(put(api, review, 1, summary="Calm."))["summary"] == "Calm."
    problem(put(api, review, 1), 409, "stale_revision")
    kept = done(api(review.reviewer).get(address))
    assert (kept["revision"], kept["ratings"]) == (2, [RATED])


def test_what_cannot_be_kept_is_named(api: SignIn, review: Review) -> None:
    body = problem(put(api, review, 0, ratings=[RATED | {"criterion": "Z9"}]), 422, "invalid")
    assert [fault["field"] for fault in body["errors"]] == ["ratings.Z9"]


def test_a_draft_is_nobody_elses(api: SignIn, review: Review, campus: Campus) -> None:
    put(api, review, 0)
    for person in campus.supervisors:
        if person != review.reviewer:
            problem(api(person).get(f"/api/v1/reviews/{review.pk}/draft/"), 404)


def test_comments_are_kept_and_forgotten(api: SignIn, campus: Campus) -> None:
    client = api(campus.supervisors[0])
    kept = done(client.post("/api/v1/review-comments/", {"text": "Stays near."}))
    assert done(client.get("/api/v1/review-comments/"))["results"] == [kept]
    other = api(campus.supervisors[1])
    problem(other.delete(f"/api/v1/review-comments/{kept['id']}/"), 404)
    done(client.delete(f"/api/v1/review-comments/{kept['id']}/"), 204)
    assert done(client.get("/api/v1/review-comments/"))["results"] == []


def test_a_record_compares_only_what_is_released(api: SignIn, campus: Campus) -> None:
    attempt = factories.attempt_of(factories.ratified(campus, {"C1": 3, "C3": 4, "D1": 4}, 4))
    client = api(factories.reviews_of(attempt)[0].reviewer)
    before = done(client.get("/api/v1/review-record/"))
    assert before["compared"] is None
    assert [use["count"] for use in before["levels"]] == [0, 0, 1, 2]
    release_results(attempt, by=campus.director)
    assert done(client.get("/api/v1/review-record/"))["compared"]["criteria"] == 3
