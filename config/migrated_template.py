"""A migrated database that every test database is copied from.

Migrating takes seconds, copying a moment. The template is made by the real migrations once, kept
as a dump, and made anew as soon as a migration or a dependency changes.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg

from config.services.programs import postgres_clients

NAME = "credence_template"
KEPT_DUMPS = 5


def prepare(checkout: Path, database_url: str, dumps: Path) -> str | None:
    """Make the template on this server; None if the migrations fail, which tests then show."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {NAME}")
    template_url = database_url.replace("/credence?", f"/{NAME}?")
    dump = dumps / f"{_fingerprint(checkout)}.sql"
    if dump.exists():
        _run("psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={dump}", template_url)
        return NAME
    if not _migrate(checkout, template_url):
        return None
    _keep(dump, template_url)
    return NAME


def _fingerprint(checkout: Path) -> str:
    sources = [*checkout.glob("*/migrations/*.py"), checkout / "requirements" / "dev.txt"]
    content = b"".join(path.read_bytes() for path in sorted(sources))
    return hashlib.sha256(content).hexdigest()[:16]


def _migrate(checkout: Path, template_url: str) -> bool:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"],
        cwd=checkout,
        env=os.environ
        | {
            "DATABASE_URL": template_url,
            "REDIS_URL": "redis://localhost:6379/0",
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        },
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def _keep(dump: Path, template_url: str) -> None:
    dump.parent.mkdir(parents=True, exist_ok=True)
    draft = dump.with_suffix(f".{os.getpid()}")
    _run("pg_dump", f"--file={draft}", template_url)
    draft.replace(dump)
    by_age = sorted(dump.parent.glob("*.sql"), key=lambda path: path.stat().st_mtime)
    for old in by_age[:-KEPT_DUMPS]:
        old.unlink()


def _run(program: str, *arguments: str) -> None:
    command = [str(postgres_clients() / program), *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
