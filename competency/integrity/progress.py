"""How far a check has got: told in passing, kept in the cache, and no loss when it is gone."""

from contextlib import suppress
from uuid import UUID

from django.core.cache import cache
from redis import RedisError

from competency.audit.models import AuditSeal

EVERY = 20  # seals
KEPT = 3600  # seconds


def tell(check_id: UUID, seals_read: int) -> None:
    if seals_read % EVERY == 0:
        with suppress(RedisError):
            cache.set(_name(check_id), seals_read, KEPT)


def seals_read(check_id: UUID) -> int:
    with suppress(RedisError):
        return int(cache.get(_name(check_id)) or 0)
    return 0


def seals_to_read(program_id: UUID | None) -> int:
    """Seals of a program's chain, by the number of its last one; of every chain for None."""
    seals = AuditSeal.objects.all()
    if program_id is None:
        return seals.count()
    last = seals.filter(program_id=program_id).order_by("-number").first()
    return last.number if last else 0


def _name(check_id: UUID) -> str:
    return f"integrity-check:{check_id}"
