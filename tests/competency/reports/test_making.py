"""A report is made once and whole, in every format, with a manifest that anybody can check."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.notifications.models import Notification
from competency.parking.models import Mishap
from competency.programs.roles import Role
from competency.reports import drawing, making, manifests, packages, services, tasks, xlsx
from competency.reports.columns import ALL, COLUMNS
from competency.reports.models import Report
from competency.reports.progress import rows_expected, rows_written, tell
from competency.reports.services import Wish, ask_for_report, take_report, try_again
from tests import factories
from tests.factories import Campus

SCHEMA = Path(services.__file__).parent / "schemas" / "credential-report-1.schema.json"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def content(report: Report) -> bytes:
    return b"".join(making.content_of(report))


def cells(book: bytes, number: int) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        sheet = ElementTree.fromstring(package.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314
    return [
        ["".join(cell.itertext()) for cell in row.iter(f"{SHEET}c")]
        for row in sheet.iter(f"{SHEET}row")
    ]


def test_every_format_tells_the_same_rows(campus: Campus) -> None:
    certificate = factories.issued(campus)
    factories.ratified(campus, 2, 2)
    as_of = timezone.now()
    made = {kind: factories.made_report(campus, kind, as_of=as_of) for kind in ("csv", "json")}
    book = content(factories.made_report(campus, "xlsx", as_of=as_of))
    pdf = factories.made_report(campus, "pdf", as_of=as_of)

    table = list(csv.reader(io.StringIO(content(made["csv"]).decode("utf-8-sig"), newline="")))
    assert cells(book, 1) == table
    assert cells(book, 2)[1:] == [[c.name, c.kind.value, c.words] for c in ALL]
    assert ["program"] == [row[0] for row in cells(book, 3) if row[0] == "program"]

    told = json.loads(content(made["json"]))
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(told)
    assert schema["$defs"]["row"]["required"] == list(COLUMNS)
    assert [row["dossier_sha256"] for row in told["rows"]] == [
        row[COLUMNS.index("dossier_sha256")] for row in table[1:]
    ]
    assert told["rows"][0]["certificate_number"] == certificate.number
    assert told["rows"][1]["certificate_number"] is None

    drawn = content(pdf)
    assert drawn.startswith(b"%PDF-")
    assert b"pdfaid:part" in drawn
    assert {report.rows for report in (*made.values(), pdf)} == {2}
    again = factories.made_report(campus, "xlsx", as_of=as_of), drawn
    assert (content(again[0]), drawn) == (book, content(pdf))


def test_a_report_is_made_once_told_and_downloaded_on_the_record(campus: Campus) -> None:
    factories.ratified(campus, 2, 2)
    report = factories.made_report(campus)
    assert (report.state, report.rows, making.make(report.pk)) == ("ready", 1, False)
    told = Notification.objects.get(kind="report.ready")
    assert (told.person_id, told.subject_id) == (campus.director.pk, report.pk)
    take_report(report, "file", by=campus.director)
    event = AuditEvent.objects.get(action="report.downloaded")
    assert event.detail == {"part": "file", "sha256": report.sha256}
    with pytest.raises(NotAllowed):
        take_report(report, "file", by=campus.certifier)


def test_what_was_begun_by_a_worker_that_died_is_begun_anew(
    campus: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.ratified(campus, 2, 2)
    report = ask_for_report(campus.program, Wish("csv"), by=campus.director)
    with monkeypatch.context() as patch:
        patch.setattr(manifests, "compose", lambda *args, **options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            making.make(report.pk)
    report.refresh_from_db()
    assert (report.state, report.parts.count(), report.rows) == ("running", 0, None)
    assert making.make(report.pk)
    report.refresh_from_db()
    assert (report.state, report.parts.count()) == ("ready", 1)


def test_a_pdf_of_too_many_rows_says_so_and_may_be_tried_again(
    campus: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.ratified(campus, 2, 2)
    with monkeypatch.context() as patch:
        patch.setattr(drawing, "MOST_ROWS", 0)
        report = factories.made_report(campus, "pdf")
    assert report.state == "failed"
    assert "at most 0 rows" in report.problem
    with pytest.raises(DomainError, match="not ready"):
        take_report(report, "file", by=campus.director)
    try_again(report, by=campus.director)
    making.make(report.pk)
    report.refresh_from_db()
    assert (report.state, report.problem) == ("ready", "")


def test_a_spreadsheet_that_would_be_too_long_is_refused(
    campus: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.ratified(campus, 2, 2)
    monkeypatch.setattr(xlsx, "MOST_ROWS", 0)
    report = factories.made_report(campus, "xlsx")
    assert report.state == "failed"
    assert "at most 0 rows" in report.problem


def test_a_script_without_a_font_is_named(campus: Campus) -> None:
    trainee = factories.person(name="\U00013000")
    factories.ratified(campus, 2, 2, trainee=trainee)
    assert "lacks a font for" in factories.made_report(campus, "pdf").problem


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish("doc"), "format"),
        (Wish("csv", contents="gossip"), "contents"),
        (Wish("pdf", contents="research"), "format"),
        (Wish("csv", as_of=timezone.now() + timedelta(days=1)), "as_of"),
        (Wish("csv", begins_on=timezone.now().date(), ends_on=timezone.now().date()
              - timedelta(days=1)), "ends_on"),
    ],
)  # fmt: skip
def test_what_cannot_be_had_is_said_of_the_field(campus: Campus, wish: Wish, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        ask_for_report(campus.program, wish, by=campus.director)
    assert set(refused.value.problems) == {field}


def test_rows_of_other_programs_are_refused(campus: Campus) -> None:
    elsewhere = factories.campus()
    enrolment = factories.enrolment(elsewhere.cohort)
    wish = Wish("csv", contents="research", cohort=elsewhere.cohort, enrolment=enrolment)
    with pytest.raises(InvalidInput) as refused:
        ask_for_report(campus.program, wish, by=campus.director)
    assert set(refused.value.problems) == {"cohort", "enrolment"}


def test_a_period_holds_the_days_of_the_program(campus: Campus) -> None:
    day = factories.ratified(campus, 2, 2).settled_at.date()
    for wish, rows in (
        ({"begins_on": day, "ends_on": day}, 1),
        ({"ends_on": day - timedelta(days=1)}, 0),
        ({"begins_on": day + timedelta(days=1)}, 0),
    ):
        assert factories.made_report(campus, **wish).rows == rows


def test_a_file_that_went_is_not_let_go_twice(campus: Campus) -> None:
    report = factories.made_report(campus)
    assert making.expire(report.pk)
    assert not making.expire(report.pk)


def test_the_sweep_takes_up_what_was_lost_and_gives_up_what_is_parked(
    campus: Campus, eager_tasks, settings
) -> None:
    settings.SWEEP_PATIENCE = 0
    lost, parked = (
        ask_for_report(campus.program, Wish("csv"), by=campus.director) for _ in range(2)
    )
    making._begun(parked.pk)
    Mishap.objects.create(
        subject_type="report", subject_id=parked.pk, error="No.", last_at=timezone.now(),
        parked_at=timezone.now(), times=5,
    )  # fmt: skip
    tasks.make_report(str(parked.pk))
    tasks.sweep()
    lost.refresh_from_db()
    parked.refresh_from_db()
    assert (lost.state, parked.state) == ("ready", "failed")
    assert "were told" in parked.problem
    assert not making.fail(lost.pk, "Too late.")


def test_progress_is_told_in_steps(campus: Campus) -> None:
    report = factories.made_report(campus)
    assert (rows_written(report.pk), rows_expected(campus.program.pk)) == (0, 0)
    tell(report.pk, 20_000)
    tell(report.pk, 20_001)
    assert rows_written(report.pk) == 20_000


def test_a_package_holds_the_file_its_manifest_and_the_dictionary(campus: Campus) -> None:
    factories.ratified(campus, 2, 2)
    report = factories.made_report(campus)
    package = zipfile.ZipFile(io.BytesIO(b"".join(packages.package_of(report))))
    file, manifest, dictionary = package.namelist()
    assert package.testzip() is None
    assert package.read(file) == content(report)
    assert package.read(manifest) == bytes(report.manifest or b"")
    assert package.read(dictionary).decode("utf-8-sig").count("\r\n") == len(COLUMNS) + 1


class TestCommands:
    def test_a_report_is_made_and_checked(self, campus: Campus, tmp_path: Path, capsys) -> None:
        decision = factories.ratified(campus, 2, 2)
        out = tmp_path / "report.csv"
        told = {"program": campus.program.code, "by": campus.director.email, "out": out}
        today = decision.settled_at.date()
        chosen = {"cohort": campus.cohort.name, "trainee": decision.enrolment.trainee_number}
        call_command("credential_report", **told, **chosen, begins_on=today)
        manifest = tmp_path / "report.csv.manifest.json"
        call_command("verify_report", out, manifest=manifest)
        assert capsys.readouterr().out.endswith("valid\n")
        out.write_bytes(out.read_bytes() + b"x")
        with pytest.raises(CommandError, match="refused"):
            call_command("verify_report", out, manifest=manifest)

    def test_what_is_wrong_is_said(self, campus: Campus, tmp_path: Path) -> None:
        told = {"program": campus.program.code, "by": campus.director.email}
        for changes, words in (
            ({"program": "nowhere"}, "Program does not exist"),
            ({"by": "nobody@example.org"}, "User does not exist"),
            ({"cohort": "None such"}, "No cohort"),
            ({"as_of": timezone.now().date()}, "Nobody knows yet"),
            ({"out": tmp_path / "missing" / "r.csv"}, "could not be written"),
            ({"by": campus.certifier.email}, "do not include"),
        ):
            with pytest.raises(CommandError, match=words):
                call_command("credential_report", **{"out": tmp_path / "r.csv", **told, **changes})

    def test_a_pdf_that_cannot_be_made_is_not_written(
        self, campus: Campus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        factories.ratified(campus, 2, 2)
        monkeypatch.setattr(drawing, "MOST_ROWS", 0)
        asked = {"program": campus.program.code, "by": campus.director.email, "format": "pdf"}
        with pytest.raises(CommandError, match="at most 0 rows"):
            call_command("credential_report", out=tmp_path / "r.pdf", **asked)
        assert not list(tmp_path.iterdir())

    def test_files_that_are_not_there(self, campus: Campus, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="No such file"):
            call_command("verify_report", tmp_path / "a", manifest=tmp_path / "b")
        with pytest.raises(CommandError, match="is no folder"):
            call_command("verify_report", tmp_path, manifest=tmp_path, docs=tmp_path / "c")


def test_roles_that_may_not_ask(campus: Campus) -> None:
    for role in (Role.TRAINEE, Role.CERTIFIER):
        with pytest.raises(NotAllowed):
            ask_for_report(campus.program, Wish("csv"), by=factories.member(campus.program, role))
