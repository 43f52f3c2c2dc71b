"""One PDF per credential and paper: sealed, frozen, drawn from what was issued."""

import io
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from django.db import IntegrityError, transaction
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from competency.audit.models import AuditEvent
from competency.certificates import services as register
from competency.certificates.models import Certificate, Credential
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.renderings import making, tasks
from competency.renderings.models import IssuerSeal, Paper, Rendering
from competency.renderings.sealing import self_signed
from competency.renderings.services import ask_for, import_seal, replace_seal, try_again
from tests import factories

PDFSIG = shutil.which("pdfsig") or ""
with_pdfsig = pytest.mark.skipif(not PDFSIG, reason="poppler-utils is not installed here")


def made(asked: Rendering) -> Rendering:
    assert making.make(asked.pk)
    asked.refresh_from_db()
    return asked


def seal_holds(pdf: bytes) -> bool:
    """Whether the seal covers the whole file and fits; whom to trust is the reader's business."""
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    trusted = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    found = validate_pdf_signature(signature, trusted)
    return bool(found.intact and found.valid and found.coverage.name == "ENTIRE_FILE")


def test_a_pdf_is_made_once_and_sealed(asked: Rendering) -> None:
    row = made(asked)
    assert row.document is not None
    assert seal_holds(bytes(row.document))
    assert not making.make(row.pk)
    assert AuditEvent.objects.filter(action="rendering.made", subject_id=row.pk).count() == 1


def test_the_attachment_is_the_served_credential(asked: Rendering) -> None:
    row = made(asked)
    tree = PdfFileReader(io.BytesIO(bytes(row.document or b""))).root["/Names"]["/EmbeddedFiles"]
    file = tree["/Names"][1]["/EF"]["/F"].get_object()
    assert file.data == bytes(row.credential.document)


def test_it_is_drawn_from_what_was_issued(asked: Rendering) -> None:
    before = making.drawn_for(asked)
    holder = asked.credential.certificate.holder
    holder.name = "Somebody Renamed"
    holder.save()
    asked = Rendering.objects.get(pk=asked.pk)
    assert making.drawn_for(asked) == before


def test_a_changed_byte_breaks_the_seal(asked: Rendering) -> None:
    pdf = bytearray(made(asked).document or b"")
    pdf[5_000] ^= 1
    assert not seal_holds(bytes(pdf))


@with_pdfsig
def test_software_of_others_finds_the_seal_valid_until_a_byte_changes(
    asked: Rendering, tmp_path: Path
) -> None:
    pdf = bytearray(made(asked).document or b"")
    assert "Signature is Valid." in pdfsig(bytes(pdf), tmp_path)
    assert "Total document signed" in pdfsig(bytes(pdf), tmp_path)
    pdf[5_000] ^= 1
    assert "Digest Mismatch." in pdfsig(bytes(pdf), tmp_path)


def pdfsig(pdf: bytes, folder: Path) -> str:
    path = folder / "certificate.pdf"
    path.write_bytes(pdf)
    return subprocess.run([PDFSIG, path], capture_output=True, check=False, text=True).stdout


def test_a_script_without_a_font_holds_back_the_pdf_and_never_the_credential(
    asked: Rendering,
) -> None:
    certificate = asked.credential.certificate
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "words_of", with_name("สมชาย"))
        assert not making.make(asked.pk)
    asked.refresh_from_db()
    assert (asked.held_for, asked.made_at) == ("Thai", None)
    assert Credential.objects.current().filter(certificate=certificate).exists()
    assert not making.make(asked.pk)  # it waits for staff, not for the next sweep

    director = factories.member(certificate.program, "director")
    with pytest.raises(NotAllowed):
        try_again(asked, by=certificate.holder)
    try_again(asked, by=director)
    assert made(asked).held_for == ""
    with pytest.raises(DomainError):
        try_again(asked, by=director)


def with_name(name: str) -> Any:
    original = making.words_of
    return lambda particulars, *rest: original(particulars | {"holder": name}, *rest)


def test_the_sweep_makes_one_for_each_new_credential(certificate: Certificate) -> None:
    tasks.sweep()
    row = Rendering.objects.get(credential__certificate=certificate)
    assert row.made_at is not None
    assert row.paper == Paper.A4
    tasks.sweep()
    assert Rendering.objects.count() == 1


def test_a_withdrawn_credential_gets_none(asked: Rendering) -> None:
    certificate = asked.credential.certificate
    certifier = factories.member(certificate.program, "certifier")
    register.suspend(certificate, by=certifier, reason="Under investigation.")
    assert not making.make(asked.pk)


@pytest.mark.django_db
def test_an_unknown_paper_is_refused(certificate: Certificate) -> None:
    with pytest.raises(InvalidInput):
        ask_for(certificate.credentials.get(), "a7")


def test_what_is_made_stays_as_it_is(asked: Rendering) -> None:
    row = made(asked)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rendering.objects.filter(pk=row.pk).update(document=b"forged")


def test_an_issuer_has_one_seal_and_the_old_key_is_gone(asked: Rendering) -> None:
    first = made(asked).seal
    assert first is not None
    issuer = first.issuer
    with pytest.raises(NotAllowed):
        replace_seal(issuer, by=factories.person())
    second = replace_seal(issuer, by=factories.superuser())
    first.refresh_from_db()
    assert first.sealed is None
    assert IssuerSeal.objects.get(issuer=issuer, retired_at=None) == second
    letter = made(ask_for(asked.credential, Paper.US_LETTER))
    assert letter.seal == second
    assert seal_holds(bytes(letter.document or b""))


def test_a_seal_of_an_authority_is_taken_in_with_its_own_key_only(asked: Rendering) -> None:
    issuer = asked.credential.achievement.identity.issuer
    staff = factories.superuser()
    key, chain = pem("A board")
    other, _ = pem("Another")
    for wrong in ({"key": other, "chain": chain}, {"key": b"x", "chain": chain}):
        with pytest.raises(InvalidInput):
            import_seal(issuer, by=staff, **wrong)
    row = import_seal(issuer, key=key, chain=chain, by=staff)
    assert made(asked).seal == row


def test_a_seal_that_nobody_could_check_is_not_taken_in(asked: Rendering) -> None:
    issuer, staff = asked.credential.achievement.identity.issuer, factories.superuser()
    key, chain = pem("A board", timezone.now() - timedelta(days=20_000))
    with pytest.raises(InvalidInput, match="has expired") as refused:
        import_seal(issuer, key=key, chain=chain, by=staff)
    assert refused.value.field == "chain"
    _, chain = pem("A board")
    other = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    with pytest.raises(InvalidInput, match="EC or RSA") as refused:
        import_seal(issuer, key=other, chain=chain, by=staff)
    assert refused.value.field == "key"
    assert not IssuerSeal.objects.exists()


def pem(name: str, at: datetime | None = None) -> tuple[bytes, bytes]:
    key, certificate = self_signed(name, at or timezone.now())
    secret = load_der_private_key(key, None)
    return (
        secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        certificate,
    )
