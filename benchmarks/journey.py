"""What one submission costs, step by step, from hand-in to an issued certificate."""

from collections.abc import Callable, Iterator

from django.db.models import Max

from assessments.attempts.models import Attempt, Submission
from assessments.reviews.models import Review
from assessments.workflow import pipeline
from assessments.workflow import services as workflow
from benchmarks import bare
from benchmarks.figures import Result
from benchmarks.measuring import NOTHING, Cost, Meter, medians
from benchmarks.world import World
from competency.audit.models import AuditEvent
from competency.certificates import issuing
from competency.certificates.models import Certificate
from competency.decisions.models import Decision

LARGER_JOB = (
    *("hand in", "score keyed items", "seat two reviewers", "complete a review, first"),
    *("complete a review, second", "compare", "gather evidence"),
)


def steps(world: World, attempt: Attempt) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each step's name, and the call that takes it; rows are loaded as whoever calls would."""
    attempt = Attempt.objects.get(pk=attempt.pk)
    trainee, submission = attempt.enrolment.trainee, attempt.submissions.get()
    attempt = Attempt.objects.get(pk=attempt.pk)
    yield "hand in", lambda: workflow.hand_in(attempt, by=trainee)
    yield "score keyed items", lambda: pipeline.advance_submission(submission.pk)
    yield "seat two reviewers", lambda: pipeline.advance_submission(submission.pk)
    for review, place in zip(_reviews(submission), ("first", "second"), strict=True):
        yield f"complete a review, {place}", lambda review=review: world.complete(review)  # type: ignore[misc]
    yield "compare", lambda: pipeline.advance_submission(submission.pk)
    yield "gather evidence", lambda: pipeline.advance_attempt(attempt.pk)
    yield "propose a decision", lambda: pipeline.advance_attempt(attempt.pk)
    decision = Decision.objects.get(attempt_id=attempt.pk)
    yield "ratify", lambda: workflow.ratify(decision, by=world.cast.certifiers[0])
    yield "award", lambda: pipeline.advance_attempt(attempt.pk)
    certificate = Certificate.objects.get(decision=decision)
    yield "issue", lambda: issuing.issue(certificate.pk)


def _reviews(submission: Submission) -> list[Review]:
    return list(submission.reviews.select_related("reviewer").order_by("seat"))


def travel(world: World, attempts: list[Attempt]) -> Meter:
    """Take every step of every attempt, one attempt after the other."""
    meter = Meter()
    for attempt in attempts:
        for name, act in steps(world, attempt):
            with meter.step(name):
                act()
    return meter


def total(costs: dict[str, Cost], names: tuple[str, ...]) -> Cost:
    return sum((costs[name] for name in names), NOTHING)


def run(world: World, result: Result, *, count: int, rounds: int) -> None:
    travel(world, world.sat(2))  # to warm caches, here and in PostgreSQL
    mark = AuditEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    example = world.sat(1)[0]
    for name, act in steps(world, example):
        act()
        if name == LARGER_JOB[-1]:
            rows = bare.rows_written(example.submissions.get(), mark)
    taken = [medians(travel(world, world.sat(count)).costs) for _ in range(rounds)]
    inserts = bare.insert_rows(rows, count * rounds)
    costs = medians({name: [one[name] for one in taken] for name in taken[0]})
    tell(result, costs, medians({"inserts": inserts})["inserts"])
    result.add("rows written, hand-in to evidence", sum(map(len, rows.values())), "rows")


def tell(result: Result, costs: dict[str, Cost], inserts: Cost) -> None:
    job = total(costs, LARGER_JOB)
    name = "hand-in to evidence"
    peer = {"beside_what": "of a peer, for less"}
    result.add(f"{name}: statements", job.statements, "", beside=62, target="≤ 25", **peer)
    result.add(
        f"{name}: processor time here", job.client * 1e3, "ms", beside=56, target="≤ 30 ms", **peer
    )
    result.add(f"{name}: processor time in PostgreSQL", job.server * 1e3, "ms", beside=15, **peer)
    result.add(
        f"{name}: time", job.wall * 1e3, "ms",
        beside=inserts.wall * 1e3, beside_what="ms, bare INSERTs of the same rows",
    )  # fmt: skip
    for step, cost in costs.items():
        result.add(f"{step}: statements", cost.statements, "")
        result.add(f"{step}: time", cost.wall * 1e3, "ms")
        result.add(f"{step}: processor time here", cost.client * 1e3, "ms")
