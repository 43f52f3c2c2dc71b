"""manage.py verify_credential FILE: is it genuine, in force, and from an issuer we know?"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from competency.certificates.published import Published
from competency.credentials.findings import Outcome
from competency.credentials.folders import Folder
from competency.credentials.verification import Documents, verify

NOT_VALID, NOT_READ = 1, 2  # exit codes
MARKS = {Outcome.PASSED: "ok  ", Outcome.FAILED: "FAIL", Outcome.UNKNOWN: "?   "}


class Command(BaseCommand):
    help = (
        "Check a credential or a transcript against this site's register, or with --docs against "
        "files that export_credentials wrote. Exits with 1 unless it is valid."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the JSON")
        parser.add_argument(
            "--docs",
            type=Path,
            metavar="DIR",
            help="a folder with did.json files and status lists; asks no database",
        )

    def handle(self, *args: Any, file: Path, docs: Path | None, **options: Any) -> None:
        documents: Documents = Published() if docs is None else Folder(_folder(docs))
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.", returncode=NOT_READ) from error
        report = verify(content, documents, timezone.now())
        for finding in report.findings:
            self.stdout.write(f"{MARKS[finding.outcome]} {finding.check}: {finding.words}")
        if not report.valid:
            raise CommandError(f"{report.verdict}", returncode=NOT_VALID)
        self.stdout.write(f"{report.verdict}")


def _folder(docs: Path) -> Path:
    if not docs.is_dir():
        raise CommandError(f"{docs} is no folder.", returncode=NOT_READ)
    return docs
