"""manage.py export_credentials: credentials, DID documents and status lists as files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competency.certificates.exporting import export


class Command(BaseCommand):
    help = (
        "Write every signed credential, DID document and status list as files, which "
        "verify_credential --docs can check without this site. They name people: keep them safe."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, metavar="DIR")
        parser.add_argument("--program", metavar="CODE", help="only this program's credentials")

    def handle(self, *args: Any, out: Path, program: str | None, **options: Any) -> None:
        try:
            written = export(out, program=program)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        told = ", ".join(f"{count:,} {kind}" for kind, count in written.items())
        self.stdout.write(f"{told} in {out}")
