"""Seal what was committed: every event of a program goes once into that program's hash chain."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from competency.audit.contents import hash_events
from competency.audit.models import AuditEvent, AuditSeal, SealEntry
from competency.audit.rules import BATCH, GENESIS, Seal, lock_key, seal_hash

LOOK_BACK = 10_000  # how far below the newest sealed event we look for one that came late

logger = structlog.get_logger(__name__)


def seal_events(*, everything: bool = False) -> int:
    """Seal what is committed and not sealed yet; how many events that were.

    Two may run at once: the second leaves a chain alone that the first has locked. An event may
    be committed long after later ones. Only so many of them are looked at, to keep the cost flat;
    with `everything`, all are.
    """
    since = 0 if everything else _look_back()
    chains = list(unsealed(since).order_by("program_id").values_list("program_id").distinct())
    return sum(_seal_chain(program_id, since) for (program_id,) in chains)


def unsealed(since: int = 0) -> QuerySet[AuditEvent]:
    """Events from this id on that no seal names."""
    entry = SealEntry.objects.filter(pk=OuterRef("pk"), pk__gte=since)
    return AuditEvent.objects.filter(~Exists(entry), pk__gte=since)


def _look_back() -> int:
    newest = SealEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return max(0, newest - LOOK_BACK)


def _seal_chain(program_id: UUID | None, since: int) -> int:
    total = 0
    while seal := _seal_batch(program_id, since):
        total += seal.count
        if seal.count < BATCH:
            break
        since = seal.last_event_id + 1
    return total


@transaction.atomic
def _seal_batch(program_id: UUID | None, since: int) -> AuditSeal | None:
    if not _lock(program_id):
        return None
    events = hash_events(unsealed(since).filter(program_id=program_id).order_by("pk")[:BATCH])
    if not events:
        return None
    before = AuditSeal.objects.filter(program_id=program_id).order_by("-number").first()
    row = AuditSeal.objects.create(**_draw(program_id, before, events))
    SealEntry.objects.bulk_create(_entries(row, events))
    transaction.on_commit(partial(_tell, row))
    return row


def _tell(row: AuditSeal) -> None:
    """Logs are kept elsewhere: each such line is a witness that the chain was this long."""
    chain = str(row.program_id) if row.program_id else None
    logger.info("audit_sealed", chain=chain, seal=row.number, hash=row.hash)


def _draw(
    program_id: UUID | None, before: AuditSeal | None, events: Sequence[tuple[int, str]]
) -> dict[str, Any]:
    """The row of the next seal."""
    row: dict[str, Any] = {
        "program_id": program_id,
        "number": before.number + 1 if before else 1,
        "previous_hash": before.hash if before else GENESIS,
        "count": len(events),
        "first_event_id": events[0][0],
        "last_event_id": events[-1][0],
        "sealed_at": timezone.now(),
    }
    return row | {"hash": seal_hash(Seal(hash="", **row), events)}


def _entries(row: AuditSeal, events: Sequence[tuple[int, str]]) -> Iterator[SealEntry]:
    for position, (event_id, hashed) in enumerate(events, 1):
        yield SealEntry(event_id=event_id, seal=row, position=position, event_hash=hashed)


def _lock(program_id: UUID | None) -> bool:
    """Take the chain until the transaction ends, or leave it to whoever has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_key(program_id)])
        return bool(cursor.fetchone()[0])
