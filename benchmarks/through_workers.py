"""Submissions scored and seated by a real worker, beside tasks that do nothing."""

from time import perf_counter, sleep

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.states import Marking
from assessments.workflow import services as workflow
from benchmarks.figures import Result
from benchmarks.measuring import median, percentile
from benchmarks.worker import drain, hold, nothing, workers
from benchmarks.world import World
from competency.certificates.models import Certificate
from competency.certificates.states import CertificateState
from competency.decisions.models import Decision

STEPS = 2  # a submission is scored, then seated
EMPTY_FOR_EACH = 5
PATIENCE = 60.0


def run(world: World, result: Result, *, count: int, rounds: int) -> None:
    for processes in (1, 2):
        idle, busy = [], []
        with workers(processes):
            for _ in range(rounds):
                idle.append(empty_tasks(count * EMPTY_FOR_EACH))
                busy.append(_submissions(world, count))
        who = f"worker with {processes} process{'es' if processes > 1 else ''}"
        empty = median(idle)
        beside = {"beside": empty, "beside_what": "empty tasks/s"}
        result.add(f"{who}: submissions scored and seated", median(busy), "per s", **beside)
        result.add(f"{who}: steps", STEPS * median(busy), "per s", target="ratio ≥ 0.5", **beside)


def empty_tasks(count: int) -> float:
    hold()
    for number in range(count):
        nothing.delay(str(number))
    return count / drain()


def _submissions(world: World, count: int) -> float:
    attempts = world.sat(count)
    hold()
    for attempt in attempts:
        workflow.hand_in(attempt, by=attempt.enrolment.trainee)
    seconds = drain()
    seated = Submission.objects.filter(attempt__in=attempts, state=Marking.UNDER_REVIEW)
    if seated.count() != count:
        raise RuntimeError(f"{count - seated.count()} of {count} were not scored and seated")
    return count / seconds


def latency(world: World, result: Result, *, count: int, rounds: int) -> None:
    """From a person's act to what a worker makes of it, one at a time."""
    to_seats, to_paper, idle = [], [], []
    with workers(2):
        for attempt in world.sat(count * rounds):
            idle.append(_empty_round_trip())
            to_seats.append(_hand_in(attempt))
            to_paper.append(_certify(world, attempt))
    beside = {"beside": median(idle) * 1e3, "beside_what": "ms, an empty task"}
    for what, taken in (
        ("hand-in until two reviewers are drawn", to_seats),
        ("ratification until the certificate is issued", to_paper),
    ):
        result.add(f"{what}, median", median(taken) * 1e3, "ms", **beside)
        result.add(f"{what}, 95th percentile", percentile(taken, 0.95) * 1e3, "ms")


def _empty_round_trip() -> float:
    began = perf_counter()
    nothing.delay("one")
    return drain() and perf_counter() - began


def _hand_in(attempt: Attempt) -> float:
    began = perf_counter()
    workflow.hand_in(attempt, by=attempt.enrolment.trainee)
    rows = Submission.objects.filter(attempt=attempt, state=Marking.UNDER_REVIEW)
    _await(rows.exists)
    return perf_counter() - began


def _certify(world: World, attempt: Attempt) -> float:
    for review in attempt.submissions.get().reviews.select_related("reviewer").order_by("seat"):
        world.complete(review)
    decisions = Decision.objects.filter(attempt_id=attempt.pk)
    _await(decisions.exists)
    decision = decisions.get()
    began = perf_counter()
    workflow.ratify(decision, by=world.cast.certifiers[0])
    issued = Certificate.objects.filter(decision=decision, state=CertificateState.ISSUED)
    _await(issued.exists)
    return perf_counter() - began


def _await(there) -> None:  # type: ignore[no-untyped-def]
    deadline = perf_counter() + PATIENCE
    while not there():
        if perf_counter() > deadline:
            raise TimeoutError("The worker did not get there.")
        sleep(0.002)
