"""Events and seals read from the database for hashing, whatever stands in their rows.

Whoever tampers with a row may leave values that no program can load. Such a moment is read as
None and detail as text, so that the row is found altered instead of ending the search.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from django.db.models import Case, F, TextField, When
from django.db.models.functions import Cast

from competency.audit.models import AuditSeal
from competency.audit.rules import BATCH, Entry, EventContent, Seal, event_hash

READABLE = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
ROWS_AT_ONCE = 2_000
SEAL_FIELDS = (
    *("pk", "program_id", "number", "previous_hash", "hash", "count"),
    *("first_event_id", "last_event_id", "readable_sealed_at"),
)
ENTRY_FIELDS = ("entries__position", "entries__event_id", "entries__event_hash")
ENTRY_AT = len(SEAL_FIELDS)
EVENT_AT = ENTRY_AT + len(ENTRY_FIELDS)


def event_fields(prefix: str = "") -> tuple[Any, ...]:
    """The columns of an `EventContent` after its id, in order."""
    plain = ("actor_id", "subject_type", "subject_id", "program_id", "reason", "request_id")
    return (
        readable(f"{prefix}at"),
        *(f"{prefix}{name}" for name in ("action", *plain)),
        Cast(f"{prefix}detail", TextField()),
    )


def hash_events(events: Any) -> list[tuple[int, str]]:
    """Each event of a queryset with its hash."""
    rows = events.values_list("pk", *event_fields())
    return [(row[0], event_hash(EventContent(*row))) for row in rows]


def read_seals(program_id: UUID | None) -> Iterator[Seal]:
    """Every seal with its entries and their events as they stand; of all chains for None.

    One statement, so one moment; read through a cursor, so in constant memory.
    """
    seals = AuditSeal.objects.all() if program_id is None else _chain(program_id)
    rows = (
        seals.order_by("program_id", "number", "pk", "entries__position")
        .annotate(readable_sealed_at=readable("sealed_at"))
        .values_list(*SEAL_FIELDS, *ENTRY_FIELDS, *event_fields("entries__event__"))
        .iterator(chunk_size=ROWS_AT_ONCE)
    )
    for said, group in groupby(rows, key=_of_seal):
        entries = (_entry(row) for row in group if row[ENTRY_AT] is not None)
        yield Seal(*(*said[1:], list(islice(entries, 2 * BATCH))))


def _chain(program_id: UUID) -> Any:
    return AuditSeal.objects.filter(program_id=program_id)


def _of_seal(row: Any) -> Any:
    return row[:ENTRY_AT]


def _entry(row: Any) -> Entry:
    position, event_id, hashed = row[ENTRY_AT:EVENT_AT]
    at, action, *rest = row[EVENT_AT:]
    now = None if action is None else event_hash(EventContent(event_id, at, action, *rest))
    return Entry(position, event_id, hashed, now)


def readable(field: str) -> Case:
    """A moment, or None where no program could load it."""
    return Case(When(**{f"{field}__range": READABLE}, then=F(field)))
