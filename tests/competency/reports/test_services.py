"""Credential reports at once, as CSV: from what was frozen when each decision was settled."""

import csv
import io
from typing import Any

import pytest

from competency.audit.models import AuditEvent
from competency.certificates.models import Certificate
from competency.foundation.errors import DomainError, NotAllowed
from competency.programs.roles import Role
from competency.reports import services
from competency.reports.columns import COLUMNS
from tests import factories
from tests.factories import Campus


def read(campus: Campus) -> list[dict[str, str]]:
    stream = io.BytesIO()
    count = services.write_csv(campus.program, stream, by=campus.director)
    text = stream.getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert count == len(rows)
    assert text.count("\r\n") == text.count("\n") == count + 1
    return rows


def test_every_ratified_decision_is_a_row_in_order_and_proposals_are_none(campus: Campus) -> None:
    factories.proposed(campus)
    certified = factories.issued(campus)
    not_yet = factories.ratified(campus, 2, 2)
    assert [row["dossier_sha256"] for row in read(campus)] == [
        certified.decision.dossier_hash,
        not_yet.dossier_hash,
    ]


def test_a_row_says_who_ratified_and_what_the_register_says(campus: Campus) -> None:
    certified = factories.issued(campus)
    [row] = read(campus)
    assert tuple(row) == COLUMNS
    assert row["trainee_name"] == row["certificate_name"] == certified.holder.name
    assert row["ratified_by"] == campus.certifier.name
    assert (row["outcome"], row["pilot"]) == ("competent", "yes" if certified.pilot else "no")
    assert row["certificate_number"] == certified.number
    assert (row["certificate_status"], row["decision_status"]) == ("issued", "in force")
    assert row["credential_sha256"] == certified.credentials.get().document_hash
    assert row["issued_at"] < row["valid_until"]
    assert row["verification_url"].endswith(f"/v/{certified.code}")


def test_a_row_tells_what_was_asked_judged_and_weighed(campus: Campus) -> None:
    decision = factories.ratified(campus, {"C1": 1, "C3": 3}, {"C1": 1, "C3": 3})
    dossier = decision.dossier
    [row] = read(campus)
    assert row["vignettes"] == "V1/1 (key 1)"
    assert row["levels"] == "; ".join(
        f"{one['code']} {one['level']} ± {one['standard_error']}" for one in dossier["competencies"]
    )
    assert row["reasons"] == "; ".join(dossier["proposal"]["reasons"])
    assert row["harm_flags"] == "; ".join(
        f"{flag['ground']}: {flag['state']}" for flag in dossier["harm_flags"]
    )
    assert (row["reviewers"], row["independent_reviews"]) == ("2", "yes")
    assert (row["reviews_per_vignette"], row["agreement_exact"]) == ("2", "1.0000")
    assert (row["cut"], row["cut_method"]) == ("2.8", "Set for tests.")
    assert row["cut_set_on"] == campus.standard.published_at.date().isoformat()
    assert (row["accommodation_applied"], row["earlier_attempts"]) == ("no", "none")
    assert row["started_at"] < row["handed_in_at"] < row["ratified_at"]
    assert (row["hours_practicum"], row["hours_profile"]) == ("Practicum 0", "none chosen")
    assert row["limits"] == dossier["limits"]
    assert row["use_of_automation"] == dossier["automation"]


def test_without_a_certificate_its_columns_are_empty(campus: Campus) -> None:
    factories.ratified(campus, 2, 2)
    [row] = read(campus)
    register = ("certificate_number", "certificate_status", "issued_at", "valid_until")
    assert {row[column] for column in (*register, "verification_url")} == {""}
    assert not Certificate.objects.exists()


def test_a_certificate_that_was_not_issued_yet_has_no_dates(campus: Campus) -> None:
    factories.awarded(campus)
    [row] = read(campus)
    assert (row["certificate_status"], row["issued_at"], row["valid_until"]) == ("awarded", "", "")


def test_a_formative_decision_was_ratified_by_nobody(db: None) -> None:
    campus = factories.campus(standard={"formative": True})
    factories.proposed(campus)
    [row] = read(campus)
    assert (row["ratified_by"], row["certificate_number"]) == ("", "")
    assert row["ratified_at"]


def test_an_appeal_is_told(campus: Campus) -> None:
    factories.appealed(campus)
    assert [row["appeal"] for row in read(campus)] == ["lodged"]


def test_only_those_who_may_export_do_and_the_trail_says_that_they_did(campus: Campus) -> None:
    for role in (Role.TRAINEE, Role.SUPERVISOR, Role.AUTHOR):
        with pytest.raises(NotAllowed):
            services.credential_report_csv(
                campus.program, by=factories.member(campus.program, role)
            )
    assert not AuditEvent.objects.filter(action="report.exported").exists()
    read(campus)
    event = AuditEvent.objects.get(action="report.exported")
    assert (event.actor_id, event.program_id) == (campus.director.pk, campus.program.pk)


def test_a_report_is_saved_whole(campus: Campus, tmp_path) -> None:
    factories.ratified(campus, 2, 2)
    path = tmp_path / "new" / "report.csv"
    assert services.save_csv(campus.program, path, by=campus.director) == 1
    assert path.read_text(encoding="utf-8-sig").startswith("trainee_name,")
    assert [found.name for found in path.parent.iterdir()] == ["report.csv"]


def test_a_report_that_cannot_be_written_is_refused_by_its_path(campus: Campus, tmp_path) -> None:
    path = tmp_path / "report.csv"
    path.mkdir()
    with pytest.raises(DomainError, match=r"could not be written to .*report\.csv: "):
        services.save_csv(campus.program, path, by=campus.director)
    assert [found.name for found in tmp_path.iterdir()] == ["report.csv"]


def test_it_streams_while_statements_are_noted_for_debugging(campus: Campus, settings: Any) -> None:
    factories.ratified(campus)
    settings.DEBUG = True
    assert len(read(campus)) == 1
