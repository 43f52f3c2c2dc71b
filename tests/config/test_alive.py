"""Processes that say that they live, and whoever looks."""

import http.server
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import alive
from config.celery import app

PROBE = Path(__file__).resolve().parents[2] / "config" / "probe.py"


def probe(*asked: str, **environment: str) -> int:
    command = [sys.executable, str(PROBE), *asked]
    ended = subprocess.run(
        command, env={"PATH": os.environ["PATH"]} | environment, capture_output=True, check=False
    )
    return ended.returncode


def test_a_file_touched_just_now_is_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "alive"
    assert probe("alive", ALIVE_FILE=str(file)) == 1

    monkeypatch.setenv("ALIVE_FILE", str(file))
    alive.touch()
    assert probe("alive", ALIVE_FILE=str(file)) == 0

    long_ago = time.time() - 61
    os.utime(file, (long_ago, long_ago))
    assert probe("alive", ALIVE_FILE=str(file)) == 1


def test_without_a_file_named_nothing_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALIVE_FILE", raising=False)
    monkeypatch.chdir(tmp_path)

    alive.touch()

    assert list(tmp_path.iterdir()) == []
    assert probe("alive") == 1


@pytest.fixture
def site() -> Iterator[tuple[int, list[str]]]:
    asked: list[str] = []

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.headers['Host']} {self.path}")
            self.send_response(200 if self.headers["Host"] == "credence.example" else 400)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], asked
        server.shutdown()


def test_the_web_server_is_asked_under_a_name_it_answers_to(site: tuple[int, list[str]]) -> None:
    port, asked = str(site[0]), site[1]

    assert probe("web", GRANIAN_PORT=port, ALLOWED_HOSTS="credence.example, web") == 0
    assert probe("web", GRANIAN_PORT=port, ALLOWED_HOSTS="other.example") == 1
    assert asked == ["credence.example /healthz", "other.example /healthz"]


def test_a_web_server_that_is_not_there_is_not_well() -> None:
    assert probe("web", GRANIAN_PORT="1") == 1


def test_a_probe_of_nothing_is_refused() -> None:
    assert probe() == probe("everything") == 2


def test_beat_touches_the_file_at_every_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALIVE_FILE", str(tmp_path / "alive"))
    scheduler = alive.Scheduler(app=app, lazy=True)
    scheduler.schedule = {}

    assert scheduler.tick() <= alive.EVERY
    assert (tmp_path / "alive").exists()
    assert app.conf.beat_scheduler == "config.alive:Scheduler"


class Timer:
    """Stands in for the worker's timer."""

    def __init__(self) -> None:
        self.calls: list[tuple[float, object]] = []
        self.cancelled = False

    def call_repeatedly(self, seconds: float, call: object) -> "Timer":
        self.calls.append((seconds, call))
        return self

    def cancel(self) -> None:
        self.cancelled = True


def test_a_workers_own_loop_touches_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALIVE_FILE", str(tmp_path / "alive"))
    worker = type("Worker", (), {"timer": Timer()})()
    step = alive.Touching(worker)

    step.stop(worker)
    step.start(worker)
    assert worker.timer.calls == [(alive.EVERY, alive.touch)]
    assert (tmp_path / "alive").exists()
    step.stop(worker)
    assert worker.timer.cancelled
    assert alive.Touching in app.steps["worker"]
