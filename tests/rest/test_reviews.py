"""Blind review through the interface: queue, response, judgement, recusal."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from assessments.attempts.models import Attempt, LateAnswer
from assessments.attempts.saving import TimeOver
from assessments.attempts.services import save_answer
from assessments.reviews.models import Review
from assessments.workflow.late import rule_on_late_answer
from competency.programs.services import end_role
from tests import factories
from tests.factories import Campus, contents
from tests.rest.conftest import SignIn, done, fields, problem


@pytest.fixture
def review(attempt_under_review: Attempt) -> Review:
    return factories.reviews_of(attempt_under_review)[0]


@pytest.fixture
def reviewer(api: SignIn, review: Review) -> APIClient:
    return api(review.reviewer)


@pytest.fixture
def url(review: Review) -> str:
    return f"/api/v1/reviews/{review.pk}/"


def judgement(level: int = 3, **changes: Any) -> dict[str, Any]:
    cited = [{"item": "first-words", "start": 0, "end": 4}] if level in (1, 4) else []
    ratings = [
        {"criterion": code, "level": level, "rationale": "It shows.", "citations": cited}
        for code in contents.CRITERIA
    ]
    return {"ratings": ratings} | changes


def test_the_queue_holds_ones_own_reviews(reviewer: APIClient, review: Review) -> None:
    rows = done(reviewer.get("/api/v1/reviews/"))["results"]
    assert rows == [
        {
            "id": str(review.pk),
            "pseudonym": review.pseudonym,
            "state": "assigned",
            "vignette": {"code": "V1", "title": "The long night", "version": 1},
            "days_left": 6,
        }
    ]
    assert done(reviewer.get("/api/v1/reviews/", {"state": "completed"}))["results"] == []
    problem(reviewer.get("/api/v1/reviews/", {"state": "recused"}), 400)


def test_the_response_stands_beside_its_anchors(reviewer: APIClient, url: str) -> None:
    shown = done(reviewer.get(url))
    assert [stage["code"] for stage in shown["stages"]] == ["arrival", "room"]
    words = shown["stages"][0]["items"][0]
    assert (words["response"], words["criteria"]) == ({"text": contents.GOOD_WORDS}, ["C1"])
    assert shown["guidance"] == "Read the anchors before the answer."
    criterion = shown["criteria"][1]
    assert (criterion["code"], criterion["safety_critical"]) == ("C3", True)
    assert [level["value"] for level in criterion["levels"]] == [1, 2, 3, 4]
    assert criterion["levels"][0]["name"] == "Potentially harmful"
    assert [row["code"] for row in criterion["competency"]["harm_indicators"]] == ["C3.H1"]
    assert (shown["flags"], shown["judgement"]) == ([], None)


def test_what_would_be_right_is_not_shown(reviewer: APIClient, url: str) -> None:
    text = reviewer.get(url).content.decode()
    assert "I am here." not in text  # the model response
    assert [word for word in ("leads_to", "model_response", '"weight"') if word in text] == []


def test_a_review_is_started_and_completed_once(reviewer: APIClient, url: str) -> None:
    assert done(reviewer.post(f"{url}start/"))["state"] == "in_progress"
    problem(reviewer.post(f"{url}start/"), 409, "transition_refused")
    complete = judgement(4, summary="Calm and complete.")
    shown = done(reviewer.post(f"{url}complete/", complete))
    assert (shown["state"], shown["days_left"]) == ("completed", None)
    assert shown["judgement"]["summary"] == "Calm and complete."
    assert shown["judgement"]["ratings"] == complete["ratings"]
    problem(reviewer.post(f"{url}complete/", complete), 409, "completed")
    assert done(reviewer.get(url)) == shown


def test_a_late_answer_that_counts_is_shown_and_cited(api: SignIn, campus: Campus) -> None:
    attempt = factories.started(campus)
    submission, trainee = factories.submission_of(attempt), factories.trainee_of(attempt)
    with time_machine.travel(timezone.now() + timedelta(minutes=62)):
        with pytest.raises(TimeOver):
            save_answer(submission, "first-words", {"text": "Late, but mine."}, by=trainee)
        factories.run_workflow(attempt)
        late = LateAnswer.objects.get()
        rule_on_late_answer(late, counts=True, reason="The line was down.", by=campus.director)
        factories.run_workflow(attempt)
        review = factories.reviews_of(attempt)[0]
        client, url = api(review.reviewer), f"/api/v1/reviews/{review.pk}/"
        words = done(client.get(url))["stages"][0]["items"][0]
        assert words["response"] == {"text": "Late, but mine."}
        shown = done(client.post(f"{url}complete/", judgement(4)))
    cited = shown["judgement"]["ratings"][0]["citations"]
    assert cited == [{"item": "first-words", "start": 0, "end": 4}]


def test_harm_is_ticked_with_its_words(reviewer: APIClient, url: str) -> None:
    cited = {"item": "closing-words", "start": 2, "end": 9}
    harm = {"indicator": "C3.H1", "note": "It presses him.", "citation": cited}
    shown = done(reviewer.post(f"{url}complete/", judgement(harms=[harm])))
    assert shown["judgement"]["harms"] == [harm]


def test_critical_choices_are_judged(api: SignIn, campus: Campus) -> None:
    attempt = factories.under_review(campus, answers=contents.harmful_answers())
    review = factories.reviews_of(attempt)[0]
    client, url = api(review.reviewer), f"/api/v1/reviews/{review.pk}/"
    shown = done(client.get(url))
    assert [stage["code"] for stage in shown["stages"]] == ["arrival", "corridor", "room"]
    flag = {"code": "leave", "text": "Leave."}
    assert shown["flags"] == [{"item": "decide", "prompt": "What do you do?", "option": flag}]
    unjudged = problem(client.post(f"{url}complete/", judgement()), 422)
    assert fields(unjudged) == {"flags.decide"}
    assert Review.objects.get(pk=review.pk).state == "assigned"  # nothing was kept
    judged = {"item": "decide", "harmful": True, "reason": "He is alone."}
    shown = done(client.post(f"{url}complete/", judgement(flags=[judged])))
    assert shown["judgement"]["flags"] == [judged]
    assert shown["flags"] == []


def without(body: dict[str, Any], place: int) -> dict[str, Any]:
    return body | {"ratings": [row for at, row in enumerate(body["ratings"]) if at != place]}


def changed(**changes: Any) -> dict[str, Any]:
    body = judgement()
    body["ratings"][1] |= changes
    return body


CITED = {"item": "first-words", "start": 0, "end": 4}
HARM = {"indicator": "C3.H1", "note": "Harm.", "citation": CITED}
FLAG = {"item": "decide", "harmful": True, "reason": "So."}


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ({}, 400, {"ratings"}),
        ({"ratings": []}, 422, {"ratings.C1", "ratings.C3", "ratings.D1"}),
        (without(judgement(), 1), 422, {"ratings.C3"}),
        (changed(level=0), 400, {"ratings.1.level"}),
        (changed(level=5), 400, {"ratings.1.level"}),
        (changed(level="3"), 400, {"ratings.1.level"}),
        (changed(level=2.5), 400, {"ratings.1.level"}),
        (changed(level=True), 400, {"ratings.1.level"}),
        (changed(level=None), 400, {"ratings.1.level"}),
        (changed(level=1), 422, {"ratings.C3.citations"}),
        (changed(criterion="C9"), 422, {"ratings.C3", "ratings.C9"}),
        (changed(criterion="C1"), 422, {"ratings.C1", "ratings.C3"}),
        (changed(rationale=" "), 400, {"ratings.1.rationale"}),
        (changed(rationale="a\x00"), 400, {"ratings.1.rationale"}),
        (changed(rationale={"a": 1}), 400, {"ratings.1.rationale"}),
        (changed(citations=[CITED | {"end": 9999}]), 422, {"ratings.C3.citations"}),
        (changed(citations=[CITED | {"item": "decide"}]), 422, {"ratings.C3.citations"}),
        (changed(citations=[CITED | {"start": -1}]), 400, {"ratings.1.citations.0.start"}),
        (changed(citations=[CITED | {"end": 10**30}]), 400, {"ratings.1.citations.0.end"}),
        (changed(citations=CITED), 400, {"ratings.1.citations"}),
        (changed(citations=[CITED] * 101), 400, {"ratings.1.citations"}),
        (judgement(harms=[HARM | {"indicator": "X"}]), 422, {"harms.X"}),
        (judgement(harms=[HARM | {"note": ""}]), 400, {"harms.0.note"}),
        (judgement(harms=[HARM, HARM]), 400, {"harms.1.indicator"}),
        (judgement(flags=[FLAG | {"harmful": "true"}]), 400, {"flags.0.harmful"}),
        (judgement(flags=[FLAG, FLAG]), 400, {"flags.1.item"}),
        (judgement(flags={"decide": True}), 400, {"flags"}),
        (judgement(summary=None), 400, {"summary"}),
        (judgement(level=3, grade=4), 400, {"grade"}),
        ({"ratings": [1, "x", None]}, 400, {"ratings.0", "ratings.1", "ratings.2"}),
    ],
)
def test_a_judgement_that_cannot_be_taken_names_every_fault(
    reviewer: APIClient, url: str, body: dict[str, Any], status: int, named: set[str]
) -> None:
    assert fields(problem(reviewer.post(f"{url}complete/", body), status)) == named
    assert done(reviewer.get(url))["state"] == "assigned"


def test_stepping_back_needs_a_reason_and_closes_the_door(reviewer: APIClient, url: str) -> None:
    assert fields(problem(reviewer.post(f"{url}recuse/", {}), 400)) == {"reason"}
    done(reviewer.post(f"{url}recuse/", {"reason": "I know this voice."}), 204)
    problem(reviewer.get(url), 404)
    problem(reviewer.post(f"{url}recuse/", {"reason": "Again."}), 404)
    assert done(reviewer.get("/api/v1/reviews/"))["results"] == []


def test_a_review_is_nobody_elses(
    api: SignIn, campus: Campus, elsewhere: Campus, review: Review, url: str
) -> None:
    others = [person for person in campus.supervisors if person != review.reviewer]
    for person in [*others, elsewhere.supervisors[0]]:
        client = api(person)
        problem(client.get(url), 404)
        problem(client.post(f"{url}start/"), 404)
        problem(client.post(f"{url}complete/", judgement()), 404)
        problem(client.post(f"{url}recuse/", {"reason": "Mine."}), 404)
    for person in (campus.director, campus.certifier, factories.trainee_of(factories.sat(campus))):
        problem(api(person).get(url), 403)


def test_who_no_longer_reviews_here_reads_no_responses(
    api: SignIn, campus: Campus, elsewhere: Campus, review: Review, url: str
) -> None:
    """A role in another program opens the interface, but not this program's reviews."""
    factories.supervisor(elsewhere, review.reviewer)
    held = review.reviewer.memberships.get(program=campus.program)
    end_role(held, by=None, reason="Left.")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        client = api(review.reviewer)
        problem(client.get(url), 404)
        assert done(client.get("/api/v1/reviews/"))["results"] == []
        assert done(client.get("/api/v1/me/"))["waiting"]["reviews"] == 0
