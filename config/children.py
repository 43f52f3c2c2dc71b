"""Child processes that end with their parent, whatever ends it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from django.core.management.base import CommandError

from config.services.server import tail

LEASH = Path(__file__).with_name("leash.py")
GRACE = 20.0  # for a worker to finish the task in hand


class ChildDied(CommandError):
    """A process that should have gone on is gone."""


@dataclass
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path | None

    def check(self) -> None:
        code = self.process.poll()
        if code is not None:
            shown = f":\n{tail(self.log)}" if self.log else "."
            raise ChildDied(f"The {self.name} process ended with code {code}{shown}")

    def signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return


@dataclass
class Children:
    """Starts children, notices if one dies, and stops them all."""

    members: list[Child] = field(default_factory=list)
    leash: subprocess.Popen[bytes] | None = None

    def start(
        self,
        name: str,
        command: list[str],
        *,
        log: Path | None = None,
        **environment: str,
    ) -> Child:
        """Start a child; its output goes to the log, or else to our own."""
        output = _open(log)
        try:
            process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | environment,
                process_group=0,  # Ctrl-C reaches us alone, and we pass it on once
            )
        finally:
            if output:
                output.close()
        child = Child(name, process, log)
        self.members.append(child)
        self._tell_leash(str(process.pid))
        return child

    def check(self) -> None:
        for child in self.members:
            child.check()

    def watch(self) -> None:
        """Return never; raise as soon as a child dies."""
        while True:
            self.check()
            time.sleep(0.3)

    def stop(self) -> None:
        for child in self.members:
            # It alone: a worker's own children finish what they have in hand.
            child.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for child in self.members:
            _wait(child.process, deadline - time.monotonic())
            child.signal(signal.SIGKILL)
            child.process.wait()
        self.members.clear()
        self._release_leash()

    def _tell_leash(self, line: str) -> None:
        if self.leash is None:
            self.leash = subprocess.Popen(  # noqa: S603
                [sys.executable, "-I", str(LEASH)],
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
        assert self.leash.stdin is not None  # noqa: S101
        self.leash.stdin.write(f"{line}\n".encode())
        self.leash.stdin.flush()

    def _release_leash(self) -> None:
        if self.leash is not None:
            self.leash.communicate(b"done\n")
            self.leash = None


@contextmanager
def children() -> Iterator[Children]:
    """Children for the length of a block; SIGTERM ends it as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    family = Children()
    try:
        yield family
    finally:
        family.stop()
        signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _open(log: Path | None) -> IO[bytes] | None:
    if log is None:
        return None
    log.parent.mkdir(parents=True, exist_ok=True)
    return log.open("wb")


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(max(seconds, 0.1))
    except subprocess.TimeoutExpired:
        return
