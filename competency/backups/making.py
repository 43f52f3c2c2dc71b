"""Make a backup: a folder with the whole database at one moment, and a manifest of it."""

import hashlib
import shutil
import tomllib
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from competency.backups import snapshots
from competency.backups.programs import Program, find, server_version
from competency.backups.rules import Manifest, as_json, key_check
from competency.foundation.errors import DomainError

DUMP, MANIFEST = "database.dump", "manifest.json"
SET_ASIDE = "before_restore"  # schemas that a restore put aside; see `restoring`
OPTIONS = (
    "--format=custom",
    "--no-owner",
    "--no-privileges",
    f"--exclude-schema={SET_ASIDE}*",
)


def back_up(path: Path) -> Manifest:
    """Write the backup to a folder that must not exist, whole or not at all."""
    if path.exists() or path.is_symlink():
        raise DomainError(f"{path} exists already; a backup never takes the place of another.")
    pg_dump = find("pg_dump", at_least=server_version())
    unfinished = path.with_name(f"{path.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(mode=0o700)
        manifest = _write(unfinished, pg_dump)
        unfinished.rename(path)
    except OSError as problem:
        raise DomainError(f"{path} cannot be written: {problem.strerror}.") from problem
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return manifest


def _write(folder: Path, pg_dump: Program) -> Manifest:
    dump = folder / DUMP
    dump.touch(mode=0o600)
    with snapshots.snapshot() as moment:
        pg_dump.run(*OPTIONS, f"--snapshot={moment}", f"--file={dump}")
        manifest = _describe(dump, pg_dump)
    note = folder / MANIFEST
    note.touch(mode=0o600)
    note.write_text(as_json(manifest))
    return manifest


def _describe(dump: Path, pg_dump: Program) -> Manifest:
    return Manifest(
        made_at=timezone.now().isoformat(timespec="seconds"),
        version=_version(),
        server=server_version(),
        dumped_by=pg_dump.version,
        migrations=snapshots.applied_migrations(),
        rows=snapshots.count_rows(),
        heads=snapshots.chain_heads(),
        sealing_key=key_check(settings.SEALING_KEY),
        bytes=dump.stat().st_size,
        sha256=hash_file(dump),
    )


def hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _version() -> str:
    """Of this release; an installation without pyproject.toml does not know."""
    try:
        project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    except FileNotFoundError:
        return ""
    return str(project["project"]["version"])
