"""The site's own processes: ports, children and what happens when one of them dies."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.children import ChildDied, children
from config.processes import PortTaken, claim_port, port_from_environment
from tests.config.liveness import is_alive, wait_until_gone

SITE = Path(__file__).resolve().parents[2]
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_the_variable_that_changes_it(taken_port: int) -> None:
    with pytest.raises(PortTaken, match=rf"Port {taken_port} is taken.*PORT"):
        claim_port(taken_port)


def test_a_free_port_can_be_claimed_again_and_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    claim_port(port)
    claim_port(port)


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)

    with pytest.raises(PortTaken, match="is not a port number"):
        port_from_environment()


def test_a_dead_child_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    dying = [sys.executable, "-c", "import sys; print('out of luck'); sys.exit(3)"]

    with children() as family:
        family.start("beat", SLEEP)
        family.start("worker", dying, log=tmp_path / "worker.log")
        with pytest.raises(ChildDied) as death:
            family.watch()

    assert "The worker process ended with code 3" in str(death.value)
    assert "out of luck" in str(death.value)


def test_children_are_gone_when_the_block_ends() -> None:
    with children() as family:
        pid = family.start("worker", SLEEP).process.pid
        assert is_alive(pid)

    assert not is_alive(pid)


PARENT = f"""
from config.children import children
with children() as family:
    print(family.start("worker", {SLEEP!r}).process.pid, flush=True)
    family.watch()
"""


def test_children_end_when_their_parent_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=SITE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)

    assert wait_until_gone(pid)
