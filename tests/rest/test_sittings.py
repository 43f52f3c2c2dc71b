"""A trainee sits an attempt through the interface, and never sees beyond the stage reached."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from assessments.attempts.models import Attempt, LateAnswer
from competency.programs.roles import Role
from competency.programs.services import end_role
from tests import factories
from tests.factories import Campus, contents
from tests.rest.conftest import SignIn, done, fields, problem


@pytest.fixture
def trainee(api: SignIn, assigned_attempt: Attempt) -> APIClient:
    return api(factories.trainee_of(assigned_attempt))


@pytest.fixture
def url(assigned_attempt: Attempt) -> str:
    return f"/api/v1/attempts/{assigned_attempt.pk}/"


@pytest.fixture
def sitting(trainee: APIClient, url: str) -> str:
    """The address of the first submission of a started attempt."""
    done(trainee.post(f"{url}start/", {"identity_check": "ID 17"}))
    return f"{url}submissions/1/"


def save(client: APIClient, at: str, item: str, response: Any, revision: int = 0) -> Any:
    body = {"response": response, "revision": revision}
    return client.put(f"{at}answers/{item}/", json.dumps(body), content_type="application/json")


def test_nothing_of_the_case_is_told_before_the_start(
    trainee: APIClient, url: str, campus: Campus
) -> None:
    shown = trainee.get(url)
    assert done(shown)["submissions"] == []
    assert "The long night" not in shown.content.decode()
    problem(trainee.get(f"{url}submissions/1/"), 409, "not_started")


def test_an_attempt_is_sat_from_start_to_receipt(trainee: APIClient, url: str) -> None:
    started = done(trainee.post(f"{url}start/", {"identity_check": "ID 17"}))
    assert (started["state"], started["submissions"][0]["marking"]) == ("in_progress", None)
    at = f"{url}submissions/1/"
    answers = contents.good_answers()
    while not (shown := done(trainee.get(at)))["finished"]:
        stage = shown["stages"][-1]
        for item in stage["items"]:
            done(save(trainee, at, item["code"], answers[item["code"]]))
        done(trainee.post(f"{at}stages/{stage['code']}/commit/"))
    assert [stage["code"] for stage in shown["stages"]] == ["arrival", "room"]
    assert shown["stages"][0]["items"][0]["answer"]["response"] == answers["first-words"]

    problem(trainee.get(f"{url}receipt/"), 409, "not_handed_in")
    receipt = done(trainee.post(f"{url}hand-in/"))
    assert len(receipt["submissions"][0]["content_hash"]) == 64
    assert done(trainee.get(f"{url}receipt/")) == receipt
    problem(trainee.post(f"{url}hand-in/"), 409, "handed_in")
    problem(save(trainee, at, "closing-words", {"text": "More."}, 1), 409, "handed_in")


def test_only_the_stages_reached_are_shown(trainee: APIClient, sitting: str) -> None:
    response = trainee.get(sitting)
    assert [stage["code"] for stage in done(response)["stages"]] == ["arrival"]
    text = response.content.decode()
    hidden = ["room", "corridor", "I am here.", "leads_to", "critical", "criteria", "weight"]
    assert [word for word in hidden if word in text] == []


def test_what_is_asked_carries_nothing_that_tells_what_is_right(
    trainee: APIClient, sitting: str
) -> None:
    stage = done(trainee.get(sitting))["stages"][0]
    assert set(stage) == {"code", "title", "narrative", "known", "finished", "items"}
    for item in stage["items"]:
        assert set(item) == {"code", "kind", "prompt", "settings", "options", "answer"}
        assert all(set(option) == {"code", "text"} for option in item["options"])


def test_a_stage_that_was_not_reached_is_not_answered(trainee: APIClient, sitting: str) -> None:
    problem(save(trainee, sitting, "closing-words", {"text": "Early."}), 409, "stage_closed")
    problem(trainee.post(f"{sitting}stages/room/commit/"), 409, "stage_closed")
    found = problem(trainee.post(f"{sitting}stages/nowhere/commit/"), 422)
    assert fields(found) == {"stage"}
    assert fields(problem(save(trainee, sitting, "nothing", {"text": ""}), 422)) == {"item"}
    problem(trainee.post(f"{sitting}stages/arrival/commit/"), 409, "undecided")
    problem(trainee.post(f"{sitting.replace('submissions', '')}hand-in/"), 404)


def test_a_newer_answer_is_never_overwritten(trainee: APIClient, sitting: str) -> None:
    first = done(save(trainee, sitting, "first-words", {"text": "One."}))
    assert (first["revision"], first["words"]) == (1, 1)
    second = done(save(trainee, sitting, "first-words", {"text": "Two words."}, 1))
    assert (second["revision"], second["words"]) == (2, 2)
    for stale in (0, 1):
        response = save(trainee, sitting, "first-words", {"text": "Old."}, stale)
        assert fields(problem(response, 409, "stale_revision")) == {"first-words"}
    kept = done(trainee.get(sitting))["stages"][0]["items"][0]["answer"]
    assert (kept["response"], kept["revision"]) == ({"text": "Two words."}, 2)


def test_a_write_that_is_sent_again_changes_nothing(trainee: APIClient, sitting: str) -> None:
    body = {"response": {"text": "One."}, "revision": 0, "idempotency_key": str(uuid4())}
    at = f"{sitting}answers/first-words/"
    first, again = (done(trainee.put(at, body, format="json")) for _ in range(2))
    assert first == again
    refused = trainee.put(at, body | {"idempotency_key": 7}, format="json")
    assert fields(problem(refused, 400)) == {"idempotency_key"}


def test_the_clock_is_stopped_and_started(
    api: SignIn, campus: Campus, trainee: APIClient, sitting: str, url: str
) -> None:
    problem(trainee.post(f"{url}pause/"), 409, "no_pause_left")
    Attempt.objects.update(pause_seconds=600)
    done(trainee.post(f"{url}pause/"))
    problem(trainee.post(f"{url}pause/"), 409, "paused")
    problem(save(trainee, sitting, "first-words", {"text": "Meanwhile."}), 409, "paused")
    done(trainee.post(f"{url}resume/"))
    problem(trainee.post(f"{url}resume/"), 409, "not_paused")
    done(save(trainee, sitting, "first-words", {"text": "After."}))


def test_line_ends_are_normalised(trainee: APIClient, sitting: str) -> None:
    done(save(trainee, sitting, "first-words", {"text": "a\r\nb\rc\td"}))
    kept = done(trainee.get(sitting))["stages"][0]["items"][0]["answer"]
    assert kept["response"] == {"text": "a\nb\nc\td"}


@pytest.mark.parametrize(
    ("item", "response"),
    [
        ("first-words", {"text": 3}),
        ("first-words", {"text": None}),
        ("first-words", {"texts": "a"}),
        ("first-words", {"text": "x" * 200_001}),
        ("actions", {"ratings": []}),
        ("actions", {"ratings": {"greet": 5}}),
        ("actions", {"ratings": {"greet": True}}),
        ("actions", {"ratings": {"greet": 10**30}}),
        ("actions", {"ratings": {"greet": {"a": []}}}),
        ("actions", {"ratings": {"nothing": 1}}),
        ("decide", {"choice": "nothing"}),
        ("decide", {"choice": {"a": 1}}),
        ("decide", {"choice": ["stay"]}),
        ("decide", {"choice": 1e300}),
    ],
)
def test_a_response_that_cannot_be_taken_names_the_item(
    trainee: APIClient, sitting: str, item: str, response: Any
) -> None:
    refused = save(trainee, sitting, item, response)
    assert refused.status_code in {400, 422}
    assert {field.split(".")[0] for field in fields(refused.json())} <= {item, "response"}


@pytest.mark.parametrize("response", [None, 1, "text", [], True])
def test_a_response_is_an_object(trainee: APIClient, sitting: str, response: Any) -> None:
    found = problem(save(trainee, sitting, "first-words", response), 400)
    assert fields(found) == {"response"}


@pytest.mark.parametrize("revision", [None, "1", -1, 1.5, True, 2**40])
def test_a_revision_is_a_whole_number(trainee: APIClient, sitting: str, revision: Any) -> None:
    found = problem(save(trainee, sitting, "first-words", {"text": "a"}, revision), 400)
    assert fields(found) == {"revision"}


def test_nul_in_an_answer_is_refused_and_nothing_is_lost(trainee: APIClient, sitting: str) -> None:
    done(save(trainee, sitting, "first-words", {"text": "Kept."}))
    found = problem(save(trainee, sitting, "first-words", {"text": "a\x00b"}, 1), 400)
    assert fields(found) == {"response.text"}
    kept = done(trainee.get(sitting))["stages"][0]["items"][0]["answer"]
    assert kept["response"] == {"text": "Kept."}


@pytest.mark.parametrize("code", ["%00", "a%0Ab", "a%2Fb", "x" * 61])
def test_codes_in_addresses_cannot_carry_control_characters(
    trainee: APIClient, sitting: str, code: str
) -> None:
    problem(save(trainee, sitting, code, {"text": "a"}), 404)
    problem(trainee.post(f"{sitting}stages/{code}/commit/"), 404)


def test_odd_codes_are_simply_not_there(trainee: APIClient, sitting: str) -> None:
    for code in ("%C2%85", "ü", "%F0%9F%98%80", "'", "%FF"):
        problem(save(trainee, sitting, code, {"text": "a"}), 422)


@pytest.mark.parametrize("position", [0, 2, 10**30])
def test_positions_beyond_the_form_are_absent(
    trainee: APIClient, url: str, sitting: str, position: int
) -> None:
    problem(trainee.get(f"{url}submissions/{position}/"), 404)


def test_after_time_and_grace_an_answer_is_kept_apart(
    trainee: APIClient, sitting: str, campus: Campus
) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=62)):
        problem(save(trainee, sitting, "first-words", {"text": "Late."}), 409, "time_over")
    assert LateAnswer.objects.count() == 1


def test_an_attempt_starts_once_and_while_it_is_open(
    api: SignIn, trainee: APIClient, sitting: str, url: str, campus: Campus
) -> None:
    problem(trainee.post(f"{url}start/"), 409, "transition_refused")
    now = timezone.now()
    window = {"opens_at": now + timedelta(days=1), "closes_at": now + timedelta(days=2)}
    early = factories.assigned(campus, **window)
    client = api(factories.trainee_of(early))
    problem(client.post(f"/api/v1/attempts/{early.pk}/start/"), 409, "not_open")
    long = {"identity_check": "x" * 201}
    assert fields(problem(client.post(f"/api/v1/attempts/{early.pk}/start/", long), 400)) == {
        "identity_check"
    }


def test_nobody_sits_for_somebody_else(api: SignIn, sitting: str, url: str, campus: Campus) -> None:
    stranger = factories.trainee_of(factories.assigned(campus))
    director = campus.director
    factories.member(campus.program, Role.TRAINEE, director)
    for person in (stranger, director):
        client = api(person)
        problem(client.post(f"{url}start/"), 404)
        problem(client.get(sitting), 404)
        problem(save(client, sitting, "first-words", {"text": "a"}), 404)
        problem(client.post(f"{sitting}stages/arrival/commit/"), 404)
        problem(client.post(f"{url}hand-in/"), 404)
        problem(client.get(f"{url}receipt/"), 404)


def test_a_trainee_whose_role_has_ended_changes_nothing(
    api: SignIn, trainee: APIClient, sitting: str, assigned_attempt: Attempt
) -> None:
    person = factories.trainee_of(assigned_attempt)
    end_role(person.memberships.get(), by=None, reason="Left the program.")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        problem(save(trainee, sitting, "first-words", {"text": "a"}), 403)
