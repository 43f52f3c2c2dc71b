"""A fresh reader sees the flagged passage and nothing else, and decides."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assessments.harm.models import HarmFlag, HarmJudgement
from assessments.reviews.judgements import CitedRange, HarmGiven
from tests import factories
from tests.factories import Campus, contents
from tests.rest.conftest import SignIn, done, fields, problem


@pytest.fixture
def campus(db: None) -> Campus:
    """No minimum is set, so that one level apart is no dispute."""
    return factories.campus(standard={"minima": {}})


@pytest.fixture
def judgement(campus: Campus) -> HarmJudgement:
    """One reviewer saw harm on C3, the other did not."""
    attempt = factories.under_review(campus)
    first, second = factories.reviews_of(attempt)
    cited = CitedRange("closing-words", 2, 9)
    factories.give(first, {"C3": 1}, harms=[HarmGiven("C3.H1", "It presses him.", cited)])
    factories.give(second, {"C3": 2})
    factories.run_workflow(attempt)
    return HarmJudgement.objects.get(fresh_reader=True)


@pytest.fixture
def client(api: SignIn, judgement: HarmJudgement) -> APIClient:
    return api(judgement.judge)


@pytest.fixture
def url(judgement: HarmJudgement) -> str:
    return f"/api/v1/harm-readings/{judgement.pk}/"


def test_the_passage_is_shown_with_what_harm_would_be(client: APIClient, url: str) -> None:
    shown = done(client.get(url))
    words = contents.GOOD_WORDS
    assert [row["text"] for row in shown["passages"]] == [words[0:3], words[2:9]]
    assert {row["prompt"] for row in shown["passages"]} == {"What do you say?"}
    assert shown["criterion"]["code"] == "C3"
    assert [row["code"] for row in shown["criterion"]["harm_indicators"]] == ["C3.H1"]
    assert (shown["read"], shown["choice"], shown["harmful"]) == (False, None, None)


def test_nothing_tells_what_the_others_judged(
    client: APIClient, url: str, judgement: HarmJudgement
) -> None:
    text = client.get(url).content.decode()
    assert "It presses him." not in text
    assert "It shows." not in text
    submission = judgement.flag.submission
    for review in submission.reviews.all():
        assert str(review.pk) not in text
        assert review.pseudonym not in text
    for trace in (submission.pk, submission.attempt_id, judgement.flag_id):
        assert str(trace) not in text
    assert str(submission.attempt.enrolment.trainee_id) not in text


def test_a_critical_choice_is_shown_as_it_was_put(api: SignIn, campus: Campus) -> None:
    attempt = factories.under_review(campus, answers=contents.harmful_answers())
    for review, harmful in zip(factories.reviews_of(attempt), (True, False), strict=True):
        factories.give(review, 3, flags=harmful)
    factories.run_workflow(attempt)
    judgement = HarmJudgement.objects.get(fresh_reader=True)
    shown = done(api(judgement.judge).get(f"/api/v1/harm-readings/{judgement.pk}/"))
    assert shown["choice"] == {"prompt": "What do you do?", "text": "Leave."}
    assert (shown["criterion"], shown["passages"]) == (None, [])


def test_a_reading_settles_the_flag_once(
    client: APIClient, url: str, judgement: HarmJudgement
) -> None:
    assert len(done(client.get("/api/v1/harm-readings/"))["results"]) == 1
    given = {"harmful": False, "reason": "He is asked, not pressed."}
    shown = done(client.post(f"{url}judge/", given))
    assert (shown["read"], shown["harmful"], shown["reason"]) == (True, False, given["reason"])
    problem(client.post(f"{url}judge/", given), 409, "completed")
    factories.run_workflow(judgement.flag.submission.attempt)
    assert HarmFlag.objects.get(pk=judgement.flag_id).state == "dismissed"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, {"harmful", "reason"}),
        ({"harmful": "no", "reason": "So."}, {"harmful"}),
        ({"harmful": None, "reason": "So."}, {"harmful"}),
        ({"harmful": 0, "reason": "So."}, {"harmful"}),
        ({"harmful": True, "reason": "  "}, {"reason"}),
        ({"harmful": True, "reason": "a\x00"}, {"reason"}),
    ],
)
def test_a_reading_that_cannot_be_taken_names_the_fault(
    client: APIClient, url: str, body: dict[str, Any], named: set[str]
) -> None:
    assert fields(problem(client.post(f"{url}judge/", body), 400)) == named


def test_a_reading_is_nobody_elses(
    api: SignIn, campus: Campus, elsewhere: Campus, judgement: HarmJudgement, url: str
) -> None:
    others = [person for person in campus.supervisors if person != judgement.judge]
    for person in [*others, elsewhere.supervisors[0]]:
        problem(api(person).get(url), 404)
        problem(api(person).post(f"{url}judge/", {"harmful": True, "reason": "So."}), 404)


def test_what_the_workflow_notes_in_a_reviewers_name_is_not_a_reading(
    api: SignIn, campus: Campus, judgement: HarmJudgement
) -> None:
    """It would tell a reviewer who saw no harm that the other one did."""
    noted = HarmJudgement.objects.filter(fresh_reader=False)
    assert noted.count() == 2
    for row in noted:
        client = api(row.judge)
        assert done(client.get("/api/v1/harm-readings/"))["results"] == []
        problem(client.get(f"/api/v1/harm-readings/{row.pk}/"), 404)
