"""manage.py verify_report FILE --manifest M: is it the file that an issuer we know signed for?"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competency.certificates.published import Published
from competency.credentials.folders import Folder
from competency.credentials.verification import Documents
from competency.reports import manifests

NOT_VALID, NOT_READ = 1, 2  # exit codes


class Command(BaseCommand):
    help = (
        "Check a report and its manifest against this site's register, or with --docs against "
        "files that export_credentials wrote. Exits with 1 unless both hold."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the report")
        parser.add_argument("--manifest", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--docs",
            type=Path,
            metavar="DIR",
            help="a folder with did.json files; asks no database",
        )

    def handle(
        self, *args: Any, file: Path, manifest: Path, docs: Path | None, **options: Any
    ) -> None:
        if docs is not None and not docs.is_dir():
            raise CommandError(f"{docs} is no folder.", returncode=NOT_READ)
        documents: Documents = Published() if docs is None else Folder(docs)
        try:
            with file.open("rb") as report:
                checked = manifests.check(manifest.read_bytes(), report, documents)
        except OSError as error:
            words = f"{error.filename}: {error.strerror}."
            raise CommandError(words, returncode=NOT_READ) from error
        for passed, words in checked.lines:
            self.stdout.write(f"{'ok  ' if passed else 'FAIL'} {words}")
        if not checked.holds:
            raise CommandError("refused", returncode=NOT_VALID)
        self.stdout.write("valid")
