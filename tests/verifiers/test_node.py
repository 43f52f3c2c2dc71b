"""Digital Bazaar's library and the DCC's verifier accept what we issue, and nothing else of it."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.verifiers.cases import CHANGES, Desk
from tests.verifiers.desk import set_desk

pytestmark = pytest.mark.django_db
HERE = Path(__file__).resolve().parent
PACKAGES = HERE / "node_modules"
GOOD = {
    "issued",
    "issued with the next key",
    "signed again after a suspension",
    "transcript",
    "first in the transcript",
    "second in the transcript",
}
BAD = {
    "revoked",
    "suspended once",
    "expired",
    "transcript with a changed credential",
    "changed in the transcript",
    *CHANGES,
}


def node() -> str:
    """The program; a skip that says why where it or the packages are missing."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node is not installed: `node` is not on PATH")
    if not PACKAGES.is_dir():
        pytest.skip("the verifiers are not installed: run `npm ci` in tests/verifiers")
    return found


def verify(desk: Desk) -> Any:
    told = json.dumps({"documents": desk.documents, "cases": desk.cases})
    run = subprocess.run(
        [node(), "verify.mjs"],
        cwd=HERE,
        input=told,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def answers(shared_campus: Any, django_db_blocker: Any) -> Any:
    node()
    with django_db_blocker.unblock():
        desk = set_desk(shared_campus)
    assert desk.good == GOOD
    assert set(desk.cases) == GOOD | BAD
    return verify(desk)


@pytest.mark.parametrize("verifier", ["digitalbazaar", "dcc"])
@pytest.mark.parametrize("case", sorted(GOOD))
def test_what_we_issue_is_accepted(case: str, verifier: str, answers: Any) -> None:
    assert answers[case][verifier] == {"valid": True, "why": ""}


@pytest.mark.parametrize("verifier", ["digitalbazaar", "dcc"])
@pytest.mark.parametrize("case", sorted(BAD))
def test_what_is_changed_revoked_or_over_is_refused(case: str, verifier: str, answers: Any) -> None:
    assert answers[case][verifier]["valid"] is False
    assert answers[case][verifier]["why"]
