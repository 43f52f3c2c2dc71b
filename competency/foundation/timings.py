"""How long automatic steps take: counted in memory, added up for all processes a moment later.

    note_when_committed("score", began)     # in a worker: no network, a few microseconds
    read()                                  # anywhere: the sums of all workers

The sums live in the broker's server. They are a help for whoever watches the site and nothing
else: when that server is away they are kept for later, when it loses them they begin at zero.
"""

import threading
import time
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial

import redis
import structlog
from django.conf import settings
from django.db import transaction

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 240.0)
KEY = "credence:step-seconds"
DELAY = 1.0  # seconds after which a process adds what it counted
TIMEOUT = 2.0

logger = structlog.get_logger(__name__)


@dataclass
class Timing:
    """Durations of one step: how many fell into each span, and their sum."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


class Ledger:
    """What this process has counted and not added to the sums yet."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.timings: dict[str, Timing] = defaultdict(Timing)
        self.due: threading.Timer | None = None

    def note(self, step: str, seconds: float) -> None:
        with self.lock:
            self.timings[step].add(seconds)
            if self.due is None or not self.due.is_alive():
                self.due = threading.Timer(DELAY, self.hand_over)
                self.due.daemon = True
                self.due.start()

    def hand_over(self) -> None:
        """Add what was counted to the sums; keep it when their server does not answer."""
        with self.lock:
            counted, self.timings = self.timings, defaultdict(Timing)
            self.due = None
        try:
            _add(counted)
        except redis.RedisError as problem:
            logger.info("step_timings_kept", reason=str(problem))
            self._take_back(counted)

    def _take_back(self, counted: dict[str, Timing]) -> None:
        with self.lock:
            for step, timing in counted.items():
                mine = self.timings[step]
                mine.seconds += timing.seconds
                pairs = zip(mine.counts, timing.counts, strict=True)
                mine.counts = [ours + theirs for ours, theirs in pairs]


ledger = Ledger()


def note_when_committed(step: str, began: float) -> None:
    """Count the time since `began` (of `time.perf_counter()`) once the transaction commits."""
    transaction.on_commit(lambda: ledger.note(step, time.perf_counter() - began))


def _server() -> redis.Redis:
    connect = partial(redis.Redis.from_url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
    return connect(settings.REDIS_URL, decode_responses=True)


def _add(counted: dict[str, Timing]) -> None:
    with _server() as server, server.pipeline(transaction=True) as pipe:
        for step, timing in counted.items():
            for place, count in enumerate(timing.counts):
                if count:
                    pipe.hincrby(KEY, f"{step}|{place}", count)
            pipe.hincrbyfloat(KEY, f"{step}|seconds", timing.seconds)
        pipe.execute()


def read() -> dict[str, Timing]:
    """The sums of every process, by step. Raises RedisError when their server is away."""
    with _server() as server:
        stored = server.hgetall(KEY)
    found: dict[str, Timing] = defaultdict(Timing)
    for name, value in stored.items():
        step, _, place = name.partition("|")
        if place == "seconds":
            found[step].seconds = float(value)
        else:
            found[step].counts[int(place)] = int(value)
    return dict(found)
