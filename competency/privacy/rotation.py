"""Wrap every person's key anew, after `SEALING_KEY` was replaced.

A batch is one transaction with one line in the trail. A run that is killed is taken up by the
next one: a key that the new `SEALING_KEY` opens is left as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db import transaction

from competency.accounts.models import PersonKey, User
from competency.accounts.sealing import unwrap, wrap
from competency.audit.services import record
from competency.foundation.errors import NotAllowed

BATCH = 500
FIRST = UUID(int=0)


@dataclass
class Rotation:
    """What a run found: keys wrapped anew, wrapped so already, and those that nothing opens."""

    rewrapped: int = 0
    in_force: int = 0
    unreadable: list[UUID] = field(default_factory=list)

    @property
    def seen(self) -> int:
        return self.rewrapped + self.in_force + len(self.unreadable)


def rotate_sealing_key(
    *, by: User, batch: int = BATCH, told: Callable[[Rotation], None] = lambda run: None
) -> Rotation:
    """Wrap under `SEALING_KEY` whatever `SEALING_KEY_FALLBACKS` still open. Staff do.

    `told` hears how far it is after each batch. Keys that were destroyed have nothing to wrap.
    """
    if not by.is_staff:
        raise NotAllowed("Only staff rotate the sealing key.")
    run, last = Rotation(), FIRST
    while (done := _rotate_batch(run, last, by=by, size=batch)) is not None:
        last = done
        told(run)
    return run


@transaction.atomic
def _rotate_batch(run: Rotation, after: UUID, *, by: User, size: int) -> UUID | None:
    """The last person of the batch; None where there is nobody left."""
    keys = PersonKey.objects.select_for_update(no_key=True).filter(
        wrapped__isnull=False, person_id__gt=after
    )
    rows = list(keys.order_by("person_id")[:size])
    stale = [row for row in rows if _rewrap(row, run)]
    if stale:
        PersonKey.objects.bulk_update(stale, ["wrapped"])
        run.rewrapped += len(stale)
        record("sealing_key.rotated", by, by=by, rewrapped=len(stale))
    return rows[-1].person_id if rows else None


def _rewrap(row: PersonKey, run: Rotation) -> bool:
    """Whether the row has to be written again."""
    try:
        key, in_force = unwrap(bytes(row.wrapped or b""), row.person_id)
    except InvalidTag:
        run.unreadable.append(row.person_id)
        return False
    run.in_force += in_force
    if not in_force:
        row.wrapped = wrap(key, row.person_id)
    return not in_force
