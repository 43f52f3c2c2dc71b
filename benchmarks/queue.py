"""Four processes take from one queue, and complete one another's reviews: nothing twice."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Count

from assessments.attempts.models import Submission
from assessments.attempts.states import Marking
from assessments.reviews.models import Review
from assessments.workflow import pipeline
from assessments.workflow import services as workflow
from benchmarks import bare
from benchmarks.figures import Result
from benchmarks.measuring import median
from benchmarks.rivals import at_once
from benchmarks.world import World
from competency.foundation.errors import DomainError

RIVALS = 4


def run(world: World, result: Result, *, count: int, rounds: int) -> None:
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        for what, value in _once(world, count).items():
            found.setdefault(what, []).append(value)
    seats = 2 * count
    tell = result.add
    peer = {"beside_what": f"asked for; a peer gave {67 * count // 200} to {92 * count // 200}"}
    tell("different submissions handed out", min(found["distinct"]), "", beside=count, **peer)
    tell("handed out twice", max(found["twice"]), "", target="0")
    tell("reviews completed", min(found["completed"]), "", beside=seats, beside_what="seats")
    tell("completed twice", max(found["completed twice"]), "", target="0")
    tell("refused in words", min(found["refused"]), "", beside=seats, beside_what="second rivals")
    lease = {"beside": median(found["leases/s"]), "beside_what": "bare SKIP LOCKED leases/s"}
    tell("seated by four processes", median(found["seated/s"]), "submissions/s", **lease)


def _once(world: World, count: int) -> dict[str, float]:
    waiting = _scored(world, count)
    bare.make_queue(10 * count)
    leasing, _ = at_once(_lease, RIVALS)
    seating, taken = at_once(_seat(waiting), RIVALS)
    handed_out = [pk for mine in taken for pk in mine]
    seats = _seats(waiting)
    reviews = list(Review.objects.filter(submission__in=waiting).select_related("reviewer"))
    _, outcomes = at_once(_complete(world, reviews), RIVALS)
    done = [pk for completed, _ in outcomes for pk in completed]
    return {
        "distinct": len(set(handed_out)),
        "twice": len(handed_out) - len(set(handed_out)) + sum(n != 2 for n in seats),
        "completed": len(set(done)),
        "completed twice": len(done) - len(set(done)),
        "refused": sum(refused for _, refused in outcomes),
        "seated/s": count / seating,
        "leases/s": 10 * count / leasing,
    }


def _scored(world: World, count: int) -> list[UUID]:
    attempts = world.sat(count)
    for attempt in attempts:
        workflow.hand_in(attempt, by=attempt.enrolment.trainee)
    rows = Submission.objects.filter(attempt__in=attempts).order_by("received_at")
    waiting = list(rows.values_list("pk", flat=True))
    for pk in waiting:
        pipeline.advance_submission(pk)
    return waiting


def _lease(number: int) -> int:
    taken = 0
    while bare.take(number) is not None:
        taken += 1
    return taken


def _seat(waiting: list[UUID]) -> Callable[[int], list[UUID]]:
    """Take the first that waits, as all the others do, until none is left."""

    def act(_: int) -> list[UUID]:
        mine: list[UUID] = []
        rows = Submission.objects.filter(pk__in=waiting, state=Marking.SCORED)
        while pk := rows.order_by("received_at").values_list("pk", flat=True).first():
            if pipeline.advance_submission(pk):
                mine.append(pk)
        return mine

    return act


def _seats(waiting: list[UUID]) -> list[int]:
    rows = Review.objects.filter(submission__in=waiting).order_by().values_list("submission")
    return [people for _, people in rows.annotate(Count("reviewer", distinct=True))]


def _complete(world: World, reviews: list[Any]) -> Callable[[int], tuple[list[UUID], int]]:
    """Two rivals for each review: odd ones for two of the processes, even for the others."""

    def act(number: int) -> tuple[list[UUID], int]:
        completed, refused = [], 0
        for review in reviews[number % 2 :: 2]:
            try:
                world.complete(review)
                completed.append(review.pk)
            except DomainError:
                refused += 1
        return completed, refused

    return act
