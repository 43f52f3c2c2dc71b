"""The public page: does it hold, who, what, until when; and nothing else without consent."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from competency.certificates import services as register
from competency.certificates.models import Certificate
from competency.certificates.seal import seal_svg
from tests import factories
from tests.factories import Campus
from tests.web.conftest import said, words


@pytest.fixture
def real(db: None) -> Certificate:
    """Issued under a Standard that is no pilot."""
    return factories.issued(factories.campus(standard={"pilot": False}))


def look(code: str) -> Any:
    return Client().get(f"/v/{code}")


def test_a_valid_certificate_says_so_first_then_who_what_and_until_when(
    real: Certificate,
) -> None:
    response = look(real.code)
    page = said(response)
    assert page.index("This certificate is valid.") < page.index(real.holder.name)
    particulars = real.particulars or {}
    for shown in (
        particulars["issuer"]["name"],
        particulars["assessment"]["title"],
        real.number,
        real.code,
        "Valid until",
        "What it does not say",
        particulars["says_not"],
    ):
        assert shown in page
    assert "pilot" not in page.lower()
    assert "Seal drawn from the certificate code" in response.content.decode()


def test_it_is_drawn_from_what_was_frozen(real: Certificate) -> None:
    name = real.holder.name
    real.holder.name = "Somebody Renamed"
    real.holder.save()
    assert name in said(look(real.code))
    assert "Somebody Renamed" not in said(look(real.code))


def test_levels_and_results_are_not_there(real: Certificate) -> None:
    page = look(real.code).content.decode()
    for row in (real.particulars or {})["competencies"]:
        assert row["title"] not in page
        assert row["level"] not in page
    credential = real.credentials.get()
    for hidden in (credential.pk, credential.status_index, real.holder_id):
        assert str(hidden) not in page
    assert real.holder.email not in page


def test_a_pilot_says_that_it_is_no_real_certificate(certificate: Certificate) -> None:
    page = said(look(certificate.code))
    assert "This is a pilot, not a real certificate." in page
    assert "is valid" not in page


def test_a_pilot_stays_one_when_it_is_revoked(campus: Campus, certificate: Certificate) -> None:
    register.revoke(certificate, by=campus.certifier, reason="Issued in error.")
    page = said(look(certificate.code))
    assert "This certificate was revoked." in page
    assert "met the pilot standard in" in page
    assert "has met the standard" not in page


@pytest.mark.parametrize(
    ("act", "words_shown"),
    [
        (register.suspend, "This certificate is suspended."),
        (register.revoke, "This certificate was revoked."),
    ],
)
def test_what_the_register_withdrew_is_shown_with_the_day_and_without_a_seal(
    real: Certificate, act: Any, words_shown: str
) -> None:
    certifier = factories.member(real.program, "certifier")
    with time_machine.travel(timezone.now() + timedelta(days=40), tick=False):
        act(real, by=certifier, reason="A secret reason.")
        since = timezone.now()
        response = look(real.code)
    page = said(response)
    assert words_shown in page
    assert f"Since {since.day} {since:%B %Y}" in page
    assert "secret reason" not in page
    assert "Seal drawn" not in response.content.decode()
    assert (real.program.issuer.email) in page


def test_after_its_date_it_has_expired_even_before_the_register_says_so(
    real: Certificate,
) -> None:
    assert real.valid_until is not None
    with time_machine.travel(real.valid_until + timedelta(seconds=1), tick=False):
        page = said(look(real.code))
    assert "This certificate has expired." in page
    assert "Expired" in page


def test_what_cannot_be_checked_is_not_called_valid(real: Certificate) -> None:
    """Nobody signed the status list for more than a week."""
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        response = look(real.code)
        page = said(response)
        assert "This could not be checked." in page
        assert "is valid" not in page
        assert "Seal drawn" not in response.content.decode()
        given = BytesIO(bytes(real.credentials.get().document))
        checked = said(Client().post("/verify", {"file": given}))
        assert "This could not be checked." in checked
        assert "it has lapsed" in checked


def test_a_code_that_was_never_issued_gives_no_document(campus: Campus) -> None:
    awarded = factories.awarded(campus)
    for code in ("2222-2222-2222", awarded.code):
        response = look(code)
        page = said(response, 404)
        assert "We have never issued this code" in page
        assert awarded.holder.name not in page


@pytest.mark.parametrize("typed", ["{code}", " {code} ", "{lower}", "{bare}", "{bare} "])
def test_a_code_is_found_however_it_is_typed(certificate: Certificate, typed: str) -> None:
    code = typed.format(
        code=certificate.code,
        lower=certificate.code.lower(),
        bare=certificate.code.replace("-", ""),
    )
    response = Client().get("/v", {"code": code}, follow=True)
    assert certificate.number in words(response)
    assert certificate.number in words(Client().get(f"/v/{code}", follow=True))


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "💚"])
def test_nothing_typed_asks_again(db: None, typed: str) -> None:
    assert "Type the code printed on it." in said(Client().get("/v", {"code": typed}))


@pytest.mark.parametrize("typed", ["A" * 500, "ß" * 40, "'; DROP TABLE", "٣٤٥"])
def test_odd_codes_are_unknown_codes(db: None, typed: str) -> None:
    response = Client().get("/v", {"code": typed}, follow=True)
    assert response.status_code in (200, 404)


def test_search_engines_and_caches_keep_nothing(certificate: Certificate) -> None:
    for response in (look(certificate.code), look("2222-2222-2222"), Client().get("/v")):
        assert "noindex" in response["X-Robots-Tag"]
        assert "no-store" in response["Cache-Control"]
        assert "csrftoken" not in response.cookies


def test_the_seal_belongs_to_the_code() -> None:
    assert seal_svg("2222-2222-2222") == seal_svg("2222-2222-2222")
    assert seal_svg("2222-2222-2222") != seal_svg("2222-2222-2223")
    assert "style" not in seal_svg("2222-2222-2222")
