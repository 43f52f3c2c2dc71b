"""manage.py backup PATH: the whole database at one moment, and what proves it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competency.backups.making import back_up
from competency.backups.rules import Manifest
from competency.foundation.errors import DomainError

KEYS = (
    "SEALING_KEY IS NOT IN THIS BACKUP. Without it every word that trainees wrote is lost.\n"
    "Keep it, and SECRET_KEY, in another place than the backup."
)


class Command(BaseCommand):
    help = (
        "Write the whole database to a new folder: a dump of pg_dump, and a manifest with counts, "
        "hashes and the heads of the audit chains. The site may go on working meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a folder that does not exist yet")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        try:
            manifest = back_up(path)
        except DomainError as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(summary(path, manifest))
        self.stderr.write(KEYS)


def summary(path: Path, manifest: Manifest) -> str:
    heads = [
        f"  {head['program'] or '(no program)'}: seal {head['seal']}, {head['hash']}"
        for head in manifest.heads
    ]
    rows, tables = sum(manifest.rows.values()), len(manifest.rows)
    lines = [
        f"{path}: {rows:,} rows in {tables} tables, {manifest.bytes / 1e6:,.1f} MB",
        f"SHA-256 of the dump: {manifest.sha256}",
        "Heads of the audit chains, to be noted elsewhere:",
        *(heads or ["  none yet"]),
    ]
    return "\n".join(lines)
