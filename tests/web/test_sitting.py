"""The pages of a sitting without a script: what they take, what they refuse, what they cost."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.attempts.models import Attempt, LateAnswer
from assessments.attempts.services import commit_stage, release_results, save_answer
from tests import factories
from tests.factories import GOOD_WORDS, Campus
from tests.web.conftest import Browser, said

FIRST_LOAD, AFTERWARDS = 150_000, 30_000  # bytes on the wire, with and without what is cached
STATIC = re.compile(r'(?:href|src)="/static/([^"]+)"')
FONTS = ("fonts/source-serif-4-latin.woff2", "fonts/source-sans-3-latin.woff2")


@pytest.fixture
def client(started_attempt: Attempt, browser: Browser) -> Client:
    return browser(factories.trainee_of(started_attempt))


@pytest.fixture
def way(started_attempt: Attempt) -> str:
    return f"/attempts/{started_attempt.pk}/1"


def test_what_another_device_wrote_is_shown_beside_what_came_with_the_form(
    client: Client, way: str, started_attempt: Attempt
) -> None:
    submission, by = factories.submission_of(started_attempt), factories.trainee_of(started_attempt)
    save_answer(submission, "first-words", {"text": "From elsewhere."}, by=by)
    form = {"stage": "arrival", "first-words.text": "From here.", "first-words.revision": "0"}
    page = said(client.post(way, form), 422)
    for words in ("Nothing you typed is lost.", "From elsewhere.", "From here.", "another tab"):
        assert words in page
    form["first-words.revision"] = "1"
    assert client.post(way, form).status_code == 302
    assert "From here." in said(client.get(way))


def test_there_is_no_way_back_into_a_finished_stage(
    client: Client, way: str, started_attempt: Attempt
) -> None:
    form = {"stage": "arrival", "act": "finish", "decide.choice": "stay"}
    assert client.post(way, form).status_code == 302
    client.post(way, form | {"first-words.text": "Afterthought."})
    assert "That stage is finished" in said(client.get(way))
    earlier = said(client.get(f"{way}?stage=arrival"))
    assert "finished, to read" in earlier
    assert "Afterthought." not in earlier
    assert client.get(f"{way}?stage=corridor").status_code == 404


def test_a_form_that_comes_after_time_is_kept_and_says_so(
    client: Client, way: str, started_attempt: Attempt
) -> None:
    form = {"stage": "arrival", "first-words.text": GOOD_WORDS}
    assert started_attempt.due_at
    with time_machine.travel(started_attempt.due_at + timedelta(seconds=50)):
        assert client.post(way, form).status_code == 302
        assert "Time is over" in said(client.get(f"/attempts/{started_attempt.pk}"))
    assert not LateAnswer.objects.exists()
    assert factories.submission_of(started_attempt).answers.count() == 1


def test_handing_in_waits_for_every_stage(client: Client, started_attempt: Attempt) -> None:
    page = client.get(f"/attempts/{started_attempt.pk}/hand-in")
    assert "Finish every stage first." in said(page)
    assert client.post(f"/attempts/{started_attempt.pk}/hand-in").status_code == 409


def test_the_status_stops_asking_once_nothing_can_change(campus: Campus, browser: Browser) -> None:
    attempt = factories.attempt_of(factories.ratified(campus, 2, 2))
    client = browser(factories.trainee_of(attempt))
    waiting = client.get(f"/attempts/{attempt.pk}/status").content.decode()
    assert "hx-trigger" in waiting
    assert "ompetent" not in waiting
    release_results(attempt, by=campus.director)
    released = client.get(f"/attempts/{attempt.pk}/status").content.decode()
    assert "hx-trigger" not in released
    assert "Your result is released." in released


def test_a_result_tells_why_and_what_next(campus: Campus, browser: Browser) -> None:
    attempt = factories.attempt_of(factories.ratified(campus, 1, 1))
    release_results(attempt, by=campus.director)
    page = said(browser(factories.trainee_of(attempt)).get(f"/attempts/{attempt.pk}"))
    for words in ("It shows.", GOOD_WORDS[:3], "Harm was confirmed", "I am here.", "Appeal this"):
        assert words in page
    assert not any(person.name in page for person in campus.supervisors)


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_more_answers_and_stages_cost_no_more_queries(
    client: Client, way: str, started_attempt: Attempt
) -> None:
    submission, by = factories.submission_of(started_attempt), factories.trainee_of(started_attempt)
    home, hand_in = f"/attempts/{started_attempt.pk}", f"/attempts/{started_attempt.pk}/hand-in"
    save_answer(submission, "decide", {"choice": "leave"}, by=by)
    client.get(way)
    few = queries(client, way)
    save_answer(submission, "first-words", {"text": GOOD_WORDS}, by=by)
    save_answer(submission, "actions", {"ratings": {"greet": 4}}, by=by)
    assert queries(client, way) == few
    commit_stage(submission, "arrival", by=by)
    before = queries(client, home), queries(client, hand_in)
    save_answer(submission, "come-back", {"text": GOOD_WORDS}, by=by)
    commit_stage(submission, "corridor", by=by)
    assert (queries(client, home), queries(client, hand_in)) == before


@pytest.mark.parametrize("page", ["briefing", "stage", "practice", "handed in", "result"])
def test_a_page_is_light(page: str, campus: Campus, browser: Browser) -> None:
    made = {
        "briefing": factories.assigned,
        "stage": factories.started,
        "practice": factories.assigned,
        "handed in": factories.handed_in,
        "result": lambda campus: factories.attempt_of(factories.ratified(campus)),
    }
    attempt = made[page](campus)
    if page == "result":
        release_results(attempt, by=campus.director)
    path = {"stage": f"/attempts/{attempt.pk}/1", "practice": "/practice"}
    response = browser(factories.trainee_of(attempt)).get(path.get(page, f"/attempts/{attempt.pk}"))
    html = len(gzip.compress(response.content))
    files = {name for name in STATIC.findall(response.content.decode()) if "fonts/" not in name}
    found = [Path(str(finders.find(name))) for name in sorted(files)]
    cached = sum(len(gzip.compress(file.read_bytes())) for file in found)
    fonts = sum(Path(str(finders.find(name))).stat().st_size for name in FONTS)
    assert html <= AFTERWARDS
    assert html + cached + fonts <= FIRST_LOAD
