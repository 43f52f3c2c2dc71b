"""Hand-ins and reviews by one and by two processes, beside a bare transaction."""

import time
from collections.abc import Callable
from typing import Any

from assessments.attempts.models import Attempt
from assessments.reviews.models import Review
from assessments.workflow import services as workflow
from benchmarks import bare
from benchmarks.figures import Result
from benchmarks.measuring import median, percentile
from benchmarks.rivals import at_once
from benchmarks.world import World
from tests.factories import run_workflow

BARE_FOR_EACH = 5


def run(world: World, result: Result, *, count: int, rounds: int) -> None:
    bare.make_hand_in_tables()
    for clients in (1, 2):
        _compare(world, result, clients, count, rounds)


def _compare(world: World, result: Result, clients: int, count: int, rounds: int) -> None:
    rates: dict[str, list[float]] = {"bare": [], "hand-ins": [], "reviews": []}
    taken: dict[str, list[float]] = {name: [] for name in rates}
    for _ in range(rounds):
        attempts = world.sat(count)
        kinds: dict[str, tuple[int, Callable[[int], list[float]]]] = {
            "bare": (count * BARE_FOR_EACH, _bare(count * BARE_FOR_EACH, clients)),
            "hand-ins": (count, _hand_in(attempts, clients)),
        }
        for name, (number, act) in kinds.items():
            _measure(name, number, act, clients, rates, taken)
        for attempt in attempts:
            run_workflow(attempt)
        _measure("reviews", 2 * count, _review(world, attempts, clients), clients, rates, taken)
    who = "one client" if clients == 1 else f"{clients} clients"
    beside = {"beside": median(rates["bare"]), "beside_what": "bare transactions/s"}
    for name in ("hand-ins", "reviews"):
        result.add(f"{name}, {who}", median(rates[name]), "per s", **beside)
        result.add(f"{name}, {who}: median", median(taken[name]) * 1e3, "ms")
        result.add(f"{name}, {who}: 95th percentile", percentile(taken[name], 0.95) * 1e3, "ms")


def _measure(name: str, number: int, act: Any, clients: int, rates: Any, taken: Any) -> None:
    seconds, spans = at_once(act, clients)
    rates[name].append(number / seconds)
    taken[name] += [span for mine in spans for span in mine]


def _bare(number: int, clients: int) -> Callable[[int], list[float]]:
    return lambda _: [bare.hand_in("words " * 60) for _ in range(number // clients)]


def _hand_in(attempts: list[Attempt], clients: int) -> Callable[[int], list[float]]:
    def act(client: int) -> list[float]:
        return [
            _timed(lambda a=attempt: workflow.hand_in(a, by=a.enrolment.trainee))  # type: ignore[misc]
            for attempt in attempts[client::clients]
        ]

    return act


def _review(world: World, attempts: list[Attempt], clients: int) -> Callable[[int], list[float]]:
    def act(client: int) -> list[float]:
        rows = Review.objects.filter(submission__attempt__in=attempts[client::clients])
        reviews = list(rows.select_related("reviewer"))
        return [_timed(lambda r=review: world.complete(r)) for review in reviews]  # type: ignore[misc]

    return act


def _timed(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
