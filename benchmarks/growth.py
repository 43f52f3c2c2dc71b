"""The same steps with ten and a hundred times the rows: costs must stay flat."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model

from assessments.attempts.models import Answer, Attempt, StageCommit, Submission
from assessments.grading.models import Score
from assessments.reviews.models import Citation, Rating, Review
from assessments.workflow import due
from benchmarks.figures import Result
from benchmarks.journey import LARGER_JOB, total, travel
from benchmarks.measuring import Cost, Meter, median, medians
from benchmarks.world import World
from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from competency.evidence.models import Evidence
from competency.programs.models import Enrolment, Membership
from competency.reports.models import ReportLine, ReportStanding
from config.metrics import rows as metrics


@dataclass(frozen=True)
class Clone:
    """How rows of a table are found by attempt, and what differs in a copy."""

    model: type[Model]
    attempt: str
    keys: tuple[str, ...]  # columns whose value becomes another, the same wherever it stands
    words: tuple[str, ...] = ()  # columns of text that must be unique
    codes: tuple[str, ...] = ()  # the same where there is any
    moments: tuple[str, ...] = ()  # a second later for each copy

    def rows(self, attempts: Sequence[UUID]) -> Any:
        return self.model._default_manager.filter(**{f"{self.attempt}__in": attempts})


OF_REPORTS = (
    Clone(ReportLine, "decision__attempt_id", ("decision_id",), moments=("settled_at",)),
    Clone(ReportStanding, "decision__decision__attempt_id", ("decision_id",), codes=("code",)),
)
CLONES = (
    Clone(User, "enrolments__attempts", ("id",), ("email",)),
    Clone(Membership, "person__enrolments__attempts", ("id", "person_id")),
    Clone(Enrolment, "attempts", ("id", "trainee_id"), ("trainee_number",)),
    Clone(Attempt, "pk", ("id", "enrolment_id")),
    Clone(Submission, "attempt", ("id", "attempt_id")),
    Clone(StageCommit, "submission__attempt", ("id", "submission_id")),
    Clone(Answer, "submission__attempt", ("id", "submission_id")),
    Clone(Score, "submission__attempt", ("id", "submission_id")),
    Clone(Review, "submission__attempt", ("id", "submission_id")),
    Clone(Rating, "review__submission__attempt", ("id", "review_id")),
    Clone(Citation, "rating__review__submission__attempt", ("id", "rating_id", "answer_id")),
    Clone(Evidence, "enrolment__attempts", ("id", "enrolment_id", "source_id")),
    Clone(Decision, "attempt_id", ("id", "enrolment_id", "attempt_id")),
    *OF_REPORTS,
    Clone(
        Certificate,
        "decision__attempt_id",
        ("id", "decision_id", "holder_id"),
        ("number", "code"),
    ),
)


def run(world: World, result: Result, *, base: int, count: int, factors: Sequence[int]) -> None:
    attempts = [attempt.pk for attempt in world.sat(base)]
    travel(world, list(Attempt.objects.filter(pk__in=attempts)))
    found: dict[int, tuple[Cost, dict[str, float]]] = {}
    reached = 1
    for factor in factors:
        if factor > reached:
            multiply(attempts, reached + 1, factor)
            reached = factor
        found[factor] = _measure(world, count)
    first, first_looks = found[factors[0]]
    for factor, (cost, looks) in found.items():
        here = f"{factor * base:,} attempts"
        beside = {"beside_what": f"with {factors[0] * base:,}"}
        tell = result.add
        tell(f"statements, {here}", cost.statements, "", beside=first.statements, **beside)
        tell(f"processor time here, {here}", cost.client * 1e3, "ms",
             beside=first.client * 1e3, **beside)  # fmt: skip
        tell(f"processor time in PostgreSQL, {here}", cost.server * 1e3, "ms",
             beside=first.server * 1e3, **beside)  # fmt: skip
        for what, seconds in looks.items():
            tell(f"{what}, {here}", seconds * 1e3, "ms",
                 beside=first_looks[what] * 1e3, **beside)  # fmt: skip


def _measure(world: World, count: int) -> tuple[Cost, dict[str, float]]:
    travel(world, world.sat(2))
    costs = medians(travel(world, world.sat(count)).costs)
    looks: dict[str, Callable[[], Any]] = {
        "what a sweep looks for": lambda: [*due.submissions(), *due.attempts()],
        "what /metrics counts": lambda: [*metrics.states(), *metrics.work(), *metrics.people()],
    }
    return total(costs, LARGER_JOB), {what: _server_time(look) for what, look in looks.items()}


def _server_time(look: Callable[[], Any]) -> float:
    meter = Meter()
    for _ in range(5):
        with meter.step("look"):
            look()
    return median([cost.wall for cost in meter.costs["look"]])


def multiply(
    attempts: Sequence[UUID], first: int, last: int, *, clones: Sequence[Clone] = CLONES
) -> float:
    """Copies number `first` to `last` of these attempts with what is about them; seconds.

    All of it, and the trail, unless `clones` name less.
    """
    began = time.perf_counter()
    keys = {
        clone.model: list(clone.rows(attempts).values_list("pk", flat=True)) for clone in clones
    }
    about = [key for found in keys.values() for key in found if isinstance(key, UUID)]
    with transaction.atomic(), connection.cursor() as cursor:
        # Copies of what is frozen: no trigger, no foreign key is asked.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for clone in clones:
            key = str(clone.model._meta.pk.column)
            _insert(cursor, clone, key, keys[clone.model], first, last)
        if clones is CLONES:
            trail = Clone(AuditEvent, "", ("subject_id",))
            _insert(cursor, trail, "subject_id", about, first, last)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return time.perf_counter() - began


def _insert(cursor: Any, clone: Clone, column: str, keys: Any, first: int, last: int) -> None:
    columns = [
        str(field.column)
        for field in clone.model._meta.concrete_fields
        if field.column != "id" or "id" in clone.keys
    ]
    named = [connection.ops.quote_name(column) for column in columns]
    values = [_value(clone, column) for column in columns]
    table = clone.model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(named)}) SELECT {', '.join(values)} "  # noqa: S608
        f"FROM {table}, generate_series(%s::int, %s::int) AS copy WHERE {column} = ANY(%s)",
        [first, last, keys],
    )


def _value(clone: Clone, column: str) -> str:
    name = connection.ops.quote_name(column)
    if column in clone.keys:
        return f"md5({name}::text || copy)::uuid"
    if column in clone.moments:
        return f"{name} + copy * interval '1 second'"
    if column in clone.codes:
        return f"CASE {name} WHEN '' THEN '' ELSE left(md5({name} || copy), 20) END"
    if column in clone.words:
        return f"left(md5({name} || copy), 20)"
    return name
