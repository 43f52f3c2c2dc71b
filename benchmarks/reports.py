"""Rows of the credential report per second, beside a bare COPY of the same rows."""

import multiprocessing
import resource
import time
from typing import Any

from django.db import connection, connections
from django.utils import timezone

from benchmarks.figures import Result
from benchmarks.growth import OF_REPORTS, multiply
from benchmarks.journey import travel
from benchmarks.measuring import counted, median
from benchmarks.world import World
from competency.reports.models import ReportLine
from competency.reports.services import write_csv
from competency.reports.streams import Choice


class Nowhere:
    """Takes what is written, and forgets it."""

    def write(self, content: bytes) -> int:
        return len(content)


def run(world: World, result: Result, *, base: int, copies: int, rounds: int) -> None:
    attempts = world.sat(base)
    travel(world, attempts)
    multiply([attempt.pk for attempt in attempts], 2, copies, clones=OF_REPORTS)
    number = ReportLine.objects.filter(program=world.cast.program).count()
    ours, bare, peaks = [], [], []
    for _ in range(rounds):
        seconds, statements, peak = _apart(world)
        ours.append(number / seconds)
        peaks.append(peak)
        bare.append(number / _copy(world))
    what = f"of {number:,} decisions"
    result.add(f"report rows {what}", median(ours), "per s",
               beside=median(bare), beside_what="rows/s, bare COPY", target="½")  # fmt: skip
    result.add(f"report rows {what}", median(ours), "per s",
               beside=88, beside_what="rows/s of a peer")  # fmt: skip
    result.add(f"statements {what}", statements, "")
    result.add(f"memory beyond that of an idle process, {what}", median(peaks), "MB")


def _apart(world: World) -> tuple[float, int, float]:
    """In a process of its own, whose greatest memory is known: seconds, statements, MB."""
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    connections.close_all()
    process = context.Process(target=_write, args=(world, results))
    process.start()
    found: tuple[float, int, float] = results.get()
    process.join()
    return found


def _write(world: World, results: Any) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with counted() as statements:
        began = time.perf_counter()
        write_csv(world.cast.program, Nowhere(), by=world.cast.director)
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    results.put((seconds, len(statements), (peak - before) / 1024))
    connections.close_all()


def _copy(world: World) -> float:
    """The same query, with nothing done to its rows."""
    statement, values = Choice(world.cast.program.pk, timezone.now()).copy()
    began = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy(statement, values) as stream:
        for _ in stream:
            pass
    return time.perf_counter() - began
