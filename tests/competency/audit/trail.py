"""Acts to seal, and the hands of a superuser who tampers with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import QuerySet

from competency.audit.models import AuditEvent, AuditSeal, SealEntry
from competency.audit.sealing import seal_events


def act(program_id: UUID | None = None, **changes) -> AuditEvent:
    content = {"action": "review.completed", "subject_type": "review", "subject_id": uuid4()}
    return AuditEvent.objects.create(program_id=program_id, **content | changes)


def acts(count: int, program_id: UUID | None = None) -> list[AuditEvent]:
    rows = [
        AuditEvent(
            action="review.completed",
            subject_type="review",
            subject_id=uuid4(),
            program_id=program_id,
            detail={"number": number},
        )
        for number in range(count)
    ]
    return AuditEvent.objects.bulk_create(rows)


def sealed(program_id: UUID | None, *sizes: int) -> list[list[AuditEvent]]:
    """A chain with a seal of each size."""
    batches = []
    for size in sizes:
        batches.append(acts(size, program_id))
        assert seal_events() == size
    return batches


def one(event: AuditEvent) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(pk=event.pk)


def entry(event: AuditEvent) -> QuerySet[SealEntry]:
    return SealEntry.objects.filter(pk=event.pk)


def the_seal(program_id: UUID | None, number: int) -> QuerySet[AuditSeal]:
    return AuditSeal.objects.filter(program_id=program_id, number=number)


def seal_number(program_id: UUID | None, number: int) -> AuditSeal:
    return the_seal(program_id, number).get()


@contextmanager
def superuser() -> Iterator[None]:
    """No trigger and no foreign key holds within the block."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def alter(rows: Any, **changes: Any) -> None:
    with superuser():
        assert rows.update(**changes)


def erase(*querysets: Any) -> None:
    """Delete rows from their tables, whatever points to them."""
    with superuser():
        for rows in querysets:
            assert rows._raw_delete("default")
