"""docker-compose.yml and the Dockerfile: what can be said of them without an engine."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.conf import settings
from ruamel.yaml import YAML

SITE = Path(__file__).resolve().parents[2]
SCHEMA = SITE / "tests" / "config" / "compose" / "compose-spec.json"
DOCKERFILE = (SITE / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = YAML(typ="safe").load(SITE / "docker-compose.yml")
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "credence"}
EXAMPLE = dict(
    line.split("=", 1)
    for line in (SITE / ".env.example").read_text().splitlines()
    if line and not line.startswith("#")
)


def test_the_schema_is_the_one_that_was_obtained() -> None:
    said = re.search(r"`([0-9a-f]{64})`", (SCHEMA.parent / "README.md").read_text())

    assert said
    assert hashlib.sha256(SCHEMA.read_bytes()).hexdigest() == said[1]


def validate(compose: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(compose)


def test_the_file_keeps_to_the_specification() -> None:
    validate(COMPOSE)


@pytest.mark.parametrize("wrong", [{"comand": []}, {"restart": True}, {"healthcheck": {"test": 1}}])
def test_the_schema_would_notice(wrong: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validate(COMPOSE | {"services": SERVICES | {"web": SERVICES["web"] | wrong}})


def test_everything_the_site_needs_is_there() -> None:
    assert set(SERVICES) == {
        *("postgres", "valkey"),
        *("migrate", "web", "worker", "bulk", "beat"),
    }


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_service_that_stays_has_a_health_check_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_nothing_starts_before_the_migrations_are_done() -> None:
    for name in set(OURS) - {"migrate"}:
        needs = OURS[name]["depends_on"]
        assert needs["migrate"]["condition"] == "service_completed_successfully"
        assert needs["valkey"]["condition"] == "service_healthy"
    assert OURS["migrate"]["restart"] == "no"


def test_a_service_can_be_multiplied() -> None:
    for name in set(OURS) - {"web"}:  # two web servers cannot share a port of the host
        assert "container_name" not in OURS[name]
        assert "ports" not in OURS[name]


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_processes_have_no_rights_they_do_not_need(name: str) -> None:
    assert OURS[name]["read_only"]
    assert OURS[name]["cap_drop"] == ["ALL"]
    assert "user" not in OURS[name]  # the image's own
    assert OURS[name]["build"] == "."


def test_every_queue_has_a_worker_and_none_is_shared() -> None:
    taken = [
        queue
        for service in OURS.values()
        for argument in service["command"]
        if argument.startswith("--queues=")
        for queue in argument.removeprefix("--queues=").split(",")
    ]

    assert sorted(taken) == sorted(settings.CELERY_TASK_QUEUES)


def test_images_are_standard_ones_of_a_named_version() -> None:
    images = [service["image"] for service in SERVICES.values() if service not in OURS.values()]

    assert sorted(images) == ["postgres:18", "valkey/valkey:9"]


def test_the_example_names_what_is_asked_and_holds_no_secret() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (SITE / "docker-compose.yml").read_text()))
    secrets = {name for name in EXAMPLE if name.endswith(("_PASSWORD", "_KEY", "_TOKEN"))}
    needed = {"SECRET_KEY", "SEALING_KEY", "SITE_URL", "ALLOWED_HOSTS"}

    assert asked | needed <= set(EXAMPLE)
    assert {name for name, value in EXAMPLE.items() if not value} == secrets
    assert secrets == {"POSTGRES_PASSWORD", "SECRET_KEY", "SEALING_KEY", "METRICS_TOKEN"}
    assert set(OURS["web"]["environment"]) == {"DATABASE_URL", "REDIS_URL", "ALIVE_FILE"}


def test_no_secret_is_written_into_the_files() -> None:
    assert all(service["env_file"] == ".env" for service in OURS.values())
    assert "PASSWORD=" not in DOCKERFILE
    assert ".env" in (SITE / ".gitignore").read_text().split()


# --- The image ---


def instructions(name: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.split(None, 1)[1] for line in joined.splitlines() if line.startswith(f"{name} ")]


def test_the_image_is_built_in_stages_from_a_standard_one() -> None:
    assert [line.split()[0] for line in instructions("FROM")] == [
        "python:${PYTHON_VERSION}-slim"
    ] * 2


def test_the_image_runs_what_the_web_service_runs() -> None:
    (command,) = instructions("CMD")

    assert json.loads(command) == OURS["web"]["command"]
    assert json.loads(instructions("HEALTHCHECK")[0].split("CMD", 1)[1]) == [
        *OURS["web"]["healthcheck"]["test"][1:]
    ]


def test_the_image_installs_by_hash_and_runs_without_rights() -> None:
    assert any("--require-hashes" in run for run in instructions("RUN"))
    assert instructions("USER") == ["credence"]
    assert "dev.txt" not in DOCKERFILE


def test_the_image_holds_only_what_is_named() -> None:
    ignored = (SITE / ".dockerignore").read_text().splitlines()
    named = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = {
        part
        for line in instructions("COPY")
        if not line.startswith("--from")
        for part in line.split()[:-1]
    }

    assert "*" in ignored
    assert named == copied
