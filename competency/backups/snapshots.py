"""One moment of the database: its rows, migrations and chains, seen the same by every reader."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from competency.audit.verification import heads

TABLES = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = ANY(%s) AND NOT c.relispartition
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname
"""
HOLD_ROWS = ["r", "p"]
OTHERS = ["v", "m", "S", "f"]


@contextmanager
def snapshot() -> Iterator[str]:
    """A moment that stands still for this process, and by its name for others."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def count_rows() -> dict[str, int]:
    """Every table with the number of its rows."""
    return {table: _count(table) for table in _relations(HOLD_ROWS)}


def is_empty() -> bool:
    """Whether nobody has made anything in this database yet."""
    return not _relations(HOLD_ROWS + OTHERS)


def chain_heads() -> list[dict[str, Any]]:
    ends = [
        {
            "program": str(head.program_id) if head.program_id else None,
            "seal": head.number,
            "hash": head.hash,
        }
        for head in heads()
    ]
    return sorted(ends, key=lambda end: end["program"] or "")


def applied_migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def known_migrations() -> set[str]:
    """Those of this code, and those that a squashed one of them stands for."""
    loader = MigrationLoader(None)
    replaced = [pair for one in loader.disk_migrations.values() for pair in one.replaces]
    return {f"{app}.{name}" for app, name in [*loader.disk_migrations, *replaced]}


def others_connected() -> int:
    """Connections of our own role to this database, besides this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND usename = current_user AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def _relations(kinds: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES, [kinds])
        return [name for (name,) in cursor.fetchall()]


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table)))
        return int(cursor.fetchone()[0])
