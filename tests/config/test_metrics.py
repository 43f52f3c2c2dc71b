"""What /metrics says, to whom, and what it says when something is silent."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from assessments.attempts.models import Attempt
from assessments.workflow import ages
from competency.foundation import timings
from competency.parking.models import Mishap
from config.celery import app
from config.metrics import rows, view
from tests import factories
from tests.config.test_environment import PRODUCTION, start
from tests.factories import Campus

TOKEN = "a-token-that-nobody-could-guess-0123456789"

Labels = dict[str, str]


@pytest.fixture(autouse=True)
def open_to_a_token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


@pytest.fixture(autouse=True)
def on_a_slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "LONGEST_READ_MS", 120_000)


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


def long_ago(days: int = 1) -> dict[UUID, datetime]:
    return {uuid4(): timezone.now() - timedelta(days=days)}


def test_states_are_counted(client: Client, handed_in_attempt: Attempt) -> None:
    found = ask(client)

    assert value(found, "credence_rows", kind="submission", state="received") == 1
    assert value(found, "credence_rows", kind="submission", state="marked") == 0
    assert value(found, "credence_rows", kind="attempt", state="handed_in") == 1


def test_the_age_of_what_is_due_is_told(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ages, "submissions", lambda: long_ago() | {uuid4(): timezone.now()})
    monkeypatch.setattr(ages, "awaiting_reviewer", lambda: long_ago(days=2))
    found = ask(client)

    assert value(found, "credence_due_rows", kind="submission") == 2
    assert value(found, "credence_stuck_rows", kind="submission") == 1
    assert value(found, "credence_due_oldest_seconds", kind="submission") >= 86400
    assert value(found, "credence_due_rows", kind="attempt") == 0
    assert value(found, "credence_due_oldest_seconds", kind="attempt") == 0
    assert value(found, "credence_awaiting_reviewer_oldest_seconds") >= 172800


def test_an_awarded_certificate_is_due_unless_it_is_parked(client: Client, campus: Campus) -> None:
    certificate = factories.awarded(campus)
    assert value(ask(client), "credence_due_rows", kind="certificate") == 1

    Mishap.objects.create(
        subject_type="certificate",
        subject_id=certificate.pk,
        times=5,
        error="out of luck",
        last_at=timezone.now(),
        parked_at=timezone.now(),
    )
    found = ask(client)
    assert value(found, "credence_due_rows", kind="certificate") == 0
    assert value(found, "credence_parked_rows", kind="certificate") == 1
    assert value(found, "credence_parked_rows", kind="submission") == 0


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


def test_no_read_may_run_long(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def sleeps() -> Any:
        with monkeypatch.context() as brief:
            brief.setattr(rows, "LONGEST_READ_MS", 50)
            with rows._briefly(), rows.connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(10)")
        return []  # in time after all, and so the part would count as read

    monkeypatch.setitem(view.PARTS, "states", sleeps)
    found = ask(client)

    assert value(found, "credence_part_read", part="states") == 0
    assert value(found, "credence_part_read", part="people") == 1


def test_durations_become_a_histogram(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    timing = timings.Timing()
    for seconds in (0.004, 0.2, 0.2, 300.0):
        timing.add(seconds)
    monkeypatch.setattr(timings, "read", lambda: {"score": timing})
    found = ask(client)

    assert value(found, "credence_step_seconds_bucket", step="score", le="0.005") == 1
    assert value(found, "credence_step_seconds_bucket", step="score", le="0.25") == 3
    assert value(found, "credence_step_seconds_bucket", step="score", le="+Inf") == 4
    assert value(found, "credence_step_seconds_count", step="score") == 4
    assert value(found, "credence_step_seconds_sum", step="score") == pytest.approx(300.404)
