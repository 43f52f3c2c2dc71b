"""The same act in several processes at once, each with a connection of its own."""

import multiprocessing
import time
import traceback
from collections.abc import Callable
from typing import Any

from django.db import connection, connections


def at_once(act: Callable[[int], Any], rivals: int) -> tuple[float, list[Any]]:
    """Seconds from the common start to the last end, and what each returned."""
    context = multiprocessing.get_context("fork")
    start, results = context.Barrier(rivals + 1, timeout=60), context.SimpleQueue()

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            start.wait()
            results.put((number, True, act(number)))
        except BaseException:
            results.put((number, False, traceback.format_exc()))
        finally:
            connections.close_all()

    connections.close_all()
    processes = [context.Process(target=run, args=(number,)) for number in range(rivals)]
    for process in processes:
        process.start()
    start.wait()
    began = time.perf_counter()
    given = sorted(results.get() for _ in processes)
    seconds = time.perf_counter() - began
    for process in processes:
        process.join()
    for _, went_well, result in given:
        if not went_well:
            raise RuntimeError(f"a rival failed:\n{result}")
    return seconds, [result for _, _, result in given]
