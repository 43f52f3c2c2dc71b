"""The credential report is downloaded by those who may export it."""

import csv
import io
from typing import Any

from competency.audit.models import AuditEvent
from competency.certificates.models import Certificate
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, problem


def rows(response: Any) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_report_is_streamed_as_csv(api: SignIn, campus: Campus, certificate: Certificate) -> None:
    url = f"/api/v1/programs/{campus.program.pk}/credential-report/"
    for person in (campus.director, factories.member(campus.program, Role.AUDITOR)):
        response = api(person).get(url)
        assert response.status_code == 200
        assert response.streaming
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        name = f"credential-report-{campus.program.code}.csv"
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert [row["certificate_number"] for row in rows(response)] == [certificate.number]
    assert AuditEvent.objects.filter(action="report.exported").count() == 2


def test_csv_may_be_asked_for_by_name(api: SignIn, campus: Campus, elsewhere: Campus) -> None:
    client, accept = api(campus.director), {"Accept": "text/csv"}
    url = "/api/v1/programs/{}/credential-report/"
    there = api(elsewhere.director).get(url.format(elsewhere.program.pk), headers=accept)
    assert rows(there) == []
    problem(client.get(url.format(elsewhere.program.pk), headers=accept), 404)
    problem(api(None).get(url.format(campus.program.pk), headers=accept), 401)


def test_nobody_else_exports(api: SignIn, campus: Campus, elsewhere: Campus) -> None:
    url = f"/api/v1/programs/{campus.program.pk}/credential-report/"
    problem(api(campus.certifier).get(url), 403)
    problem(api(elsewhere.director).get(url), 404)
    assert not AuditEvent.objects.filter(action="report.exported").exists()
