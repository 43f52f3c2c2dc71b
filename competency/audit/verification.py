"""Is the trail as it was sealed? Every seal, every entry and every event is read again."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef

from competency.audit.contents import read_seals, readable
from competency.audit.findings import Finding, Kind
from competency.audit.models import AuditSeal, SealEntry
from competency.audit.rules import GENESIS, Seal, check_seal
from competency.audit.sealing import unsealed

KEPT = 1_000  # findings told one by one; the others are counted


@dataclass
class Chain:
    """What was read of one chain. `head` is its last hash: noted elsewhere, it proves length."""

    program_id: UUID | None
    head: str = GENESIS
    seals: int = 0
    events: int = 0
    unsealed: int = 0
    oldest_unsealed: datetime | None = None


@dataclass
class Verification:
    """Chains by program (None: acts that belong to no program), and what is wrong with them."""

    chains: dict[UUID | None, Chain] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    found: int = 0

    @property
    def whole(self) -> bool:
        return not self.found

    def chain(self, program_id: UUID | None) -> Chain:
        return self.chains.setdefault(program_id, Chain(program_id))

    def take(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.found += 1
            if len(self.findings) < KEPT:
                self.findings.append(finding)


@dataclass(frozen=True)
class Head:
    """The end of a chain."""

    program_id: UUID | None
    number: int
    hash: str


def _nobody(read: int) -> None:
    """Whoever is told, when nobody asked."""


@transaction.atomic
def verify_audit(
    program_id: UUID | None = None,
    *,
    expect: Iterable[str] = (),
    on_seal: Callable[[int], None] = _nobody,
) -> Verification:
    """Verify one program's chain, or all chains, in constant memory.

    `expect` are hashes that were noted earlier. Each must still be in a chain: only so is it
    found when seals were cut off at the end, or everything was hashed anew. `on_seal` is told
    how many seals have been read.
    """
    result = Verification()
    awaited = dict.fromkeys(noted.strip().lower() for noted in expect)
    if program_id:
        result.chain(program_id)
    before: Seal | None = None
    for read, seal in enumerate(read_seals(program_id), 1):
        if before and before.program_id != seal.program_id:
            before = None
        result.take(check_seal(seal, before))
        _count(result.chain(seal.program_id), seal)
        awaited.pop(seal.hash, None)
        before = seal
        on_seal(read)
    result.take(_orphans(program_id))
    result.take(Finding(Kind.NOT_IN_CHAIN, program_id, note=noted) for noted in awaited)
    _count_unsealed(result, program_id)
    return result


def heads() -> list[Head]:
    """The end of every chain, as it stands; nothing is verified."""
    last = AuditSeal.objects.order_by("program_id", "-number").distinct("program_id")
    return [Head(*row) for row in last.values_list("program_id", "number", "hash")]


def _count(chain: Chain, seal: Seal) -> None:
    chain.head = seal.hash
    chain.seals += 1
    chain.events += len(seal.entries)


def _orphans(program_id: UUID | None) -> Iterator[Finding]:
    """Entries whose seal was deleted from under them."""
    lost = SealEntry.objects.filter(~Exists(AuditSeal.objects.filter(pk=OuterRef("seal_id"))))
    if program_id:
        lost = lost.filter(event__program_id=program_id)
    rows = lost.values("seal_id").annotate(first=Min("event_id"), events=Count("event_id"))
    for row in rows.order_by("seal_id").iterator():
        note = f"{row['events']} events in all" if row["events"] > 1 else "and no other"
        yield Finding(Kind.SEAL_GONE, program_id, event_id=row["first"], note=note)


def _count_unsealed(result: Verification, program_id: UUID | None) -> None:
    events = unsealed().filter(program_id=program_id) if program_id else unsealed()
    rows = events.order_by().values("program_id")
    for row in rows.annotate(number=Count("pk"), oldest=Min(readable("at"))):
        chain = result.chain(row["program_id"])
        chain.unsealed, chain.oldest_unsealed = row["number"], row["oldest"]
