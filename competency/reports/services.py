"""Credential reports: asked for, tried again, taken away; a short one at once."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from competency.accounts.models import User
from competency.audit.services import record
from competency.audit.transitions import move
from competency.foundation.errors import DomainError, InvalidInput
from competency.programs.models import Cohort, Enrolment, Program
from competency.programs.policies import check_permission
from competency.programs.roles import Permission
from competency.reports import csvs, making
from competency.reports.models import Report
from competency.reports.states import Contents, Format, ReportState
from competency.reports.streams import Choice, wait_until_settled
from competency.reports.tables import credentials
from competency.reports.tasks import make_report
from competency.sheets.csvs import LINE_END

Problems = dict[str, str]


@dataclass(frozen=True)
class Wish:
    """What somebody wants in a report. `as_of` defaults to now; days are those of the program."""

    format: str
    contents: str = Contents.CREDENTIALS
    cohort: Cohort | None = None
    enrolment: Enrolment | None = None
    begins_on: date | None = None
    ends_on: date | None = None
    as_of: datetime | None = None


def enrolments_of(program: Program, trainee_number: str) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(cohort__program=program, trainee_number=trainee_number)


@transaction.atomic
def ask_for_report(program: Program, wish: Wish, *, by: User) -> Report:
    """Have a report made in the background. Raises InvalidInput naming what cannot be had."""
    check_permission(by, Permission.REPORT_EXPORT, program.pk)
    now = timezone.now()
    _check(program, wish, now)
    report = Report.objects.create(
        program=program,
        asked_by=by,
        created_at=now,
        contents=wish.contents,
        format=wish.format,
        cohort=wish.cohort,
        enrolment=wish.enrolment,
        begins_on=wish.begins_on,
        ends_on=wish.ends_on,
        as_of=wish.as_of or now,
    )
    record("report.asked", report, by=by, contents=report.contents, format=report.format)
    _enqueue(report)
    return report


def _check(program: Program, wish: Wish, now: datetime) -> None:
    problems: Problems = {}
    if wish.contents not in Contents.values:
        problems["contents"] = _("Choose what the report holds.")
    if wish.format not in Format.values:
        problems["format"] = _("Choose one of the formats.")
    if wish.cohort and wish.cohort.program_id != program.pk:
        problems["cohort"] = _("This cohort is of another program.")
    if wish.enrolment and wish.enrolment.program_id != program.pk:
        problems["enrolment"] = _("This trainee is in another program.")
    if wish.begins_on and wish.ends_on and wish.begins_on > wish.ends_on:
        problems["ends_on"] = _("The period ends before it begins.")
    if wish.as_of and wish.as_of > now:
        problems["as_of"] = _("Nobody knows yet how things will stand then.")
    if wish.contents == Contents.RESEARCH:
        if wish.format in (Format.PDF, Format.CLR):
            problems["format"] = _("Research exports come as CSV, XLSX or JSON.")
        if wish.enrolment:
            problems["enrolment"] = _("A de-identified export is not about one person.")
    if problems:
        raise InvalidInput(problems)


def _enqueue(report: Report) -> None:
    # robust: a broker that is away must not undo the act; the sweep finds it.
    transaction.on_commit(lambda: make_report.delay(str(report.pk)), robust=True)


@transaction.atomic
def try_again(report: Report, *, by: User) -> None:
    """Have a report that failed made after all."""
    check_permission(by, Permission.REPORT_EXPORT, report.program_id)
    move(report, ReportState.QUEUED, by=by, changes={"problem": "", "finished_at": None})
    _enqueue(report)


@transaction.atomic
def take_report(report: Report, part: str, *, by: User) -> None:
    """Note that `by` takes a report away. `part`: the file, its package, or the manifest."""
    check_permission(by, Permission.REPORT_EXPORT, report.program_id)
    if report.state != ReportState.READY:
        raise DomainError(_("This report cannot be downloaded: it is not ready, or has expired."))
    record("report.downloaded", report, by=by, part=part, sha256=report.sha256)


def credential_report_csv(program: Program, *, by: User) -> Iterator[bytes]:
    """The report of today as CSV, streamed at once, without a manifest.

    Raises NotAllowed before the first byte when `by` may not export here.
    """
    check_permission(by, Permission.REPORT_EXPORT, program.pk)
    with transaction.atomic():
        record("report.exported", program, by=by, report="credential")
    as_of = timezone.now()
    wait_until_settled(as_of)
    return csvs.chunks(credentials(Choice(program.pk, as_of)))


class Sink(Protocol):
    def write(self, content: bytes, /) -> Any: ...


def write_csv(program: Program, stream: Sink, *, by: User) -> int:
    """Write the report as CSV (UTF-8, RFC 4180); return the number of rows without header."""
    lines = -1
    for chunk in credential_report_csv(program, by=by):
        stream.write(chunk)
        lines += chunk.count(LINE_END)
    return lines


def save_csv(program: Program, path: Path, *, by: User) -> int:
    """Write the report to a file, whole or not at all; the number of rows.

    Raises DomainError naming the path when it cannot be written (no space, no permission); an
    earlier report of that name stays as it was.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as stream:
            count = write_csv(program, stream, by=by)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise DomainError(f"The report could not be written to {path}: {reason}.") from error
    return count


def save_report(report: Report, path: Path, *, by: User) -> None:
    """Make a report now if no worker has, and write it to a file with its manifest beside it."""
    making.make(report.pk)
    report.refresh_from_db()
    if report.state == ReportState.FAILED:
        raise DomainError(report.problem)
    take_report(report, "file", by=by)
    try:
        with path.open("wb") as stream:
            stream.writelines(making.content_of(report))
        path.with_name(f"{path.name}.manifest.json").write_bytes(bytes(report.manifest or b""))
    except OSError as error:
        reason = error.strerror or str(error)
        raise DomainError(f"The report could not be written to {path}: {reason}.") from error
