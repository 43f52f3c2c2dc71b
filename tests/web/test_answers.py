"""The server's side of durable drafts: saved, repeated, overtaken, refused."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from assessments.attempts.models import Answer, Attempt, LateAnswer
from tests import factories
from tests.web.conftest import Browser

Save = Callable[..., Any]


@pytest.fixture
def client(started_attempt: Attempt, browser: Browser) -> Client:
    return browser(factories.trainee_of(started_attempt))


@pytest.fixture
def save(started_attempt: Attempt, client: Client) -> Save:
    def sent(item: str, fields: Any, revision: Any = 0, idem: Any = None, **headers: Any) -> Any:
        body = {"revision": revision, "idem": idem or str(uuid4()), "fields": fields}
        way = f"/attempts/{started_attempt.pk}/1/answers/{item}"
        return client.post(way, json.dumps(body), content_type="application/json")

    return sent


def words(text: str) -> dict[str, list[str]]:
    return {"first-words.text": [text]}


def test_fields_become_an_answer_and_the_reply_says_when(save: Save) -> None:
    reply = save("first-words", words("I stay."))
    assert reply.status_code == 200
    assert set(reply.json()) == {"revision", "at", "words"}
    assert (reply.json()["revision"], reply.json()["words"]) == (1, 2)
    ratings = {"actions.ratings.greet": ["4"], "actions.ratings.wait": [], "other.text": ["x"]}
    assert save("actions", ratings).status_code == 200
    assert Answer.objects.get(item__code="actions").choices == {"ratings": {"greet": 4}}


def test_a_write_that_arrives_twice_counts_once(save: Save) -> None:
    idem = str(uuid4())
    assert save("first-words", words("Once."), 0, idem).json() == (
        save("first-words", words("Once."), 0, idem).json()
    )


def test_a_newer_version_comes_with_the_refusal(save: Save) -> None:
    save("first-words", words("Elsewhere."), 0, key := str(uuid4()))
    reply = save("first-words", words("Here."))
    assert reply.status_code == 409
    newer = reply.json()
    assert newer["code"] == "stale_revision"
    assert (newer["revision"], newer["idem"]) == (1, key)
    assert newer["fields"] == words("Elsewhere.")


@pytest.mark.parametrize(
    ("item", "fields", "status", "code"),
    [
        ("nothing", {}, 422, "invalid"),
        ("closing-words", {"closing-words.text": ["Early."]}, 409, "stage_closed"),
        ("actions", {"actions.ratings.greet": ["5"]}, 422, "invalid"),
        ("decide", {"decide.choice": ["nowhere"]}, 422, "invalid"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(
    save: Save, item: str, fields: Any, status: int, code: str
) -> None:
    reply = save(item, fields)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.json()["detail"]
    assert not reply.json()["kept"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"fields": 3, "revision": 0}', b"\xff"])
def test_a_body_that_cannot_be_read_is_refused(
    client: Client, started_attempt: Attempt, body: bytes
) -> None:
    way = f"/attempts/{started_attempt.pk}/1/answers/first-words"
    reply = client.post(way, body, content_type="application/json")
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid")


def test_after_time_and_grace_it_is_kept_and_says_so(save: Save, started_attempt: Attempt) -> None:
    with time_machine.travel(started_attempt.due_at + timedelta(minutes=5)):
        reply = save("first-words", words("Late."))
    assert reply.json()["kept"] is True
    assert LateAnswer.objects.count() == 1


def test_nobody_saves_for_somebody_else(
    started_attempt: Attempt, browser: Browser, campus: factories.Campus
) -> None:
    other = browser(factories.trainee_of(factories.started(campus)))
    way = f"/attempts/{started_attempt.pk}/1/answers/first-words"
    assert other.post(way, b"{}", content_type="application/json").status_code == 404
    away = Client().post(way, b"{}", content_type="application/json")
    assert away.status_code == 302
