"""`make bench`: QUICK=1 for small numbers, ONLY="journey queue" for some, JSON=1 for machines."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.ground import FOLDER, ground


@dataclass(frozen=True)
class Benchmark:
    name: str
    title: str
    run: Callable[..., None]
    quick: dict[str, Any]
    full: dict[str, Any]


def benchmarks() -> list[Benchmark]:
    """In the order in which they are run; known only once Django is set up."""
    from benchmarks import (
        acts,
        credentials,
        dashboard,
        growth,
        hand_ins,
        journey,
        papers,
        queue,
        reports,
        sitters,
    )
    from benchmarks import through_workers as workers

    return [
        Benchmark("journey", "One submission, step by step", journey.run,
                  {"count": 5, "rounds": 3}, {"count": 30, "rounds": 5}),
        Benchmark("acts", "The record", acts.run,
                  {"count": 200, "rounds": 5}, {"count": 2000, "rounds": 7}),
        Benchmark("hand-ins", "Hand-ins and reviews", hand_ins.run,
                  {"count": 6, "rounds": 3}, {"count": 60, "rounds": 3}),
        Benchmark("queue", "Four processes at one queue", queue.run,
                  {"count": 20, "rounds": 1}, {"count": 200, "rounds": 3}),
        Benchmark("workers", "Through real workers", workers.run,
                  {"count": 16, "rounds": 3}, {"count": 150, "rounds": 3}),
        Benchmark("latency", "From an act to what follows", workers.latency,
                  {"count": 2, "rounds": 3}, {"count": 20, "rounds": 3}),
        Benchmark("sitters", "Many sit at once", sitters.run,
                  {"sitters": (30,), "seconds": 6.0},
                  {"sitters": (100, 200, 300), "seconds": 40.0}),
        Benchmark("growth", "With more rows", growth.run,
                  {"base": 5, "count": 3, "factors": (1, 10, 100)},
                  {"base": 100, "count": 20, "factors": (1, 10, 100)}),
        Benchmark("papers", "Whole certificates", papers.run,
                  {"count": 5, "rounds": 3}, {"count": 40, "rounds": 5}),
        Benchmark("reports", "The credential report", reports.run,
                  {"base": 3, "copies": 20_000, "rounds": 3},
                  {"base": 20, "copies": 50_000, "rounds": 3}),
        Benchmark("dashboard", "A cohort at once", dashboard.run,
                  {"base": 5, "sizes": (50, 500), "rounds": 3},
                  {"base": 50, "sizes": (50, 5_000, 50_000), "rounds": 5}),
        Benchmark("credentials", "Signed credentials", credentials.run,
                  {"count": 20, "rounds": 3}, {"count": 200, "rounds": 5}),
    ]  # fmt: skip


def flag(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def main() -> None:
    quick, asked = flag("QUICK"), os.environ.get("ONLY", "").split()
    with ground():
        from benchmarks.figures import Result, Watch, as_markdown, save, say
        from benchmarks.world import found

        chosen = [one for one in benchmarks() if not asked or one.name in asked]
        if unknown := set(asked) - {one.name for one in chosen}:
            sys.exit(f"ONLY names {', '.join(sorted(unknown))}, which is no benchmark.")
        say("program, people, content")
        world = found()
        results = []
        for one in chosen:
            say(one.title)
            with Watch(Result(one.name, one.title)) as result:
                one.run(world, result, **(one.quick if quick else one.full))
            results.append(result)
        path = save(results, FOLDER, quick=quick)
    print(json.dumps(json.loads(path.read_text())) if flag("JSON") else as_markdown(results))
    say(f"written to {path}")


if __name__ == "__main__":
    main()
