"""What /metrics says, to whom, and what it says when something is silent."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from assessments.attempts.models import Attempt, Submission
from assessments.workflow import ages
from competency.foundation import timings
from competency.foundation.timings import Ledger
from competency.parking.models import Mishap
from config.celery import app
from config.metrics import rows
from tests import factories
from tests.config.test_environment import PRODUCTION, start
from tests.factories import Campus

TOKEN = "a-token-that-nobody-could-guess-0123456789"

Labels = dict[str, str]


@pytest.fixture(autouse=True)
def open_to_a_token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def ask(client: Client) -> dict[str, list[tuple[Labels, float]]]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    found: dict[str, list[tuple[Labels, float]]] = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def value(found: dict[str, list[tuple[Labels, float]]], name: str, **labels: str) -> float:
    (one,) = [number for known, number in found[name] if known == labels]
    return one


# --- Who may ask ---


@pytest.mark.django_db
@pytest.mark.parametrize(
    "shown", ["", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer", "Bearer ü"]
)
def test_nobody_without_the_token_is_told_anything(client: Client, shown: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": shown} if shown else {})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.content == b""


@pytest.mark.django_db
def test_without_a_token_set_an_empty_one_opens_nothing(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401


@pytest.mark.django_db
def test_staff_may_look_and_others_who_signed_in_may_not(client: Client) -> None:
    client.force_login(factories.person())
    assert client.get("/metrics").status_code == 403

    client.force_login(factories.superuser())
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/metrics").status_code == 405


def test_production_refuses_a_token_that_can_be_guessed() -> None:
    ended = start("check", **PRODUCTION, METRICS_TOKEN="short")

    assert ended.returncode
    assert "METRICS_TOKEN is short" in ended.stderr


# --- What the rows say ---


def test_states_are_counted(client: Client, handed_in_attempt: Attempt) -> None:
    found = ask(client)

    assert value(found, "credence_rows", kind="submission", state="received") == 1
    assert value(found, "credence_rows", kind="submission", state="marked") == 0
    assert value(found, "credence_rows", kind="attempt", state="handed_in") == 1


def handed_in_ago(attempt: Attempt, campus: Campus, monkeypatch: Any, **ago: int) -> None:
    """As if this had been handed in long ago: the present is moved, the rows are frozen."""
    later = timezone.now() + timedelta(**ago)
    monkeypatch.setattr(timezone, "now", lambda: later)


def test_the_age_of_what_is_due_is_told(
    client: Client, handed_in_attempt: Attempt, campus: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert value(ask(client), "credence_due_rows", kind="submission") == 0

    handed_in_ago(handed_in_attempt, campus, monkeypatch, minutes=10)
    found = ask(client)

    assert value(found, "credence_due_rows", kind="submission") == 1
    assert value(found, "credence_stuck_rows", kind="submission") == 1
    assert 600 <= value(found, "credence_due_oldest_seconds", kind="submission") < 700
    assert value(found, "credence_due_rows", kind="attempt") == 0


def test_work_is_due_since_the_last_act_on_it(attempt_under_review: Attempt) -> None:
    submission = factories.submission_of(attempt_under_review)
    for review in factories.reviews_of(attempt_under_review):
        factories.give(review)
    Submission.objects.filter(pk=submission.pk)
    begun = timezone.now() - timedelta(seconds=20)

    since = ages._since({submission.pk: begun - timedelta(days=9)}, (ages.Review, "submission"))

    assert since[0] > begun


def test_what_waits_for_people_is_not_due(
    attempt_under_review: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_in_ago(attempt_under_review, None, monkeypatch, minutes=10)  # type: ignore[arg-type]

    assert (ages.submissions(), ages.attempts()) == ([], [])


def test_a_submission_that_nobody_may_review_is_told_apart(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    campus = factories.campus(licensed=False)
    attempt = factories.under_review(campus)
    handed_in_ago(attempt, campus, monkeypatch, hours=2)
    found = ask(client)

    assert value(found, "credence_stuck_rows", kind="submission") == 0
    assert value(found, "credence_awaiting_reviewer_oldest_seconds") > 7000


def test_a_sitting_is_due_when_its_time_and_grace_are_over(
    started_attempt: Attempt, assigned_attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_in_ago(started_attempt, None, monkeypatch, days=8)  # type: ignore[arg-type]
    assert started_attempt.due_at

    assert sorted(ages.attempts()) == sorted(
        [assigned_attempt.closes_at, started_attempt.due_at + timedelta(seconds=60)]
    )


def test_what_is_parked_is_counted_apart(
    client: Client, handed_in_attempt: Attempt, campus: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_in_ago(handed_in_attempt, campus, monkeypatch, minutes=10)
    Mishap.objects.create(
        subject_type="submission",
        subject_id=factories.submission_of(handed_in_attempt).pk,
        times=5,
        error="out of luck",
        last_at=timezone.now(),
        parked_at=timezone.now(),
    )
    found = ask(client)

    assert value(found, "credence_parked_rows", kind="submission") == 1
    assert value(found, "credence_due_rows", kind="submission") == 0


def test_an_awarded_certificate_waits_to_be_issued(client: Client, campus: Campus) -> None:
    factories.awarded(campus)

    assert value(ask(client), "credence_due_rows", kind="certificate") == 1


# --- What the broker says ---


def test_queues_are_counted(client: Client, db: None) -> None:
    app.control.purge()
    app.send_task("competency.certificates.tasks.sweep")
    found = ask(client)
    app.control.purge()

    assert value(found, "credence_queue_messages", queue="bulk") == 1
    assert value(found, "credence_queue_messages", queue="marking") == 0
    assert value(found, "credence_queue_unacknowledged_messages") >= 0


def test_a_silent_part_is_named_and_the_others_answer(
    client: Client, db: None, settings: Settings
) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey"
    found = ask(client)

    parts = {labels["part"]: number for labels, number in found["credence_part_read"]}
    assert parts == {"states": 1, "work": 1, "people": 1, "queues": 0, "steps": 0}
    assert "credence_rows" in found
    assert "credence_queue_messages" not in found


def test_no_read_may_run_long(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleeps() -> Any:
        with rows._briefly(), rows.connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(rows, "LONGEST_READ_MS", 50)
    monkeypatch.setitem(__import__("config.metrics.view").metrics.view.PARTS, "states", sleeps)
    began = time.monotonic()
    found = ask(client)

    assert time.monotonic() - began < 4
    assert value(found, "credence_part_read", part="states") == 0
    assert value(found, "credence_part_read", part="people") == 1


# --- How long steps take ---


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """A ledger that hands over when it is told."""
    monkeypatch.setattr(timings, "DELAY", 3600.0)
    monkeypatch.setattr(timings, "KEY", f"test:{time.monotonic_ns()}")
    fresh = Ledger()
    monkeypatch.setattr(timings, "ledger", fresh)
    return fresh


@pytest.fixture(autouse=True)
def no_timer_outlives_its_test(ledger: Ledger) -> Any:
    yield
    if ledger.due:
        ledger.due.cancel()


def test_durations_of_all_processes_add_up(client: Client, db: None, ledger: Ledger) -> None:
    another = Ledger()
    for mine, seconds in ((ledger, 0.004), (ledger, 0.2), (another, 0.2), (another, 300.0)):
        mine.note("score", seconds)
    for mine in (ledger, another):
        mine.hand_over()
    found = ask(client)

    assert value(found, "credence_step_seconds_bucket", step="score", le="0.005") == 1
    assert value(found, "credence_step_seconds_bucket", step="score", le="0.25") == 3
    assert value(found, "credence_step_seconds_bucket", step="score", le="+Inf") == 4
    assert value(found, "credence_step_seconds_sum", step="score") == pytest.approx(300.404)


def test_while_the_sums_are_out_of_reach_durations_are_kept(
    ledger: Ledger, settings: Settings
) -> None:
    url, settings.REDIS_URL = settings.REDIS_URL, "unix:///nowhere/valkey"
    ledger.note("score", 0.2)
    ledger.hand_over()
    ledger.note("score", 0.3)
    settings.REDIS_URL = url
    ledger.hand_over()

    assert timings.read()["score"].seconds == pytest.approx(0.5)
    assert sum(timings.read()["score"].counts) == 2


def test_a_ledger_hands_over_by_itself(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timings, "DELAY", 0.01)
    ledger.note("score", 0.2)
    assert isinstance(ledger.due, threading.Timer)
    ledger.due.join()

    assert timings.read()["score"].seconds == pytest.approx(0.2)


def test_only_a_committed_step_is_counted(db: None, ledger: Ledger) -> None:
    with transaction.atomic():
        timings.note_when_committed("score", time.perf_counter())
        assert not ledger.timings


@pytest.mark.django_db(transaction=True)
def test_every_step_that_moves_something_is_counted(ledger: Ledger) -> None:
    factories.issued(factories.campus())

    assert {
        *("score", "seat_reviewers", "compare_reviews"),
        *("gather_evidence", "decide", "issue_certificate"),
    } == set(ledger.timings)
