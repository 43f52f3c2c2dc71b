"""`make up` runs what docker-compose.yml says, and what it runs works."""

import json
import os
import socket
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.db import connection
from ruamel.yaml import YAML

from config import topology
from config.celery import app
from config.children import ChildDied, Children, children
from config.testing import _url
from tests.config.liveness import PATIENCE, is_alive

SERVICES: dict[str, Any] = YAML(typ="safe").load(topology.COMPOSE)["services"]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """The processes that would have been started, in order."""
    found: list[tuple[str, list[str]]] = []

    class Nobody:
        def start(self, name: str, command: list[str], **_: Any) -> str:
            found.append((name, command))
            return name

    monkeypatch.setattr(topology, "_await_end", lambda *_: None)
    monkeypatch.setattr(topology, "_await_health", lambda *_: None)
    monkeypatch.setattr(topology, "COMPOSE", topology.COMPOSE)
    monkeypatch.setattr(Children, "start", Nobody.start)
    return found


def test_the_commands_are_those_of_the_file(
    started: list[tuple[str, list[str]]], tmp_path: Path
) -> None:
    topology.start(Children(), 8000, logs=tmp_path)

    assert {name.split("-")[0] for name, _ in started} == set(SERVICES) - {"postgres", "valkey"}
    for name, command in started:
        said = SERVICES[name.split("-")[0]]["command"]
        assert command[0] == sys.executable
        own_name = [f"--hostname={name}@credence"] if "worker" in said else []
        assert command[1:] == [*said[1:], *own_name]


def test_a_changed_file_changes_what_is_run(
    started: list[tuple[str, list[str]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "docker-compose.yml"
    changed.write_text(topology.COMPOSE.read_text().replace("--queues=bulk", "--queues=other"))
    monkeypatch.setattr(topology, "COMPOSE", changed)

    topology.start(Children(), 8000, logs=tmp_path)

    assert "--queues=other" in dict(started)["bulk"]


def test_migrations_come_first_and_workers_can_be_many(
    started: list[tuple[str, list[str]]], tmp_path: Path
) -> None:
    topology.start(Children(), 8000, workers=3, logs=tmp_path)

    assert [name for name, _ in started] == [
        *("migrate", "web", "worker-1", "worker-2", "worker-3", "bulk", "beat")
    ]


@pytest.mark.parametrize("wrong", ["none", "0", "65", "1.5"])
def test_a_number_of_workers_that_is_none_is_refused(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKERS", wrong)

    with pytest.raises(CommandError, match="WORKERS"):
        topology.workers_from_environment()


def test_a_failed_migration_starts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///credence?host=/nowhere")

    with children() as family, pytest.raises(ChildDied, match="migrate"):
        topology.start(family, 8000, logs=tmp_path)

    assert not (tmp_path / "web.log").exists()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def queues_of(names: set[str]) -> dict[str, Any]:
    """What each worker says that it takes; one that has just begun may not listen yet."""
    deadline, active = time.monotonic() + PATIENCE, {}
    while set(active) < names and time.monotonic() < deadline:
        active |= app.control.inspect(timeout=2, limit=len(names)).active_queues() or {}
    return active


def test_the_whole_site_starts_is_well_and_ends(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", _url(connection.settings_dict))
    port = free_port()

    with children() as family:
        topology.start(family, port, logs=tmp_path)
        pids = [child.process.pid for child in family.members]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert json.load(answer)["status"] == "ready"
        active = queues_of({"worker-1@credence", "bulk@credence"})
        family.check()

    taken = {name: [queue["name"] for queue in queues] for name, queues in active.items()}
    assert taken == {
        "worker-1@credence": ["marking"],
        "bulk@credence": ["bulk"],
    }
    assert not [pid for pid in pids if is_alive(pid)]
    assert os.path.getsize(tmp_path / "migrate.log")
