"""Hashes of the trail, and what a seal must be to be whole. Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from competency.audit.findings import Finding, Kind
from competency.foundation.hashing import content_hash

GENESIS = "0" * 64  # what stands before the first seal of a chain
BATCH = 1_000  # events in a seal, at most


@dataclass(frozen=True, slots=True)
class EventContent:
    """An event as its row says it. `detail` is JSON; None stands for what cannot be read."""

    id: int
    at: datetime | None
    action: str
    actor_id: UUID | None
    subject_type: str
    subject_id: UUID
    program_id: UUID | None
    reason: str
    request_id: str
    detail: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in a seal. `now` is the hash of the event as it stands; None: it is gone."""

    position: int
    event_id: int
    event_hash: str
    now: str | None


@dataclass(frozen=True, slots=True)
class Seal:
    """A link of a chain as its row says it, with what it holds."""

    program_id: UUID | None
    number: int
    previous_hash: str
    hash: str
    count: int
    first_event_id: int
    last_event_id: int
    sealed_at: datetime | None
    entries: Sequence[Entry] = ()


def event_hash(event: EventContent) -> str:
    """Of the content, not of its spelling; of the spelling where nobody can read the content."""
    try:
        return _event_hash(event, json.loads(event.detail))
    except ValueError:  # a number that no program takes, which only a forger can have written
        return _event_hash(event, event.detail)


def _event_hash(event: EventContent, detail: Any) -> str:
    return content_hash(
        {
            "id": event.id,
            "at": instant(event.at),
            "action": event.action,
            "actor": _name(event.actor_id),
            "subject": [event.subject_type, str(event.subject_id)],
            "program": _name(event.program_id),
            "reason": event.reason,
            "request": event.request_id,
            "detail": detail,
        }
    )


def seal_hash(seal: Seal, events: Iterable[tuple[int, str]]) -> str:
    """The hash of a seal: everything it says of itself, and each event with its hash, in order."""
    return content_hash(
        {
            "program": _name(seal.program_id),
            "number": seal.number,
            "previous": seal.previous_hash,
            "sealed_at": instant(seal.sealed_at),
            "count": seal.count,
            "first": seal.first_event_id,
            "last": seal.last_event_id,
            "events": list(events),
        }
    )


def instant(moment: datetime | None) -> str | None:
    """UTC, to the microsecond.

    >>> instant(datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    '2026-03-01T09:30:00.000000+00:00'
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None


def lock_key(program_id: UUID | None) -> int:
    """The number of a chain's lock: 64 bits with a sign, as PostgreSQL takes it."""
    digest = hashlib.sha256(f"audit chain {_name(program_id)}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def check_seal(seal: Seal, before: Seal | None) -> Iterator[Finding]:
    """Everything that is wrong with a seal, given the one before it in its chain."""
    yield from _check_link(seal, before)
    yield from _check_entries(seal)
    for entry in seal.entries:
        if entry.now is None:
            yield _finding(Kind.DELETED, seal, entry)
        elif entry.now != entry.event_hash:
            yield _finding(Kind.ALTERED, seal, entry)


def _check_link(seal: Seal, before: Seal | None) -> Iterator[Finding]:
    expected = before.number + 1 if before else 1
    if seal.number > expected:
        last = seal.number - 1
        gone = f"seal {expected} is" if last == expected else f"seals {expected} to {last} are"
        yield _finding(Kind.SEALS_MISSING, seal, note=f"{gone} missing")
    elif seal.number < expected or seal.previous_hash != (before.hash if before else GENESIS):
        yield _finding(Kind.BROKEN_CHAIN, seal)


def _check_entries(seal: Seal) -> Iterator[Finding]:
    """Whether the seal holds what was sealed, in the order in which it was sealed."""
    positions = [entry.position for entry in seal.entries]
    if len(positions) > seal.count:
        added = next(e for e in seal.entries if e.position == max(positions))
        yield _finding(Kind.INSERTED, seal, added)
    elif len(positions) < seal.count:
        absent = sorted(set(range(1, seal.count + 1)) - set(positions))
        places = ", ".join(str(place) for place in absent[:10])
        yield _finding(Kind.TAKEN_OUT, seal, note=f"{len(absent)} gone, at position {places}")
    elif seal_hash(seal, _listed(seal.entries)) != seal.hash:
        yield _out_of_order(seal) or _finding(Kind.SEAL_ALTERED, seal)
    elif positions != list(range(1, seal.count + 1)):
        yield _finding(Kind.SEAL_ALTERED, seal)


def _out_of_order(seal: Seal) -> Finding | None:
    """Events are sealed in the order of their ids; does that order give the hash?"""
    in_order = sorted(seal.entries, key=lambda entry: entry.event_id)
    if seal_hash(seal, _listed(in_order)) != seal.hash:
        return None
    pairs = zip(seal.entries, in_order, strict=True)
    return _finding(Kind.REORDERED, seal, next(now for now, then in pairs if now is not then))


def _listed(entries: Iterable[Entry]) -> list[tuple[int, str]]:
    return [(entry.event_id, entry.event_hash) for entry in entries]


def _finding(kind: Kind, seal: Seal, entry: Entry | None = None, *, note: str = "") -> Finding:
    event_id = entry.event_id if entry else None
    return Finding(kind, seal.program_id, seal.number, event_id, note)


def _name(identifier: UUID | None) -> str | None:
    return str(identifier) if identifier else None
