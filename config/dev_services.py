"""Start or join the embedded PostgreSQL and Valkey of this checkout.

    urls = dev_services.join(checkout)

Whoever joins keeps the services alive until its process ends; the last one out stops them.
How that works is told in `config.services`.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from config.services import locks
from config.services.errors import ServicesUnavailable
from config.services.home import Home, home_of, remove_elsewhere, server_account, throwaway_folder
from config.services.postgres import Postgres
from config.services.programs import require_wheels
from config.services.server import tail
from config.services.valkey import Valkey

CODE = Path(__file__).resolve().parents[1]
PATIENCE = 120.0
PATIENCE_TO_REMOVE = 30.0


@dataclass(frozen=True)
class Urls:
    database: str
    redis: str


_joined: dict[Path, Urls] = {}
_keepers: list[subprocess.Popen[bytes]] = []


def join(checkout: Path) -> Urls:
    """The checkout's own services, which keep their data."""
    return _join(home_of(checkout))


def join_throwaway(checkout: Path) -> Urls:
    """New, empty services for this process alone; their data goes with them."""
    folder = throwaway_folder(checkout)
    with locks.holding(folder / "lock"):
        sweep(folder)
        return _join(Home(Path(tempfile.mkdtemp(prefix="", dir=folder))), "--throwaway")


def remove(checkout: Path) -> None:
    """Delete the checkout's services with all their data, unless somebody uses them."""
    home = home_of(checkout)
    if home.path.exists():
        _remove_unused(home)
    remove_elsewhere(checkout)


def _remove_unused(home: Home) -> None:
    deadline = time.monotonic() + PATIENCE_TO_REMOVE
    while (alone := locks.try_hold(home.users_lock)) is None or locks.is_held(home.keeper_lock):
        if alone is not None:
            os.close(alone)
        if time.monotonic() > deadline:
            raise ServicesUnavailable("The services are in use by another process; stop it first.")
        time.sleep(0.1)
    home.remove()
    os.close(alone)


def _join(home: Home, *options: str) -> Urls:
    if home.path not in _joined:
        require_wheels()
        home.create()
        with locks.holding(home.door_lock):
            membership = locks.hold(home.users_lock, shared=True)  # until this process ends
            try:
                _joined[home.path] = _await_keeper(home, options)
            except ServicesUnavailable:
                os.close(membership)
                raise
    return _joined[home.path]


def _await_keeper(home: Home, options: tuple[str, ...]) -> Urls:
    keeper: subprocess.Popen[bytes] | None = None
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if locks.is_held(home.keeper_lock):
            if urls := _announced(home):
                return urls
        elif keeper is None:
            keeper = _start_keeper(home, options)
        elif keeper.poll() is not None:
            break
        time.sleep(0.02)
    raise ServicesUnavailable(f"The embedded services did not start.\n{tail(home.log)}")


def _start_keeper(home: Home, options: tuple[str, ...]) -> subprocess.Popen[bytes]:
    home.ready_file.unlink(missing_ok=True)  # of a keeper that was killed
    with home.log.open("wb") as log:
        keeper = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "config.services.keeper", str(home.path), *options],
            cwd=CODE,
            env=os.environ | {"PYTHONPATH": str(CODE)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _keepers.append(keeper)
    return keeper


@atexit.register
def _let_keepers_be() -> None:
    """They outlive us on purpose; Python would warn that they still run."""
    for keeper in _keepers:
        keeper.returncode = keeper.poll() or 0


def _announced(home: Home) -> Urls | None:
    try:
        urls = json.loads(home.ready_file.read_text())
    except FileNotFoundError:
        return None
    return Urls(database=urls["postgres"], redis=urls["valkey"])


def sweep(folder: Path) -> None:
    """Remove what killed test runs left behind."""
    for home in (Home(path) for path in folder.iterdir() if path.is_dir()):
        alone = locks.try_hold(home.users_lock)
        if alone is None:
            continue
        if not locks.is_held(home.keeper_lock):
            for kind in (Postgres, Valkey):
                kind(home, server_account(), throwaway=True).stop()
            home.remove()
        os.close(alone)


if __name__ == "__main__":
    if sys.argv[1:] != ["remove"]:
        sys.exit("usage: python -m config.dev_services remove")
    try:
        remove(CODE)
    except ServicesUnavailable as problem:
        sys.exit(str(problem))
