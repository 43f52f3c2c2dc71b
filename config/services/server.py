"""One server process whose life is told by a lock it inherits."""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar

from config.services import locks
from config.services.errors import ServicesUnavailable
from config.services.home import Account, Home


class Server(ABC):
    """A server of one home. Its lock file holds its process id, true while the lock is held.

    The lock is inherited by the server and its children, so it is free exactly when all of them
    are gone, also after the keeper that started them was killed.
    """

    name: ClassVar[str]
    stop_signals: ClassVar[tuple[signal.Signals, ...]]
    patience = 60.0

    def __init__(self, home: Home, account: Account, *, throwaway: bool) -> None:
        self.home = home
        self.account = account
        self.throwaway = throwaway
        self.lock = home.path / f"{self.name}.pid"
        self.log = home.path / f"{self.name}.log"
        self.data = home.path / self.name
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def prepare(self) -> None:
        """Make ready to start; nothing runs on the data now, whatever left-over files say."""

    @abstractmethod
    def command(self) -> list[str]: ...

    @abstractmethod
    def answers(self) -> bool: ...

    @property
    @abstractmethod
    def url(self) -> str: ...

    def is_running(self) -> bool:
        return locks.is_held(self.lock)

    def start(self) -> None:
        """Start, or adopt what a killed keeper left running."""
        if self.is_running() and self._answers_within(10):
            return
        self.stop()
        self.prepare()
        self._spawn()
        if not self._answers_within(self.patience):
            self.stop()
            raise ServicesUnavailable(f"{self.name} did not start:\n{tail(self.log)}")

    def stop(self) -> None:
        for number in (*self.stop_signals, signal.SIGKILL):
            if not self.is_running():
                break
            self._signal(number)
            self._wait_until_gone(15)
        if self.process and self.process.poll() is None:
            self.process.kill()  # somebody deleted the folder, and with it the lock

    def run(self, *command: str, **environment: str) -> None:
        """Run a helper program as the server's account."""
        done = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=self._environment() | environment,
            **self._identity(),
        )
        if done.returncode:
            raise ServicesUnavailable(f"{command[0]} failed:\n{done.stdout}{done.stderr}")

    def make_folder(self, path: Path) -> None:
        path.mkdir(exist_ok=True)
        path.chmod(0o700)
        self.account.own(path)

    def _spawn(self) -> None:
        descriptor = locks.hold(self.lock)
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.previous"))
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.data,
                env=self._environment(),
                pass_fds=[descriptor],
                start_new_session=True,
                **self._identity(),
            )
        locks.sign(descriptor, self.process.pid)
        os.close(descriptor)

    def _identity(self) -> dict[str, Any]:
        if self.account.is_self:
            return {}
        return {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}

    @staticmethod
    def _environment() -> dict[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.kill(int(self.lock.read_text()), number)
        except (ValueError, ProcessLookupError):
            return

    def _answers_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.is_running() and time.monotonic() < deadline:
            if self.answers():
                return True
            time.sleep(0.02)
        return False

    def _wait_until_gone(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.is_running() and time.monotonic() < deadline:
            time.sleep(0.02)


def tail(log: Path, lines: int = 15) -> str:
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
