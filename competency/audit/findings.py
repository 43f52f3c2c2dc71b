"""What can be wrong with a trail, in words."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What was found. The words continue "Seal 7: …"."""

    ALTERED = "altered"
    DELETED = "deleted"
    INSERTED = "inserted"
    TAKEN_OUT = "taken_out"
    REORDERED = "reordered"
    SEAL_ALTERED = "seal_altered"
    BROKEN_CHAIN = "broken_chain"
    SEALS_MISSING = "seals_missing"
    SEAL_GONE = "seal_gone"
    NOT_IN_CHAIN = "not_in_chain"


WORDS = {
    Kind.ALTERED: "event {event} was altered",
    Kind.DELETED: "event {event} was deleted",
    Kind.INSERTED: "more events than were sealed; event {event} was inserted",
    Kind.TAKEN_OUT: "fewer events than were sealed; {note}",
    Kind.REORDERED: "events stand in another order, from event {event} on",
    Kind.SEAL_ALTERED: "the seal or its list of events was altered",
    Kind.BROKEN_CHAIN: "it does not continue the seal before it",
    Kind.SEALS_MISSING: "before it, {note}",
    Kind.SEAL_GONE: "event {event} was sealed by a seal that is gone ({note})",
    Kind.NOT_IN_CHAIN: "no seal has the hash {note}: the chain was cut off or written anew",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: with which seal of which chain, with which event."""

    kind: Kind
    program_id: UUID | None = None
    seal: int | None = None
    event_id: int | None = None
    note: str = ""

    @property
    def words(self) -> str:
        """
        >>> Finding(Kind.ALTERED, seal=7, event_id=42).words
        'Seal 7: event 42 was altered.'
        """
        said = WORDS[self.kind].format(event=self.event_id, note=self.note) + "."
        return f"Seal {self.seal}: {said}" if self.seal else said[0].upper() + said[1:]
