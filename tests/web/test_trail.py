"""The trail is searched by person, row, act and time, read to its end, and taken away."""

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competency.audit.models import AuditEvent
from competency.audit.sealing import seal_events
from competency.audit.services import record
from competency.integrity.trail import PAGE, Place, Search, found, page_before
from competency.programs.auditing import READ
from competency.programs.roles import Area, Role
from competency.web.acts import WORDS, act_words, told_plainly
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said

START = datetime(2020, 1, 1, tzinfo=UTC)


def written(program: Any, number: int, **given: Any) -> None:
    """Events of long ago, a minute apart."""
    AuditEvent.objects.bulk_create(
        AuditEvent(
            at=START + timedelta(minutes=place),
            action="review.completed",
            subject_type="review",
            subject_id=program.pk,
            program_id=program.pk,
            **given,
        )
        for place in range(number)
    )


def test_acts_are_told_in_words_and_found_by_what_is_known_of_them(
    browser: Browser, campus: Campus
) -> None:
    decision = factories.ratified(campus)
    client = browser(campus.director)
    assert f"{campus.certifier.name} ratified a decision" in said(client.get("/audit/events"))
    for query, there in (
        ({"person": campus.certifier.name, "row": decision.pk}, True),
        ({"action": "decision.ratified"}, True),
        ({"action": "decision.returned"}, False),
        ({"row": campus.program.pk, "action": "decision.ratified"}, False),
        ({"person": "Nobody at all"}, False),
        ({"until": "2001-01-01"}, False),
        ({"since": "2001-01-01", "until": "2999-01-01", "action": "decision.ratified"}, True),
    ):
        page = client.get("/audit/events", query)
        assert ("ratified a decision</a>" in page.content.decode()) is there, query
    assert "A key looks like" in said(client.get("/audit/events", {"row": "x"}), 422)
    written_down = AuditEvent.objects.get(action="decision.ratified", subject_id=decision.pk)
    assert "Not sealed yet" in said(client.get(f"/audit/events/{written_down.pk}"))
    seal_events()
    assert "at position" in said(client.get(f"/audit/events/{written_down.pk}"))


def test_each_page_follows_the_one_before_without_a_gap_or_a_repeat(campus: Campus) -> None:
    written(campus.program, 2 * PAGE + 7)
    rows = found(Search(campus.program.pk, until=START + timedelta(days=9)))
    seen, place, more = [], None, True
    while more:
        page, more = page_before(rows, place)
        seen += [row.pk for row in page]
        place = Place.read(str(Place(page[-1].at, page[-1].pk)))
        assert place is not None
    assert seen == [row.pk for row in rows]
    assert Place.read("yesterday_1") is Place.read("2020-01-01T00:00:00_1") is None


@pytest.mark.parametrize("by", [{}, {"actors": True}, {"action": "review.completed"}])
def test_a_page_is_read_from_an_index_in_order(campus: Campus, by: dict[str, Any]) -> None:
    given = by | ({"actors": [campus.director.pk]} if "actors" in by else {})
    rows = found(Search(campus.program.pk, until=START + timedelta(days=9), **given))[:PAGE]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        for way in ("sort", "incremental_sort"):  # few rows are cheap to sort
            cursor.execute(f"SET LOCAL enable_{way} = off")
        sql, params = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan Backward" in plan, plan
    assert "Sort" not in plan, plan


def test_a_page_takes_as_many_queries_with_many_acts_as_with_few(
    browser: Browser, campus: Campus
) -> None:
    client = browser(campus.director)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            said(client.get("/audit/events", {"until": "2021-01-01"}))
        counts.append(len(captured))
        written(campus.program, 40, actor_id=campus.director.pk)
    assert counts[1] <= counts[0] + 1  # the names, once there are any


def test_the_trail_is_taken_away_as_it_is_searched(browser: Browser, campus: Campus) -> None:
    factories.ratified(campus)
    client = browser(campus.director)
    query = {"action": "decision.ratified"}
    table = b"".join(client.get("/audit/events.csv", query).streaming_content)  # type: ignore[attr-defined]
    (row,) = csv.DictReader(table.decode().splitlines())
    lines = b"".join(client.get("/audit/events.jsonl", query).streaming_content)  # type: ignore[attr-defined]
    (event,) = [json.loads(line) for line in lines.splitlines()]
    assert (row["action"], row["id"]) == (event["action"], str(event["id"]))
    taken = AuditEvent.objects.filter(action="trail.exported", actor_id=campus.director.pk)
    assert [each.detail["search"]["action"] for each in taken] == ["decision.ratified"] * 2


def test_each_reads_exactly_their_part(browser: Browser, campus: Campus, elsewhere: Campus) -> None:
    own = AuditEvent.objects.filter(program_id=campus.program.pk).latest("pk")
    scoped = factories.member(campus.program, Role.AUDITOR, areas=[Area.TRAIL])
    blind = factories.member(campus.program, Role.AUDITOR, areas=[Area.REPORTS])
    assert browser(scoped).get(f"/audit/events/{own.pk}").status_code == 200
    assert browser(factories.superuser()).get(f"/audit/events/{own.pk}").status_code == 200
    for person, status in (
        (elsewhere.director, 404),
        (blind, 403),
        (campus.supervisors[0], 403),
        (factories.trainee_of(factories.assigned(campus)), 403),
    ):
        assert browser(person).get(f"/audit/events/{own.pk}").status_code == status
    foreign = {"program": campus.program.pk}
    assert browser(elsewhere.director).get("/audit/events", foreign).status_code == 422
    assert browser(elsewhere.director).get("/audit/events.csv", foreign).status_code == 404
    assert browser(scoped).get("/audit/events", {"program": "site"}).status_code == 422


def test_every_act_that_the_code_writes_down_has_words() -> None:
    root = Path(settings.BASE_DIR)
    sources = (path for app in ("competency", "assessments") for path in (root / app).rglob("*.py"))
    written = {
        action for path in sources
        for action in re.findall(r"""record\(\s*"([a-z_.]+)",""", path.read_text())
    }  # fmt: skip
    assert len(written) > 100
    assert written <= set(WORDS)


def test_what_auditors_read_is_told_by_its_page(campus: Campus) -> None:
    auditor = factories.member(campus.program, Role.AUDITOR)
    grant = auditor.memberships.get()
    event = record(READ, grant, by=auditor, page="cohort-report", row=str(campus.cohort.pk))
    assert act_words(event) == "read as an auditor: cohort report"


def test_what_has_no_words_of_its_own_is_told_by_its_names() -> None:
    assert told_plainly("sharelink.made_once", "user") == "share link: made once"
    assert "." not in "".join(str(words) for words in WORDS.values())
