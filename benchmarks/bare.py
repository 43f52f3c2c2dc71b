"""Bare work to measure against: the same rows without a site around them."""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from assessments.attempts.models import Submission
from assessments.grading.models import Score
from assessments.reviews.models import Citation, Rating, Review
from benchmarks.measuring import Cost, Meter
from competency.audit.models import AuditEvent
from competency.evidence.models import Evidence

RATINGS = 6  # of the bare hand-in, as in the measurements of a peer

Rows = Mapping[str, Sequence[Sequence[Any]]]


def rows_written(submission: Submission, events_after: int) -> Rows:
    """Every row that was written from hand-in to evidence, by table."""
    parts: list[tuple[type[Model], dict[str, Any]]] = [
        (Score, {"submission": submission}),
        (Review, {"submission": submission}),
        (Rating, {"review__submission": submission}),
        (Citation, {"rating__review__submission": submission}),
        (Evidence, {"source_id": submission.attempt_id}),
        (AuditEvent, {"pk__gt": events_after}),
    ]
    return {
        model._meta.db_table: _raw(model._default_manager.filter(**only)) for model, only in parts
    }


def _raw(rows: QuerySet[Any]) -> Sequence[Sequence[Any]]:
    keys = list(rows.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(rows.model._meta.db_table)
        cursor.execute(f"SELECT * FROM {name} WHERE id = ANY(%s)", [keys])  # noqa: S608
        return list(cursor.fetchall())


def insert_rows(rows: Rows, times: int) -> list[Cost]:
    """Insert them one by one in one transaction: same columns and indexes, no triggers."""
    meter = Meter()
    _make_tables(rows)
    for _ in range(times):
        with connection.cursor() as cursor:
            for table in rows:
                cursor.execute(f"TRUNCATE bare_{table}")
        with meter.step("bare"), transaction.atomic(), connection.cursor() as cursor:
            for table, found in rows.items():
                for row in found:
                    marks = ", ".join(["%s"] * len(row))
                    cursor.execute(f"INSERT INTO bare_{table} VALUES ({marks})", row)  # noqa: S608
    return meter.costs["bare"]


def _make_tables(rows: Rows) -> None:
    with connection.cursor() as cursor:
        for table in rows:
            cursor.execute(f"DROP TABLE IF EXISTS bare_{table}")
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")


# --- A hand-in reduced to what any system must write ---


def make_hand_in_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_rating, bare_submission")
        cursor.execute(
            "CREATE TABLE bare_submission (id uuid PRIMARY KEY, trainee uuid NOT NULL, "
            "item text NOT NULL, attempt int NOT NULL, answer text NOT NULL, at timestamptz "
            "NOT NULL DEFAULT now(), UNIQUE (trainee, item, attempt))"
        )
        cursor.execute(
            "CREATE TABLE bare_rating (id uuid PRIMARY KEY, submission uuid NOT NULL REFERENCES "
            "bare_submission, criterion int NOT NULL, level int NOT NULL, "
            "UNIQUE (submission, criterion))"
        )


def hand_in(answer: str) -> float:
    """One submission and six ratings, seven INSERTs in one transaction; its seconds."""
    began = time.perf_counter()
    pk = uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare_submission (id, trainee, item, attempt, answer) "
            "VALUES (%s, %s, 'V1', 1, %s)",
            [pk, uuid4(), answer],
        )
        for criterion in range(RATINGS):
            cursor.execute(
                "INSERT INTO bare_rating VALUES (%s, %s, %s, 3)", [uuid4(), pk, criterion]
            )
    return time.perf_counter() - began


# --- A queue reduced to a lease by SKIP LOCKED ---


def make_queue(length: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_queue")
        cursor.execute("CREATE TABLE bare_queue (id int PRIMARY KEY, taken_by int)")
        cursor.execute("INSERT INTO bare_queue SELECT generate_series(1, %s)", [length])


def take(by: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bare_queue SET taken_by = %s WHERE id = (SELECT id FROM bare_queue "
            "WHERE taken_by IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id",
            [by],
        )
        row = cursor.fetchone()
    return row[0] if row else None
