"""Restore a backup and prove that it is what was backed up."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from psycopg import sql

from competency.audit.verification import Verification, verify_audit
from competency.backups import snapshots
from competency.backups.making import DUMP, MANIFEST, SET_ASIDE, hash_file
from competency.backups.programs import find, server_version
from competency.backups.rules import (
    Manifest,
    differences,
    from_json,
    key_check,
    unknown_migrations,
)
from competency.foundation.errors import DomainError

OPTIONS = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")


@dataclass(frozen=True)
class Backup:
    """A backup that is still what was written."""

    dump: Path
    manifest: Manifest

    @property
    def fits_sealing_key(self) -> bool:
        """Whether its words can be read with this process's SEALING_KEY, or one before it."""
        keys = (settings.SEALING_KEY, *settings.SEALING_KEY_FALLBACKS)
        return self.manifest.sealing_key in {key_check(key) for key in keys}


@dataclass(frozen=True)
class Restored:
    """What was restored, and what is wrong with it. `kept` is the schema with what was there."""

    manifest: Manifest
    verification: Verification
    problems: list[str]
    kept: str


def read_backup(path: Path) -> Backup:
    """Refuses, with a DomainError, what is damaged or of a later version."""
    backup = Backup(path / DUMP, _read_manifest(path))
    if _hash(backup.dump) != backup.manifest.sha256:
        raise DomainError(f"{backup.dump} is not what was backed up: its SHA-256 differs.")
    if unknown := unknown_migrations(backup.manifest, snapshots.known_migrations()):
        raise DomainError(
            f"The backup is of a later version, {backup.manifest.version or 'without a number'}. "
            f"This one does not know {', '.join(unknown)}."
        )
    return backup


def _read_manifest(path: Path) -> Manifest:
    try:
        return from_json((path / MANIFEST).read_bytes())
    except OSError as problem:
        raise DomainError(f"{path} is not a backup: {problem.strerror}.") from problem
    except ValueError as problem:
        raise DomainError(f"{path / MANIFEST} {problem}") from problem


def _hash(dump: Path) -> str:
    try:
        return hash_file(dump)
    except OSError as problem:
        raise DomainError(f"{dump} cannot be read: {problem.strerror}.") from problem


def restore(backup: Backup, *, replace: bool = False) -> Restored:
    """Put a backup into an empty database, or into the place of what is there.

    Earlier rows are only dropped when all is well: until then they are kept in a schema aside.
    """
    server = server_version()
    if server < backup.manifest.server:
        raise DomainError(
            f"The backup is of PostgreSQL {backup.manifest.server}; this server has {server}."
        )
    pg_restore = find("pg_restore", at_least=max(server, backup.manifest.dumped_by))
    with _room(replace=replace) as kept:
        pg_restore.run(*OPTIONS, str(backup.dump))
    return _examine(backup.manifest, kept)


def _examine(manifest: Manifest, kept: str) -> Restored:
    problems = list(differences(manifest, snapshots.count_rows()))
    call_command("migrate", verbosity=0)  # the backup may be of an earlier version
    if snapshots.chain_heads() != manifest.heads:
        problems.append("the audit chains do not end as they did in the backup")
    verification = verify_audit(expect=[head["hash"] for head in manifest.heads])
    if kept and verification.whole and not problems:
        _run("DROP SCHEMA {} CASCADE", kept)
        kept = ""
    _run("ANALYZE")
    return Restored(manifest, verification, problems, kept)


@contextmanager
def _room(*, replace: bool) -> Iterator[str]:
    """Make room; put back what was there if the block fails. Yields where it is kept, or ""."""
    if snapshots.is_empty():
        yield ""
        return
    if not replace:
        raise DomainError(
            "This database is not empty. Restore into an empty one, or --replace what is there."
        )
    if others := snapshots.others_connected():
        raise DomainError(
            f"{others} other connections use this database. Stop web servers, workers and beat."
        )
    aside = f"{SET_ASIDE}_{timezone.now():%Y%m%d_%H%M%S}"
    _run("ALTER SCHEMA public RENAME TO {}", aside)
    try:
        _run("CREATE SCHEMA public AUTHORIZATION pg_database_owner")
        _run("GRANT USAGE ON SCHEMA public TO PUBLIC")
        yield aside
    except BaseException:
        _run("DROP SCHEMA IF EXISTS public CASCADE")
        _run("ALTER SCHEMA {} RENAME TO public", aside)
        raise


def _run(statement: str, *names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
