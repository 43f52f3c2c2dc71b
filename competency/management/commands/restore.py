"""manage.py restore PATH: a backup back into a database, and whether all of it is there."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from competency.backups.restoring import Restored, read_backup, restore
from competency.foundation.errors import DomainError

OTHER_KEY = (
    "THE BACKUP WAS MADE WITH ANOTHER SEALING_KEY. With the one that is set now, the words that "
    "trainees wrote cannot be read. Set the SEALING_KEY of that time before the site starts."
)


class Command(BaseCommand):
    help = (
        "Restore a backup into the database that DATABASE_URL names, which must be empty unless "
        "--replace is given. Checks the dump's hash before; counts rows and verifies the audit "
        "chains after. Exits with 1 if anything is wrong."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a folder that `backup` wrote")
        parser.add_argument(
            "--replace", action="store_true", help="take the place of what is in the database"
        )
        parser.add_argument(
            "--yes", action="store_true", help="with --replace: do not ask for the name"
        )

    def handle(self, *args: Any, path: Path, replace: bool, yes: bool, **options: Any) -> None:
        try:
            backup = read_backup(path)
            if not backup.fits_sealing_key:
                self.stderr.write(OTHER_KEY)
            if replace and not yes:
                confirm()
            restored = restore(backup, replace=replace)
        except DomainError as refused:
            raise CommandError(refused.message) from refused
        self._tell(restored)

    def _tell(self, restored: Restored) -> None:
        manifest, checked = restored.manifest, restored.verification
        for problem in restored.problems:
            self.stdout.write(problem)
        for finding in checked.findings:
            self.stdout.write(f"{finding.program_id or '(no program)'}: {finding.words}")
        if wrong := len(restored.problems) + checked.found:
            kept = f" What was there before is in schema {restored.kept}." if restored.kept else ""
            raise CommandError(f"Restored, but {wrong} things are wrong.{kept}")
        self.stdout.write(
            f"Restored the backup of {manifest.made_at}: {sum(manifest.rows.values()):,} rows in "
            f"{len(manifest.rows)} tables, {len(checked.chains)} audit chains whole."
        )


def confirm() -> None:
    name = connection.settings_dict["NAME"]
    if input(f"This replaces all of “{name}”. Type its name to go on: ").strip() != name:
        raise CommandError("Nothing was done.")
