"""A file handed in: a plain verdict for an honest one, a plain refusal for a hostile one."""

import io
import json
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from competency.certificates import issuing, status
from competency.certificates import services as register
from competency.certificates.models import Certificate, StatusList
from competency.renderings import making
from competency.renderings.reading import embedded
from competency.renderings.services import ask_for
from competency.web.checking import LARGEST
from tests import factories
from tests.web.conftest import said


def hand_in(content: bytes, name: str = "file.json") -> Any:
    return Client().post("/verify", {"file": SimpleUploadedFile(name, content)})


def credential_of(certificate: Certificate) -> bytes:
    return bytes(certificate.credentials.get().document)


def pdf_of(certificate: Certificate) -> bytes:
    asked = ask_for(certificate.credentials.get(), "a4")
    making.make(asked.pk)
    asked.refresh_from_db()
    return bytes(asked.document or b"")


@pytest.fixture
def real(db: None) -> Certificate:
    return factories.issued(factories.campus(standard={"pilot": False}))


def test_the_json_and_the_pdf_of_a_certificate_are_valid(real: Certificate) -> None:
    for content in (credential_of(real), pdf_of(real)):
        page = said(hand_in(content))
        assert "This certificate is valid." in page
        assert "Open the page of the certificate" in page
    assert "byte for byte the one that we sealed" in page


def test_a_pilot_is_never_called_valid(certificate: Certificate) -> None:
    page = said(hand_in(credential_of(certificate)))
    assert "This is a pilot, not a real certificate." in page
    assert "is valid." not in page


def test_a_changed_credential_does_not_hold(real: Certificate) -> None:
    document = json.loads(credential_of(real))
    document["name"] = "Another name"
    page = said(hand_in(json.dumps(document).encode()))
    assert "This file does not hold." in page
    assert "Open the page of the certificate" not in page


def test_a_status_spelled_out_in_full_does_not_hide_a_revocation(real: Certificate) -> None:
    certifier = factories.member(real.program, "certifier")
    content = credential_of(real)
    register.revoke(real, by=certifier, reason="Fraud.")
    document = json.loads(content)
    full = "https://www.w3.org/2018/credentials#credentialStatus"
    document[full] = document.pop("credentialStatus")
    assert "This file does not hold." in said(hand_in(json.dumps(document).encode()))


def test_a_pdf_that_was_changed_does_not_hold_whatever_it_carries(real: Certificate) -> None:
    page = said(hand_in(pdf_of(real) + b"\n", "file.pdf"))
    assert "This file does not hold." in page
    assert "not as we sealed it" in page


def test_the_file_with_an_earlier_name_was_replaced(real: Certificate) -> None:
    earlier = credential_of(real)
    certifier = factories.member(real.program, "certifier")
    register.correct_name(real, by=certifier, name="Ana Nueva", reason="She married.")
    issuing.issue(real.pk)
    for row in StatusList.objects.all():
        status.publish(row.pk)
    page = said(hand_in(earlier))
    assert "This certificate was replaced by a newer one." in page


def bomb(megabytes: int) -> bytes:
    squeezed = zlib.compress(b"{" + b" " * megabytes * 1_000_000, 9)
    return b"%PDF-1.7\n1 0 obj\n<</Type/EmbeddedFile/Filter/FlateDecode>>\nstream\n" + squeezed


HOSTILE = {
    "nothing of ours": b"%PDF-1.7\n%%EOF",
    "a bomb in a stream": bomb(200),
    "a stream without an end": b"%PDF-1.7 <</Type/EmbeddedFile>>stream\n{",
    "many embedded files": b"%PDF-1.7 " + b"<</Type/EmbeddedFile>>stream\nx\nendstream " * 20_000,
    "deep nesting": b'{"a":' * 100_000,
    "a deep list": b"[" * 1_000_000,
    "a long number": b'{"a":' + b"9" * 1_000_000 + b"}",
    "a long text": b'{"@context":"' + b"x" * 3_000_000 + b'"}',
    "no text": b"\xff\xfe\x00\x01" * 1000,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 1000,
    "a member twice": b'{"id":"a","id":"b"}',
    "half a pair": b'{"id":"\\ud800"}',
    "a list": b"[]",
    "null": b"null",
    "odd types": b'{"@context":{},"type":1,"credentialSubject":[],"id":["x"],"issuer":null}',
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_in_words(db: None, content: bytes) -> None:
    assert "This file does not hold." in said(hand_in(content))


def test_no_more_is_unpacked_than_a_credential_may_have() -> None:
    unpacked = embedded(bomb(50))
    assert unpacked is not None
    assert len(unpacked) < 3_000_000


def test_a_file_that_is_too_large_is_not_even_read(db: None) -> None:
    class Unread(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("it was read")

    response = Client().generic(
        "POST",
        "/verify",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(LARGEST + 1),
        **{"wsgi.input": Unread()},
    )
    assert "This file is too large" in said(response, 413)


@pytest.mark.parametrize("body", [b"", b"--x\r\nbroken", b"--x--"])
def test_a_form_without_a_file_asks_for_one(db: None, body: bytes) -> None:
    response = Client().generic(
        "POST", "/verify", body, content_type="multipart/form-data; boundary=x"
    )
    assert response.status_code in (400, 422)


def test_a_place_that_asks_too_often_is_asked_to_wait(db: None) -> None:
    statuses = [Client().post("/verify").status_code for _ in range(21)]
    assert statuses == [422] * 20 + [429]
