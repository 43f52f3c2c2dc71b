"""Measure a stretch of work: wall time, statements, processor time here and in PostgreSQL."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Cost:
    """What a stretch of work took, in seconds."""

    wall: float
    client: float
    server: float
    statements: int

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.wall + other.wall,
            self.client + other.client,
            self.server + other.server,
            self.statements + other.statements,
        )


NOTHING = Cost(0.0, 0.0, 0.0, 0)


@dataclass
class Meter:
    """Costs by the name of the step, one entry for each time it was taken."""

    costs: dict[str, list[Cost]] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        with counted() as statements:
            wall, client, server = time.perf_counter(), time.process_time(), server_seconds()
            yield
            cost = Cost(
                time.perf_counter() - wall,
                time.process_time() - client,
                server_seconds() - server,
                len(statements),
            )
        self.costs.setdefault(name, []).append(cost)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement that is sent within the block."""
    sent: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        sent.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield sent


def server_seconds() -> float:
    """Processor time of our PostgreSQL process so far; 0 where it cannot be seen."""
    raw = connection.connection
    if raw is None:
        return 0.0
    try:
        ran = Path(f"/proc/{raw.info.backend_pid}/schedstat").read_text().split()[0]
    except OSError:
        return 0.0
    return int(ran) / 1e9


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def medians(costs: Mapping[str, Sequence[Cost]]) -> dict[str, Cost]:
    """The median of each measure, step by step."""
    return {
        name: Cost(
            median([cost.wall for cost in taken]),
            median([cost.client for cost in taken]),
            median([cost.server for cost in taken]),
            round(median([cost.statements for cost in taken])),
        )
        for name, taken in costs.items()
    }


def fixed_loop() -> float:
    """Milliseconds of a loop that is always the same: what the machine gives us just now."""
    began = time.perf_counter()
    total = 0
    for number in range(1_000_000):
        total += number
    return (time.perf_counter() - began) * 1000
