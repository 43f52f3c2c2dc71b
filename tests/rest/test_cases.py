"""Suspected breaches and late answers, through the interface."""

from assessments.attempts.models import Attempt
from competency.cases.models import Case
from competency.decisions.models import Decision
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem

SEEN = {"kind": "copying", "grounds": "Two passages are alike."}


def test_a_case_is_opened_and_closed_by_another(
    api: SignIn, campus: Campus, proposal: Decision
) -> None:
    client = api(campus.director)
    made = done(client.post(f"/api/v1/attempts/{proposal.attempt_id}/cases/", SEEN), 201)
    assert (made["kind"], made["finding"]) == ("copying", None)
    url = f"/api/v1/cases/{made['id']}/"
    (row,) = done(client.get("/api/v1/cases/", {"open": "true"}))["results"]
    assert row["id"] == made["id"]

    finding = {"finding": "upheld", "reason": "They sat side by side."}
    problem(client.post(f"{url}close/", finding), 403)
    other = api(factories.member(campus.program, Role.DIRECTOR))
    assert fields(problem(other.post(f"{url}close/", {}), 400)) == {"finding", "reason"}
    assert done(other.post(f"{url}close/", finding))["finding"] == "upheld"
    problem(other.post(f"{url}close/", finding), 409)
    assert done(api(campus.certifier).get(url))["finding_reason"] == finding["reason"]


def test_a_reviewer_reports_blind(api: SignIn, campus: Campus) -> None:
    attempt = factories.under_review(campus)
    review = factories.reviews_of(attempt)[0]

    response = api(review.reviewer).post(f"/api/v1/reviews/{review.pk}/concern/", SEEN)

    assert (response.status_code, response.content) == (204, b"")
    assert Case.objects.get().opened_by == review.reviewer


def test_a_late_answer_is_ruled_on_once(api: SignIn, campus: Campus) -> None:
    attempt: Attempt = factories.handed_in(campus)
    late = factories.late_answer(attempt)
    client = api(campus.director)
    url = f"/api/v1/late-answers/{late.pk}/"
    (row,) = done(client.get("/api/v1/late-answers/", {"waiting": "true"}))["results"]
    assert (row["attempt"], row["ruling"]) == (str(attempt.pk), None)

    ruling = {"counts": False, "reason": "It was not ours."}
    shown = done(client.post(f"{url}rule/", ruling))

    assert shown["ruling"]["reason"] == ruling["reason"]
    problem(client.post(f"{url}rule/", ruling), 409)
    assert done(client.get("/api/v1/late-answers/", {"waiting": "true"}))["results"] == []
