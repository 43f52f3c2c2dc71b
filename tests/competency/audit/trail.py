"""Acts to seal, the hands of a superuser who tampers with them, and what is found of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import QuerySet

from competency.audit.contents import hash_events, read_seals
from competency.audit.findings import Kind
from competency.audit.models import AuditEvent, AuditSeal, SealEntry
from competency.audit.rules import GENESIS, seal_hash
from competency.audit.sealing import seal_events
from competency.audit.verification import verify_audit


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


def rewrite(event: AuditEvent, *numbers: int) -> None:
    """What a forger does who knows the code: alter an event, and hash what follows anew."""
    alter(one(event), reason="Because.")
    [(_, hashed)] = hash_events(one(event))
    alter(entry(event), event_hash=hashed)
    for number in numbers:
        before = AuditSeal.objects.filter(program_id=event.program_id, number=number - 1).first()
        alter(the_seal(event.program_id, number), previous_hash=before.hash if before else GENESIS)
        now = next(seal for seal in read_seals(event.program_id) if seal.number == number)
        listed = [(row.event_id, row.event_hash) for row in now.entries]
        alter(the_seal(event.program_id, number), hash=seal_hash(now, listed))


def found(program_id: UUID | None, **options: Any) -> list[tuple[Kind, int | None, int | None]]:
    """What is wrong, as (kind, seal, event)."""
    result = verify_audit(program_id, **options)
    assert result.found == len(result.findings)
    assert result.whole is not bool(result.findings)
    return [(finding.kind, finding.seal, finding.event_id) for finding in result.findings]
