"""Make a report that was asked for: whole, once, whoever is killed on the way."""

import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, Any, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from competency.audit.transitions import move
from competency.foundation.errors import DomainError
from competency.notifications.kinds import Kind
from competency.notifications.services import notify
from competency.programs.policies import people_who_may
from competency.programs.roles import Permission
from competency.reports import clr, csvs, drawing, jsons, manifests, progress, xlsx
from competency.reports.models import Report, ReportPart
from competency.reports.naming import about, choice_of
from competency.reports.research import research
from competency.reports.states import Contents, Format, ReportState
from competency.reports.streams import Choice, wait_until_settled
from competency.reports.tables import Lines, Table, credentials
from competency.reports.transcripts import transcripts
from competency.webhooks.models import Event
from competency.webhooks.services import announce

PART = 1 << 20  # bytes of the file, before they are compressed


def make(report_id: UUID) -> bool:
    """Make a report that is open; False when it is made, or in another worker's hands.

    Its row stays locked meanwhile. What a killed worker did is undone with its transaction, and
    the next one begins anew.
    """
    report = _begun(report_id)
    if report is None:
        return False
    wait_until_settled(report.as_of)
    try:
        return _made(report_id)
    except DomainError as error:
        return fail(report_id, error.message)


@transaction.atomic
def _begun(report_id: UUID) -> Report | None:
    rows = Report.objects.open().filter(pk=report_id)
    report = rows.select_for_update(of=("self",), skip_locked=True).first()
    if report is not None and report.state == ReportState.QUEUED:
        move(report, ReportState.RUNNING, by=None, changes={"started_at": timezone.now()})
    return report


def _locked(report_id: UUID) -> Report | None:
    rows = Report.objects.filter(pk=report_id, state=ReportState.RUNNING)
    related = rows.select_related("program__issuer", "cohort", "enrolment", "asked_by", "schedule")
    return related.select_for_update(of=("self",), skip_locked=True).first()


@transaction.atomic
def _made(report_id: UUID) -> bool:
    report = _locked(report_id)
    if report is None:
        return False
    slow = report.format == Format.CLR
    told = partial(progress.tell, report.pk, every=1 if slow else progress.EVERY)
    with tempfile.TemporaryFile() as file:
        with counted(table_of(report, choice_of(report)), told) as table:
            write(report, table, cast(IO[bytes], file))
        file.seek(0)
        size, sha256 = _keep(report, cast(IO[bytes], file))
    rows = table.notes.pop("rows")
    manifest = manifests.compose(report, table, rows=rows, size=size, sha256=sha256)
    made = {"rows": rows, "size": size, "sha256": sha256, "manifest": manifest}
    changes = {**made, "finished_at": timezone.now()}
    move(report, ReportState.READY, by=None, changes=changes, sha256=sha256, rows=rows)
    notify(Kind.REPORT_READY, report.pk, _concerned(report))
    announce(Event.REPORT_READY, report.pk, report.program_id)
    return True


@transaction.atomic
def fail(report_id: UUID, why: str) -> bool:
    """Say that it cannot be made; whoever asked may try again."""
    report = _locked(report_id)
    if report is not None:
        changes = {"problem": why, "finished_at": timezone.now()}
        move(report, ReportState.FAILED, by=None, changes=changes)
    return report is not None


def table_of(report: Report, choice: Choice) -> Table:
    if report.contents == Contents.RESEARCH:
        return research(choice, report.pk)
    return transcripts(choice) if report.format == Format.CLR else credentials(choice)


@contextmanager
def counted(table: Table, tell: Any) -> Iterator[Table]:
    """The same table, with the number of its rows in `notes` and told as they go by.

    A stream that was left half read is ended with the block: the connection is free again.
    """
    begun: list[Any] = []

    def lines() -> Iterator[Lines]:
        table.notes["rows"] = 0
        begun.append(table.lines())
        for some in begun[-1]:
            table.notes["rows"] += len(some)
            tell(table.notes["rows"])
            yield some

    try:
        yield Table(table.columns, lines, table.notes)
    finally:
        for stream in begun:
            stream.close()


def write(report: Report, table: Table, file: IO[bytes]) -> None:
    """The file of a report, row by row."""
    words = about(report)
    if report.format == Format.XLSX:
        xlsx.write(table, words, file)
    elif report.format == Format.PDF:
        file.write(drawing.draw(table, words, report.as_of))
    elif report.format == Format.CLR:
        clr.write(table, report, file)
    elif report.format == Format.JSON:
        file.writelines(jsons.chunks(table, words))
    else:
        file.writelines(csvs.chunks(table))


def _keep(report: Report, file: IO[bytes]) -> tuple[int, str]:
    """Store the file in parts; its size and hash."""
    digest, size = hashlib.sha256(), 0
    for number, plain in enumerate(iter(partial(file.read, PART), b"")):
        digest.update(plain)
        size += len(plain)
        ReportPart.objects.create(report=report, number=number, packed=zlib.compress(plain, 1))
    return size, digest.hexdigest()


def content_of(report: Report) -> Iterator[bytes]:
    """The file, part by part."""
    parts = report.parts.order_by("number").values_list("packed", flat=True)
    for number in range(parts.count()):
        yield zlib.decompress(parts[number])


def _concerned(report: Report) -> list[UUID]:
    """Whoever asked; of a scheduled report the recipients who still may have it."""
    if report.schedule is None:
        return [report.asked_by_id]
    may = people_who_may(Permission.REPORT_EXPORT, report.program_id)
    people = report.schedule.recipients.order_by("pk").values_list("pk", flat=True)
    return [person for person in people if person in may]


@transaction.atomic
def expire(report_id: UUID) -> bool:
    """Let the file of an old report go; what it was stays on the record."""
    rows = Report.objects.filter(pk=report_id, state=ReportState.READY)
    report = rows.select_for_update(of=("self",), skip_locked=True).first()
    if report is not None:
        report.parts.all().delete()
        move(report, ReportState.EXPIRED, by=None)
    return report is not None
