"""How many rows are written: told in passing, kept in the cache, and no loss when it is gone."""

from contextlib import suppress
from uuid import UUID

from django.core.cache import cache
from redis import RedisError

from competency.reports.models import ReportLine

EVERY = 10_000  # rows
KEPT = 3600  # seconds


def tell(report_id: UUID, rows: int, every: int = EVERY) -> None:
    if rows % every == 0:
        with suppress(RedisError):
            cache.set(_name(report_id), rows, KEPT)


def rows_written(report_id: UUID) -> int:
    with suppress(RedisError):
        return int(cache.get(_name(report_id)) or 0)
    return 0


def rows_expected(program_id: UUID) -> int:
    """At most so many."""
    return ReportLine.objects.filter(program=program_id).count()


def _name(report_id: UUID) -> str:
    return f"report:{report_id}"
