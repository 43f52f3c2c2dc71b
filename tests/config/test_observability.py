"""What a process writes about itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SITE = Path(__file__).resolve().parents[2]
EXAMPLE = (SITE / ".ci" / "production.env").read_text()
PRODUCTION = dict(line.split("=", 1) for line in EXAMPLE.splitlines() if line[0] != "#")
PROGRAM = """
import django, logging, structlog
django.setup()
def fail():
    answer = "what the " + "trainee wrote"
    raise ValueError("out of range")
try:
    fail()
except ValueError:
    structlog.get_logger("ours").exception("scoring_failed", attempt="a1")
logging.getLogger("library").warning("slow %s", "answer")
"""


def logs_of(settings: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=SITE,
        env={"PATH": os.environ["PATH"], "LOG_LEVEL": "INFO"}
        | PRODUCTION
        | {"DJANGO_SETTINGS_MODULE": settings},
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stderr


def test_production_writes_one_json_object_a_line() -> None:
    ours, library = map(json.loads, logs_of("config.settings.production").splitlines())

    assert ours["event"] == "scoring_failed"
    assert ours["attempt"] == "a1"
    assert ours["level"] == "error"
    assert ours["timestamp"].endswith("Z")
    assert "ValueError: out of range" in ours["exception"]
    assert library["event"] == "slow answer"


@pytest.mark.parametrize("settings", ["config.settings.production", "config.settings.dev"])
def test_a_logged_error_reveals_no_local_variables(settings: str) -> None:
    logs = logs_of(settings)

    assert "out of range" in logs
    assert "what the trainee wrote" not in logs
