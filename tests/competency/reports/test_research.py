"""The export for research: nobody is named, and nobody stands in a group of fewer than five."""

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest

from competency.reports import making, research
from competency.reports.naming import choice_of
from tests import factories
from tests.factories import Campus

SCHEMA = Path(research.__file__).parent / "schemas" / "research-export-1.schema.json"


def rows(report) -> list[dict[str, str]]:
    text = b"".join(making.content_of(report)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_small_groups_are_left_out_and_counted(campus: Campus) -> None:
    factories.ratified(campus, 2, 2)
    report = factories.made_report(campus, contents="research")
    assert rows(report) == []
    notes = json.loads(bytes(report.manifest))["notes"]
    assert notes == {"fewest_in_a_group": 5, "rows_left_out": 1}


def test_rows_have_pseudonyms_of_one_export_quarters_and_no_words(
    campus: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(research, "FEWEST", 1)
    decision = factories.ratified(campus, 2, 2)
    first, second = (factories.made_report(campus, contents="research") for _ in range(2))
    [one], [other] = rows(first), rows(second)
    assert one.keys() == {column.name for column in research.COLUMNS}
    assert one["pseudonym"] != other["pseudonym"]
    assert {**one, "pseudonym": ""} == {**other, "pseudonym": ""}
    assert one["quarter"][4:6] == "-Q"
    told = " ".join(one.values())
    for kept_back in (
        decision.enrolment.trainee.name,
        decision.enrolment.trainee_number,
        campus.cohort.name,
        campus.certifier.name,
        decision.dossier_hash,
        str(decision.settled_at.date()),
    ):
        assert kept_back not in told
    assert making.table_of(first, choice_of(first)).names == list(one)


def test_as_json_it_follows_a_schema_of_its_own(
    campus: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(research, "FEWEST", 1)
    factories.ratified(campus)
    report = factories.made_report(campus, "json", contents="research")
    told = json.loads(b"".join(making.content_of(report)))
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(told)
    assert len(told["rows"]) == 1
    names = [column.name for column in research.COLUMNS]
    assert schema["$defs"]["row"]["required"] == [row["name"] for row in told["columns"]] == names
    assert json.loads(bytes(report.manifest))["written"]["json_schema"] == SCHEMA.name
