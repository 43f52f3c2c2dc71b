"""A manifest holds only as it was signed, by an issuer whose register this is."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from competency.credentials.services import create_key, mark_compromised, rotate_key
from competency.foundation.hashing import canonical_json
from competency.programs.models import Issuer
from competency.reports import making, manifests
from competency.reports.models import Report
from tests import factories
from tests.factories import Campus
from tests.web.conftest import said


@pytest.fixture
def report(campus: Campus) -> Report:
    return factories.made_report(campus)


def manifest_of(report: Report) -> bytes:
    return bytes(report.manifest or b"")


def test_a_manifest_says_what_the_report_is(report: Report, campus: Campus) -> None:
    manifest = json.loads(manifest_of(report))
    assert manifest["file"]["sha256"] == report.sha256
    assert (manifest["rows"], manifest["asked_by"]["name"]) == (0, campus.director.name)
    assert {"encoding", "line_ends", "times", "decimals", "formulas"} <= manifest["written"].keys()
    assert manifest["columns"][0]["name"] == "trainee_name"
    assert manifests.check(manifest_of(report)).holds


def test_after_a_rotation_it_holds_and_after_a_loss_of_the_key_it_does_not(
    report: Report, campus: Campus
) -> None:
    staff, issuer = factories.superuser(), campus.program.issuer
    old = issuer.identity.keys.active().get()
    rotate_key(issuer, by=staff)
    assert manifests.check(manifest_of(report)).holds
    old.refresh_from_db()
    mark_compromised(old, by=staff, reason="Lost.")
    [(holds, words)] = manifests.check(manifest_of(report)).lines
    assert (holds, "does not list" in words) == (False, True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rows": 7}, "something was changed"),
        ({"signature": "x"}, "cannot be read"),
        ({"signature": 1}, "cannot be read"),
        ({"signature": "e30..AA"}, "cannot be read"),
        ({"signature": "eyJhbGciOiJub25lIiwia2lkIjoiYSJ9..AA"}, "cannot be read"),
        ({"signature": "eyJhbGciOiJFZERTQSIsImtpZCI6ImEifQ..AA"}, "whose register"),
        ({"signature": "eyJhbGciOiJFZERTQSIsImtpZCI6ImEifQ==..AA"}, "cannot be read"),
        ({"schema": "else"}, "something else"),
        ({"file": {}}, "does not name"),
        ({"issuer": {"name": "A", "did": "did:web:b"}}, "something was changed"),
    ],
)
def test_what_was_changed_does_not_hold(report: Report, changes, words: str) -> None:
    changed = canonical_json({**json.loads(manifest_of(report)), **changes})
    [(holds, said_of_it)] = manifests.check(changed).lines
    assert not holds
    assert words in said_of_it


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"[" * 9_000, b" " * 300_000])
def test_what_is_no_manifest_is_refused(db: None, content: bytes) -> None:
    assert not manifests.check(content).holds


def test_the_manifest_of_one_issuer_cannot_name_another(report: Report) -> None:
    issuer = Issuer.objects.create(name="Another", url="https://a.example", email="a@a.example")
    create_key(issuer, by=factories.superuser())
    manifest = json.loads(manifest_of(report))
    manifest["issuer"]["did"] = issuer.identity.did
    unsigned = {name: value for name, value in manifest.items() if name != "signature"}
    key = report.program.issuer.identity.keys.active().get()
    manifest["signature"] = manifests.sign_detached(key, canonical_json(unsigned))
    [(holds, words)] = manifests.check(canonical_json(manifest)).lines
    assert (holds, "another issuer" in words) == (False, True)


def test_the_public_page_checks_a_report_with_its_manifest(report: Report) -> None:
    content = b"".join(making.content_of(report))

    def hand_in(**files: bytes) -> str:
        given = {name: SimpleUploadedFile(name, data) for name, data in files.items()}
        return said(Client().post("/verify", given))

    page = hand_in(file=manifest_of(report), report=content)
    assert "This report is genuine." in page
    assert "byte for byte the one that the manifest speaks of" in page
    assert report.sha256 in hand_in(file=manifest_of(report))
    page = hand_in(file=manifest_of(report), report=content + b"x")
    assert "This file does not hold." in page
    assert manifests.check(manifest_of(report), io.BytesIO(content)).holds
