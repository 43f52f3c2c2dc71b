"""The site's Celery application with one more task, which does nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, perf_counter, sleep

import redis
from django.conf import settings

from benchmarks.ground import FOLDER
from config.celery import app
from config.children import children

NAME = "bench@credence"
QUEUE = "marking"
PATIENCE = 120.0


@app.task(name="benchmarks.nothing")
def nothing(key: str) -> None:
    """As much as any task costs that does nothing."""


@contextmanager
def workers(processes: int) -> Iterator[None]:
    """A real worker of the interactive queue, with so many processes."""
    import sys

    command = [sys.executable, "-m", "celery", "--quiet", "-A", "benchmarks.worker", "worker"]
    command += [f"--queues={QUEUE}", f"--concurrency={processes}", f"--hostname={NAME}"]
    command += ["--without-gossip", "--without-mingle"]
    with children() as family:
        child = family.start("worker", command, log=FOLDER / "worker.log")
        deadline = monotonic() + PATIENCE
        while not app.control.ping(destination=[NAME], timeout=0.3):
            child.check()
            if monotonic() > deadline:
                raise TimeoutError("The worker does not answer.")
        yield


def hold() -> None:
    """The worker fetches nothing until `drain`."""
    app.control.cancel_consumer(QUEUE, destination=[NAME], reply=True, timeout=10)


def drain() -> float:
    """Let it fetch; the seconds until nothing is queued and nothing in hand."""
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        return release(lambda: not server.llen(QUEUE) and not server.hlen("unacked"))


def release(done: Callable[[], bool]) -> float:
    """Let it fetch; the seconds until this is so."""
    app.control.add_consumer(QUEUE, destination=[NAME])
    began = perf_counter()
    while not done():
        if perf_counter() - began > PATIENCE * 5:
            raise TimeoutError("The worker does not get through.")
        sleep(0.005)
    return perf_counter() - began
