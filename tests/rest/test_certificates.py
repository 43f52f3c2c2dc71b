"""Certificates: a holder's own, a program's, and the public register."""

from datetime import timedelta

import pytest
import time_machine
from rest_framework.throttling import ScopedRateThrottle

from competency.certificates.models import Certificate
from competency.programs.roles import Role
from competency.rest.register import CheckCode
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem


@pytest.fixture
def url(certificate: Certificate) -> str:
    return f"/api/v1/certificates/{certificate.pk}/"


WHY = {"reason": "Under investigation."}


def test_a_holder_and_the_program_see_a_certificate(
    api: SignIn, campus: Campus, elsewhere: Campus, certificate: Certificate, url: str
) -> None:
    for person in (certificate.holder, campus.certifier, campus.director):
        shown = done(api(person).get(url))
        assert shown["number"] == certificate.number
        assert shown["particulars"] == certificate.particulars
        rows = done(api(person).get("/api/v1/certificates/", {"state": "issued"}))["results"]
        assert [row["id"] for row in rows] == [str(certificate.pk)]
    for person in (campus.supervisors[0], elsewhere.certifier, factories.person()):
        problem(api(person).get(url), 404)
        assert done(api(person).get("/api/v1/certificates/"))["results"] == []


def test_a_certifier_suspends_reinstates_and_revokes(api: SignIn, campus: Campus, url: str) -> None:
    client = api(campus.certifier)
    assert fields(problem(client.post(f"{url}suspend/", {}), 400)) == {"reason"}
    assert done(client.post(f"{url}suspend/", WHY))["state"] == "suspended"
    problem(client.post(f"{url}suspend/", WHY), 409, "transition_refused")
    assert done(client.post(f"{url}reinstate/", WHY))["state"] == "issued"
    assert done(client.post(f"{url}revoke/", WHY))["state"] == "revoked"
    problem(client.post(f"{url}reinstate/", WHY), 409, "transition_refused")


@pytest.mark.parametrize("act", ["suspend", "reinstate", "revoke"])
def test_nobody_else_changes_a_status(
    api: SignIn, campus: Campus, elsewhere: Campus, certificate: Certificate, url: str, act: str
) -> None:
    problem(api(certificate.holder).post(f"{url}{act}/", WHY), 403)
    problem(api(campus.director).post(f"{url}{act}/", WHY), 403)
    problem(api(elsewhere.certifier).post(f"{url}{act}/", WHY), 404)
    factories.member(elsewhere.program, Role.CERTIFIER, certificate.holder)
    problem(api(certificate.holder).post(f"{url}{act}/", WHY), 403, "not_allowed")
    factories.member(campus.program, Role.CERTIFIER, certificate.holder)
    problem(api(certificate.holder).post(f"{url}{act}/", WHY), 409)


def test_anybody_checks_a_code_however_it_was_typed(api: SignIn, certificate: Certificate) -> None:
    typed = certificate.code.lower().replace("-", " ")
    for code in (certificate.code, typed):
        shown = done(api(None).get(f"/api/v1/register/{code}/"))
        assert shown["holder"] == certificate.holder.name
        assert shown["title"] == "Core assessment"
        assert (shown["status"], shown["pilot"]) == ("issued", True)
        assert shown["issuer"]["name"] == "The Issuer"


def test_the_register_shows_no_levels_and_no_ids(api: SignIn, certificate: Certificate) -> None:
    response = api(None).get(f"/api/v1/register/{certificate.code}/")
    assert set(done(response)) == {
        "code",
        "holder",
        "title",
        "program",
        "issuer",
        "status",
        "pilot",
        "issued_at",
        "valid_until",
        "says",
        "says_not",
    }
    for trace in (certificate.pk, certificate.holder_id, certificate.holder.email):
        assert str(trace) not in response.content.decode()


def test_revoked_and_expired_can_be_told_from_never_issued(
    api: SignIn, campus: Campus, certificate: Certificate, url: str
) -> None:
    assert certificate.valid_until is not None
    with time_machine.travel(certificate.valid_until + timedelta(days=1)):
        late = api(None).get(f"/api/v1/register/{certificate.code}/")
    assert done(late)["status"] == "expired"
    done(api(campus.certifier).post(f"{url}revoke/", WHY))
    shown = done(api(None).get(f"/api/v1/register/{certificate.code}/"))
    assert shown["status"] == "revoked"
    for code in ("2222-2222-2222", "x", "%00", "ü", "9" * 400):
        problem(api(None).get(f"/api/v1/register/{code}/"), 404, "never_issued")


def test_guessing_codes_is_throttled(
    api: SignIn, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CheckCode, "throttle_classes", (ScopedRateThrottle,))
    for _ in range(30):
        api(None).get("/api/v1/register/2222-2222-2222/")
    response = api(None).get(f"/api/v1/register/{certificate.code}/")
    problem(response, 429, "throttled")
    assert int(response.headers["Retry-After"]) > 0


def test_an_award_that_was_not_issued_is_not_on_the_register(api: SignIn, campus: Campus) -> None:
    awarded = factories.awarded(campus)
    problem(api(None).get(f"/api/v1/register/{awarded.code}/"), 404, "never_issued")
