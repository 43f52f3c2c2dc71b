"""Whatever dies, everything is done exactly once."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.sizes import size

NUMBER = 60
SOAK = 2_000
CERTIFICATES = 10_000
KEYED_ITEMS = 3  # of the factories' vignette, on the path they take


def drill(number: int, module: str = "drill") -> dict[str, Any]:
    """A drill in processes and on services of its own."""
    ours = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-m", f"tests.resilience.{module}", str(number)],
        env={name: value for name, value in os.environ.items() if name not in ours},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def check(found: dict[str, Any], number: int) -> None:
    assert set(found["blows"]) == {"worker killed", "broker emptied", "database killed"}
    assert found["people"] == ""
    assert found["submissions_marked"] == number
    assert found["attempts_decided"] == number
    assert found["scores"] == KEYED_ITEMS * number
    assert found["reviews_completed"] == found["reviews_in_all"] == 2 * number
    assert found["decisions"] == number
    assert found["certificates"] == number
    assert found["numbers_without_gap"]
    assert found["acts_done_twice"] == []
    assert found["parked"] == 0


def test_killed_workers_an_emptied_broker_and_a_killed_database_lose_nothing() -> None:
    check(drill(NUMBER), NUMBER)


@pytest.mark.soak
def test_two_thousand_submissions_survive_the_same() -> None:
    number = size(SOAK)
    check(drill(number), number)


@pytest.mark.soak
def test_ten_thousand_certificates_are_issued_once_each_through_the_same() -> None:
    number = size(CERTIFICATES)
    found = drill(number, "issuing")
    assert set(found["blows"]) == {"worker killed", "broker emptied", "database killed"}
    assert found["waiting"] == ""
    assert (found["issued"], found["failed"], found["finished"]) == (number, 0, 1)
    for once in ("certificates", "credentials", "holders_credentials", "indexes", "acts"):
        assert found[once] == number, once
    assert found["parked"] == 0
