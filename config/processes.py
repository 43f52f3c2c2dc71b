"""The site's processes on one machine: web server, workers and beat.

    claim_port(8000)
    with workers(2):
        ...                # tasks run in real Celery workers
    serve(8000)            # everything, until Ctrl-C

`python -m config.processes` is `make run`: the same with reloading.
"""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management.base import CommandError

from config.celery import app
from config.children import Child, ChildDied, Children, children

SITE = Path(__file__).resolve().parents[1]
LOGS = SITE / ".run" / "logs"
SOURCES = [str(SITE / folder) for folder in ("config", "competency", "assessments")]
HOST = "127.0.0.1"
DEFAULT_PORT = 8000
PATIENCE = 60.0
WEB_PROCESSES = 2
WEB_THREADS = 16
QUEUES = "marking,bulk"


class PortTaken(CommandError):
    """The web server cannot listen on the port."""

    def __init__(self, port: int | str, reason: str = "is taken by another program") -> None:
        super().__init__(f"Port {port} {reason}. Choose another with PORT, such as PORT=8080.")


def port_from_environment() -> int:
    port = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise PortTaken(port, "is not a port number")
    return int(port)


def claim_port(port: int) -> None:
    """Raise `PortTaken` unless the web server could listen on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise PortTaken(port, "is reserved for the system") from None
        except OSError:
            raise PortTaken(port) from None


@contextmanager
def workers(
    count: int, *, beat: bool = False, logs: Path = LOGS, **environment: str
) -> Iterator[Children]:
    """Celery workers as `count` processes, ready when the block begins, gone when it ends."""
    with children() as family:
        start_workers(family, count, logs=logs, **environment)
        if beat:
            start_beat(family)
        yield family


def serve(port: int, *, worker_count: int = 2, announce: str | None = None) -> None:
    """Serve the site with workers and beat until Ctrl-C or SIGTERM."""
    claim_port(port)
    try:
        with children() as family:
            web = start_web(family, port)
            start_workers(family, worker_count)
            start_beat(family)
            await_web(web, port)
            print(
                announce or f"Serving at http://{HOST}:{port} - Ctrl-C stops.",
                flush=True,
            )
            family.watch()
    except KeyboardInterrupt:
        return


def start_web(family: Children, port: int) -> Child:
    command = [*_web_command(port), f"--workers={WEB_PROCESSES}"]
    return family.start("web", command, log=LOGS / "web.log", DEBUG="off")


def await_web(web: Child, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _is_alive(port):
        web.check()
        if time.monotonic() > deadline:
            raise ChildDied(f"The web server does not answer on port {port}.")
        time.sleep(0.05)


def start_workers(family: Children, count: int, *, logs: Path = LOGS, **environment: str) -> None:
    name = f"{os.getpid()}-{len(family.members)}@credence"
    command = [*_worker_command(count), f"--hostname={name}"]
    environment = {"DEBUG": "off"} | environment
    worker = family.start("worker", command, log=logs / "worker.log", **environment)
    deadline = time.monotonic() + PATIENCE
    while not app.control.ping(destination=[name], timeout=0.3):
        worker.check()
        if time.monotonic() > deadline:
            raise ChildDied("The worker does not answer.")


def start_beat(family: Children) -> Child:
    return family.start("beat", _beat_command(), log=LOGS / "beat.log", DEBUG="off")


def _web_command(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "config.wsgi:application"),
        "--interface=wsgi",
        f"--host={HOST}",
        f"--port={port}",
        f"--blocking-threads={WEB_THREADS}",
        "--workers-kill-timeout=5",
        "--no-ws",
    ]


def _worker_command(count: int) -> list[str]:
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker"]
    return [*celery, f"--queues={QUEUES}", f"--concurrency={count}", "--without-mingle"]


def _beat_command() -> list[str]:
    return [sys.executable, "-m", "celery", "--quiet", "-A", "config", "beat", "--pidfile="]


def _is_alive(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def develop(port: int) -> None:
    """Web, worker and beat in this terminal; the first two begin again when a file changes."""
    claim_port(port)
    try:
        with children() as family:
            reloading = ["--reload", *(f"--reload-paths={path}" for path in SOURCES)]
            family.start("web", [*_web_command(port), *reloading])
            worker = " ".join(_worker_command(2))
            watcher = [
                sys.executable,
                "-m",
                "watchfiles",
                "--filter=python",
                worker,
                *SOURCES,
            ]
            family.start("worker", watcher, DEBUG="off")
            family.start("beat", _beat_command(), DEBUG="off")
            family.watch()
    except KeyboardInterrupt:
        return


def main() -> None:
    django.setup()  # joins the services, and so keeps them while children reload
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    try:
        develop(port_from_environment())
    except CommandError as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
