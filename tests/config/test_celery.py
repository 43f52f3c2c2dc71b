"""Real workers, on the real broker."""

import time
from pathlib import Path

import pytest
import structlog
from django.conf import settings

from config.celery import app
from tests.config.liveness import PATIENCE

SCHEDULED = sorted(entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values())


def wait_for_line(log: Path, *parts: str) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for line in log.read_text().splitlines():
            if all(part in line for part in parts):
                return line
        time.sleep(0.05)
    pytest.fail(f"no line with {parts} in:\n{log.read_text()}")


def test_scheduled_tasks_run_and_their_logs_carry_the_request_id(celery_workers: Path) -> None:
    app.loader.import_default_modules()
    with structlog.contextvars.bound_contextvars(request_id="request-of-this-test"):
        results = [app.tasks[name].delay() for name in SCHEDULED]

    for result in results:
        line = wait_for_line(celery_workers, f"task_id={result.id}", "task_succeeded")
        assert "request_id=request-of-this-test" in line


def test_no_task_can_outlive_its_claim_on_the_message() -> None:
    visible_again = app.conf.broker_transport_options["visibility_timeout"]

    assert app.conf.task_soft_time_limit < app.conf.task_time_limit < visible_again
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost


def test_every_tasks_module_is_found() -> None:
    app.loader.import_default_modules()

    assert set(SCHEDULED) <= app.tasks.keys()
