"""The process that runs the servers of one home for as long as somebody uses them."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config.services import locks
from config.services.errors import ServicesUnavailable
from config.services.home import Home, server_account
from config.services.postgres import Postgres
from config.services.server import Server
from config.services.valkey import Valkey

TRIES = 5
GLANCE = 0.2  # seconds between two looks at users and servers


def keep(home: Home, *, throwaway: bool) -> None:
    if not _take(home.keeper_lock):
        return
    account = server_account()
    servers: list[Server] = [
        kind(home, account, throwaway=throwaway) for kind in (Postgres, Valkey)
    ]
    try:
        for server in servers:
            server.start()
        _announce(home, servers)
        _wait_for_last_user(home, servers)
    finally:
        home.ready_file.unlink(missing_ok=True)
        for server in servers:
            server.stop()
        if throwaway:
            home.remove()


def _take(lock: Path) -> bool:
    """Several tries, because a process that looks at the lock holds it for an instant."""
    for _ in range(1000):
        descriptor = locks.try_hold(lock)
        if descriptor is not None:
            locks.sign(descriptor, os.getpid())
            return True
        time.sleep(0.01)
    return False


def _announce(home: Home, servers: list[Server]) -> None:
    urls = {server.name: server.url for server in servers}
    draft = home.ready_file.with_suffix(".draft")
    draft.write_text(json.dumps(urls))
    draft.replace(home.ready_file)


def _wait_for_last_user(home: Home, servers: list[Server]) -> None:
    """Return holding the users' lock, so that a newcomer waits until all is stopped."""
    while locks.try_hold(home.users_lock) is None:
        for server in servers:
            if not server.is_running():
                print(f"{server.name} is gone; starting it again", flush=True)
                _start_again(server)
        _reap()
        time.sleep(GLANCE)


def _start_again(server: Server) -> None:
    """A server may be killed a second time while it recovers from the first."""
    for _ in range(TRIES - 1):
        try:
            return server.start()
        except ServicesUnavailable as problem:
            print(problem, flush=True)
    server.start()


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(0)


def main(path: str, *options: str) -> None:
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        keep(Home(Path(path)), throwaway="--throwaway" in options)
    except ServicesUnavailable as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main(*sys.argv[1:])
