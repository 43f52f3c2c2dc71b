"""Check, import, export and compare content files: `manage.py content --help`."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from assessments.content.checking import by_place, check
from assessments.content.documents import Document
from assessments.content.exporting import ENDINGS, export, version_named, versions_of
from assessments.content.importing import import_documents
from assessments.content.kinds import KINDS
from assessments.content.reading import read_files
from assessments.content.services import version_changes
from assessments.content.telling import changes_told, told
from competency.accounts.models import User
from competency.foundation.errors import DomainError, InvalidInput
from competency.programs.models import Program


class Command(BaseCommand):
    help = "Check, import, export and compare content files. Exits with 1 when anything is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        checks = commands.add_parser("check", help="what is wrong with files; needs no database")
        checks.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
        imports = commands.add_parser("import", help="bring files into a program: all or none")
        imports.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
        imports.add_argument("--program", required=True, metavar="CODE")
        imports.add_argument("--by", required=True, metavar="EMAIL", help="who imports")
        imports.add_argument("--publish", action="store_true", help="publish what is drafted")
        imports.add_argument("--dry-run", action="store_true", help="say what would happen")
        exports = commands.add_parser("export", help="write a program's versions as files")
        exports.add_argument("path", type=Path, metavar="PATH", help="a folder, or one file")
        exports.add_argument("--program", required=True, metavar="CODE")
        exports.add_argument("--kind", choices=KINDS, default="")
        exports.add_argument("--code", default="", help="for a key, the code of its vignette")
        exports.add_argument("--version", type=int, metavar="N")
        exports.add_argument("--format", choices=ENDINGS, default="yaml")
        diffs = commands.add_parser("diff", help="what changed between two versions")
        diffs.add_argument("program", metavar="PROGRAM")
        diffs.add_argument("kind", choices=KINDS, metavar="KIND")
        diffs.add_argument("code", metavar="CODE", help="for a key: V1/1:GOAL-DIRECTED/1")
        diffs.add_argument("old", type=int, metavar="OLD")
        diffs.add_argument("new", type=int, metavar="NEW")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = Namespace(**options)
        try:
            getattr(self, f"_{asked.what}")(asked)
        except DomainError as error:
            self._fail(str(error))

    def _fail(self, *lines: Any) -> None:
        for line in lines:
            self.stderr.write(str(line))
        raise SystemExit(1)

    def _check(self, asked: Namespace) -> None:
        documents, passed_over = _read(asked)
        checked = check(documents)
        self._pass_over(passed_over)
        for document in documents:
            for note in document.notes:
                self.stdout.write(f"{document.file}: note: {note}")
        for problem in checked.unknown:
            self.stdout.write(f"note: {problem}")
        if problems := by_place(checked.refused + checked.owed):
            self._fail(*problems)
        self.stdout.write(f"{len(documents)} files checked; nothing is wrong.")

    def _import(self, asked: Namespace) -> None:
        documents, passed_over = _read(asked)
        plan, _ = import_documents(
            _program(asked.program),
            documents,
            by=_person(asked.by),
            publish=asked.publish,
            dry_run=asked.dry_run,
        )
        self._pass_over(passed_over)
        for line in told(plan, publish=asked.publish, dry_run=asked.dry_run):
            self.stdout.write(line)

    def _export(self, asked: Namespace) -> None:
        kind = asked.kind or ("framework" if asked.format == "case" else "")
        versions = versions_of(
            _program(asked.program), kind=kind, code=asked.code, number=asked.version
        )
        if not versions:
            raise DomainError("Nothing matches.")
        for path in export(versions, asked.path, form=asked.format):
            self.stdout.write(str(path))

    def _diff(self, asked: Namespace) -> None:
        program = _program(asked.program)
        old, new = (
            version_named(program, asked.kind, asked.code, number)
            for number in (asked.old, asked.new)
        )
        for line in list(changes_told(version_changes(old, new))) or ["Nothing changed."]:
            self.stdout.write(line)

    def _pass_over(self, names: list[str]) -> None:
        for name in names:
            self.stdout.write(f"{name}: passed over; it is no content file.")


def _read(asked: Namespace) -> tuple[list[Document], list[str]]:
    documents, passed_over = read_files(asked.paths)
    if not documents:
        raise DomainError("There is no content file.")
    return documents, passed_over


def _program(code: str) -> Program:
    program = Program.objects.filter(code=code).first()
    if program is None:
        raise InvalidInput({"program": f"There is no program “{code}”."})
    return program


def _person(email: str) -> User:
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        raise InvalidInput({"by": f"Nobody has the address “{email}”."})
    return person
