"""Advisory file locks that end with the process holding them, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def hold(path: Path, *, shared: bool = False) -> int:
    """Wait for the lock and return the descriptor that holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
    return descriptor


def try_hold(path: Path, *, shared: bool = False) -> int | None:
    """Take the lock if nobody stands against it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def is_held(path: Path) -> bool:
    """Whether somebody has the lock alone."""
    if not path.exists():
        return False
    descriptor = try_hold(path, shared=True)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def sign(descriptor: int, pid: int) -> None:
    """Leave the process id of the holder in the lock file.

    Every id is written as wide as the widest, in one write: who reads meanwhile finds the id
    before or this one, never none and never half of each.
    """
    os.pwrite(descriptor, f"{pid:<10}".encode(), 0)


@contextmanager
def holding(path: Path) -> Iterator[None]:
    descriptor = hold(path)
    try:
        yield
    finally:
        os.close(descriptor)
