"""PostgreSQL's own `pg_dump` and `pg_restore`: found, chosen by version, run on our database."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg import ConnectionInfo

from competency.backups.rules import best_program, major
from competency.foundation.errors import DomainError


@dataclass(frozen=True)
class Program:
    path: str
    version: int

    def run(self, *arguments: str) -> None:
        """Run it on the database of this process. The password is in no command line."""
        done = subprocess.run(  # noqa: S603
            [self.path, f"--dbname={_database().dsn}", "--no-password", *arguments],
            env=os.environ | {"PGPASSWORD": _database().password, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DomainError(f"{Path(self.path).name} failed:\n{done.stderr.strip()}")


def find(name: str, *, at_least: int) -> Program:
    """The program in this major version or the next newer one; a DomainError where none is."""
    found = {str(path): version for path in _candidates(name) if (version := _version(path))}
    path = best_program(found, at_least)
    if path:
        return Program(path, found[path])
    wanted = f"{name} of PostgreSQL {at_least} or newer is needed"
    if found:
        seen = ", ".join(f"{path} is of {version}" for path, version in found.items())
        raise DomainError(f"{wanted}, because an older one cannot read this: {seen}.")
    raise DomainError(
        f"{wanted}, and there is none. Install PostgreSQL's client programs, or name their folder "
        "in POSTGRES_PROGRAMS."
    )


def _candidates(name: str) -> Iterator[Path]:
    folders = [*settings.POSTGRES_PROGRAMS, *os.environ.get("PATH", "").split(os.pathsep)]
    for folder in dict.fromkeys(folders):
        path = Path(folder) / name
        if folder and shutil.which(path):
            yield path


def _version(path: Path) -> int | None:
    try:
        asked = subprocess.run(  # noqa: S603
            [path, "--version"], capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return major(asked.stdout)


def server_version() -> int:
    return _database().server_version // 10_000


def _database() -> ConnectionInfo:
    connection.ensure_connection()
    info: ConnectionInfo = connection.connection.info
    return info
