"""Variables are read once, and refused in words that name each of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError

from config.environment import (
    InvalidEnvironment,
    Variables,
    broker_url,
    database_settings,
    explain_connection_failure,
)
from config.settings import stores

SITE = Path(__file__).resolve().parents[2]
EXAMPLE = (SITE / ".ci" / "production.env").read_text()
PRODUCTION = dict(line.split("=", 1) for line in EXAMPLE.splitlines() if line[0] != "#")


def start(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` with nothing in the environment but these variables."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=SITE,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_database_url_becomes_django_settings() -> None:
    settings = database_settings("postgresql://eve:p%40ss@db:6432/credence?sslmode=require")

    assert settings == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "credence",
        "USER": "eve",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://db/credence", "is not a URL such as postgresql://"),
        ("db.example", "is not a URL such as postgresql://"),
        ("postgresql://eve:se%cret@db/credence", "percent-encoded"),
        ("postgresql://eve:se%decret@db/credence", "percent-encoded"),
        ("postgresql://eve:secret@db:port/credence", "not a port number"),
        ("postgresql://eve:secret@db:99999/credence", "not a port number"),
        ("postgresql://eve:secret@db", "names no database"),
        ("postgresql://eve:secret@[db/credence", "is broken"),
        ("postgresql://eve:secret@db/credence?colour=red", "is broken"),
    ],
)
def test_a_broken_database_url_is_explained_without_repeating_it(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refusal:
        database_settings(url)

    assert "cret" not in str(refusal.value)


@pytest.mark.parametrize("url", ["http://broker", "redis:", "redis://broker:99999/0", "unix://"])
def test_a_broken_redis_url_is_refused(url: str) -> None:
    variables = Variables({"REDIS_URL": url})
    variables.redis("REDIS_URL")

    with pytest.raises(InvalidEnvironment, match="REDIS_URL is not a Redis URL"):
        variables.check()


def test_only_the_web_server_pools_its_connections() -> None:
    named = {"DATABASE_URL": "postgresql://db/credence"}

    web = stores.databases(Variables(named | {"DATABASE_POOL": "on"}))["default"]
    command = stores.databases(Variables(named))["default"]

    assert web["OPTIONS"]["pool"] == {"min_size": 2, "max_size": 8, "timeout": 5}
    assert web["CONN_MAX_AGE"] == 0
    assert "pool" not in command["OPTIONS"]
    assert command["CONN_MAX_AGE"] > 0


def test_celery_gets_its_own_spelling_of_a_socket() -> None:
    assert broker_url("redis://h:6379/2") == "redis://h:6379/2"
    assert broker_url("unix:///run/valkey?db=3") == "redis+socket:///run/valkey?virtual_host=3"


def test_every_bad_variable_is_listed_at_once() -> None:
    variables = Variables({"DEBUG": "maybe", "SIZE": "many", "LEVEL": "loud", "ORIGINS": "a.b"})
    variables.flag("DEBUG")
    variables.number("SIZE", 8, least=1, most=100)
    variables.choice("LEVEL", "INFO", ("INFO", "ERROR"))
    variables.origins("ORIGINS")
    variables.text("NAME")

    with pytest.raises(InvalidEnvironment) as refusal:
        variables.check()

    listed = str(refusal.value)
    assert all(name in listed for name in ("DEBUG", "SIZE", "LEVEL", "ORIGINS", "NAME"))


def test_production_starts_with_a_complete_environment() -> None:
    done = start("check", **PRODUCTION)

    assert done.returncode == 0, done.stderr


def test_production_lists_all_that_is_missing() -> None:
    done = start("check", DJANGO_SETTINGS_MODULE="config.settings.production")

    assert done.returncode == 1
    for name in PRODUCTION.keys() - {"DJANGO_SETTINGS_MODULE"}:
        assert f"{name} is not set" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "django-insecure-" + "k9" * 30, "can be guessed"),
        ("SECRET_KEY", "short", "can be guessed"),
        ("DEBUG", "on", "show everyone"),
        ("ALLOWED_HOSTS", "*", "name the site's hosts"),
        ("DATABASE_URL", "postgresql://eve:hid%den@db/credence", "is broken"),
    ],
)
def test_production_refuses_what_would_be_unsafe(name: str, value: str, words: str) -> None:
    done = start("check", **PRODUCTION | {name: value})

    assert done.returncode == 1
    assert name in done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_explained_to_the_person() -> None:
    lost = {"DATABASE_URL": "postgresql://eve:hidden@127.0.0.1:9/credence"}

    done = start("migrate", **PRODUCTION | lost)

    assert done.returncode == 1
    assert "The database that DATABASE_URL names cannot be used" in done.stderr
    assert "hidden" not in done.stderr
    assert "Traceback" not in done.stderr


def test_other_database_errors_keep_their_traceback() -> None:
    class Deadlock(Exception):
        sqlstate = "40P01"

    problem = OperationalError("deadlock detected")
    problem.__cause__ = Deadlock()

    assert explain_connection_failure(problem) is None


def test_earlier_sealing_keys_stand_with_commas_and_each_is_checked() -> None:
    good = PRODUCTION["SEALING_KEY"]
    read = Variables({"SEALING_KEY_FALLBACKS": f"{good}, {good}"})
    assert read.sealing_keys("SEALING_KEY_FALLBACKS") == [good, good]
    assert Variables({}).sealing_keys("SEALING_KEY_FALLBACKS") == []
    read = Variables({"SEALING_KEY_FALLBACKS": f"{good},c2hvcnQ="})
    read.sealing_keys("SEALING_KEY_FALLBACKS")
    assert read.problems == ["SEALING_KEY_FALLBACKS is not 32 bytes in URL-safe base64."]
