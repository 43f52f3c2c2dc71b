"""What the platform is told about a process."""

import pytest
from django.db import ConnectionHandler, connection
from django.test import Client
from pytest_django import Settings

from config import observability
from config.environment import database_settings


def test_an_alive_process_says_so_without_touching_anything(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "alive"}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_ready_process_names_all_it_looked_at(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {"database": "ok", "broker": "ok", "migrations": "ok"},
    }


@pytest.mark.django_db
def test_a_lost_broker_is_named(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey"

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "ok", "broker": "failed", "migrations": "ok"}


@pytest.mark.django_db
def test_an_unapplied_migration_is_named(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == "failed"


def test_a_lost_database_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = ConnectionHandler({"default": database_settings("postgresql:///credence?host=/nowhere")})
    monkeypatch.setattr(observability, "connection", lost["default"])

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "database": "failed",
        "broker": "ok",
        "migrations": "failed",
    }


def test_pages_carry_a_policy_without_unsafe_sources(client: Client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
