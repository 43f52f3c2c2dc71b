"""The credential report, streamed to those who may export it."""

import csv
import io

from competency.audit.models import AuditEvent
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said


def test_a_program_is_offered_to_those_who_may_export(
    campus: Campus, elsewhere: Campus, browser: Browser
) -> None:
    for role in (Role.DIRECTOR, Role.AUDITOR):
        page = said(browser(factories.member(campus.program, role)).get("/reports"))
        assert campus.program.name in page
        assert elsewhere.program.name not in page


def test_the_report_is_csv_with_a_line_for_each_ratified_decision(
    campus: Campus, browser: Browser
) -> None:
    factories.proposed(campus)
    ratified = factories.ratified(campus)
    response = browser(campus.director).get(f"/reports/{campus.program.pk}/credentials.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="{campus.program.code}-credentials-' in response["Content-Disposition"]
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["trainee_name"] for row in rows] == [ratified.enrolment.trainee.name]
    assert rows[0]["dossier_sha256"] == ratified.dossier_hash
    exported = AuditEvent.objects.get(action="report.exported")
    assert exported.actor_id == campus.director.pk


def test_the_page_of_an_export_for_research_says_what_was_left_out(
    campus: Campus, browser: Browser
) -> None:
    factories.ratified(campus)
    made = factories.made_report(campus, contents="research")
    page = said(browser(campus.director).get(f"/reports/{made.pk}"))
    assert "Rows 0 (1 left out, in groups of fewer than 5 people)" in page
