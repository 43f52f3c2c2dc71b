"""A report in CLR 2.0: for each trainee one signed transcript with what was issued to them."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest
from django.core.management import call_command
from django.utils import timezone
from referencing import Registry, Resource

from competency.certificates import services as certificates
from competency.certificates.models import Certificate
from competency.certificates.published import check
from competency.certificates.signing import subject_of
from competency.credentials import pinned
from competency.foundation.errors import InvalidInput
from competency.reports import making, transcripts
from competency.reports.models import Report
from competency.reports.services import Wish, ask_for_report
from tests import factories
from tests.factories import Campus

SCHEMA = Path(transcripts.__file__).parent / "schemas" / "clr-transcript-1.schema.json"


def opened(content: bytes) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Transcripts by trainee, and the index."""
    package = zipfile.ZipFile(io.BytesIO(content))
    assert package.testzip() is None
    *files, index = package.namelist()
    text = package.read(index).decode("utf-8-sig")
    found = {transcripts.trainee_of(file): json.loads(package.read(file)) for file in files}
    return found, list(csv.DictReader(io.StringIO(text, newline="")))


def made(campus: Campus, **wish: Any) -> tuple[dict[str, Any], list[dict[str, str]]]:
    return opened(content(factories.made_report(campus, "clr", **wish)))


def content(report: Report) -> bytes:
    assert report.problem == ""
    return b"".join(making.content_of(report))


def document(certificate: Certificate) -> Any:
    return json.loads(bytes(certificate.credentials.latest("number").document))


def follows_the_schema(transcript: Any) -> None:
    schema = json.loads(SCHEMA.read_text())
    official = Resource.from_contents(pinned.documents()[pinned.SCHEMA])
    registry: Any = Registry().with_resource(pinned.SCHEMA, official)
    jsonschema.Draft201909Validator(schema, registry=registry).validate(transcript)


def test_each_trainee_has_a_transcript_of_what_was_issued_word_for_word(campus: Campus) -> None:
    first = factories.issued(campus)
    enrolment = first.decision.enrolment
    other = factories.issued(factories.other_assessment(campus), trainee=enrolment)
    alone = factories.issued(campus)
    factories.ratified(campus, 2, 2)
    report = factories.made_report(campus, "clr")
    found, index = opened(content(report))
    assert set(found) == {str(first.holder_id), str(alone.holder_id)}
    inside = found[str(first.holder_id)]["credentialSubject"]["verifiableCredential"]
    assert inside == [document(first), document(other)]
    for trainee, transcript in found.items():
        follows_the_schema(transcript)
        assert check(json.dumps(transcript).encode()).valid
        assert transcript["credentialSubject"]["id"] == subject_of(UUID(trainee))
    [row] = [row for row in index if row["file"] == f"transcripts/{first.holder_id}.json"]
    assert row["trainee_name"] == first.holder.name
    assert row["trainee_numbers"] == enrolment.trainee_number
    assert row["certificates"] == f"{first.number}; {other.number}"
    assert (report.rows, len(index)) == (2, 2)
    manifest = json.loads(bytes(report.manifest or b""))
    assert manifest["file"]["name"].endswith(".clr.zip")
    assert [column["name"] for column in manifest["columns"]] == list(row)
    chosen, _ = made(campus, enrolment=alone.decision.enrolment)
    assert set(chosen) == {str(alone.holder_id)}
    assert made(campus, cohort=factories.cohort(campus.program)) == ({}, [])


def test_a_changed_transcript_is_found_out(campus: Campus) -> None:
    certificate = factories.issued(campus)
    transcript = made(campus)[0][str(certificate.holder_id)]
    [inside] = transcript["credentialSubject"]["verifiableCredential"]
    inside["credentialSubject"]["result"][0]["value"] = "3.9999"
    follows_the_schema(transcript)
    assert not check(json.dumps(transcript).encode()).valid
    del inside["issuer"]
    with pytest.raises(jsonschema.ValidationError):
        follows_the_schema(transcript)


def test_it_holds_what_was_in_force_at_its_moment(campus: Campus) -> None:
    revoked, suspended = factories.issued(campus), factories.issued(campus)
    before = timezone.now()
    certificates.revoke(revoked, by=campus.certifier, reason="A complaint.")
    certificates.suspend(suspended, by=campus.certifier, reason="A complaint.")
    assert made(campus) == ({}, [])
    found, index = made(campus, as_of=before)
    assert set(found) == {str(revoked.holder_id), str(suspended.holder_id)}
    again, same = made(campus, as_of=before)
    assert same == index
    for trainee, transcript in found.items():
        assert again[trainee]["credentialSubject"] == transcript["credentialSubject"]


def test_nothing_is_told_of_somebody_who_was_erased(campus: Campus) -> None:
    certificate = factories.issued(campus)
    before = timezone.now()
    factories.erased(certificate.holder)
    for as_of in (None, before):
        report = factories.made_report(campus, "clr", as_of=as_of)
        assert opened(content(report)) == ({}, [])
        manifest = json.loads(bytes(report.manifest or b""))
        assert manifest["notes"] == {"left_out_after_erasure": 1}


def test_more_than_can_be_signed_at_once_are_refused_before_any_is(
    campus: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.issued(campus)
    monkeypatch.setattr(transcripts, "MOST", 0)
    assert "At most 0 transcripts" in factories.made_report(campus, "clr").problem


def test_an_export_for_research_has_no_transcripts(campus: Campus) -> None:
    with pytest.raises(InvalidInput) as refused:
        ask_for_report(campus.program, Wish("clr", contents="research"), by=campus.director)
    assert set(refused.value.problems) == {"format"}


def test_the_command_writes_it_and_its_manifest_holds(
    campus: Campus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    factories.issued(campus)
    out = tmp_path / "report.clr.zip"
    told = {"program": campus.program.code, "by": campus.director.email, "out": out}
    call_command("credential_report", **told, format="clr")
    call_command("verify_report", out, manifest=out.with_name(f"{out.name}.manifest.json"))
    assert capsys.readouterr().out.endswith("valid\n")
    assert len(opened(out.read_bytes())[0]) == 1
