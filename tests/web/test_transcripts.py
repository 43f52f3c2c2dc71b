"""A holder's transcript: signed once, taken along, shown by a link, gone with an erasure."""

import json
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from assessments.rights.services import erase_person
from competency.audit.models import AuditEvent
from competency.certificates import issuing, services
from competency.certificates.models import Certificate, Transcript
from competency.certificates.published import check
from tests import factories
from tests.competency.batches.crowd import copied
from tests.factories import Campus
from tests.web.conftest import Browser, said


@pytest.fixture
def holder(certificate: Certificate, browser: Browser) -> Client:
    return browser(certificate.holder)


def signed(holder: Client, certificate: Certificate) -> tuple[Transcript, Any]:
    page = holder.post(f"/certificates/{certificate.pk}/transcript", follow=True)
    return Transcript.objects.latest("signed_at"), page


def one_more(certificate: Certificate) -> Certificate:
    """Another certificate of the same holder, for another assessment."""
    decision = copied(certificate.decision, attempt_id=uuid4())
    other = {**decision.dossier["assessment"], "code": "OTHER"}
    decision.dossier = decision.dossier | {"assessment": other}
    decision.save()
    given = {"number": "OTHER-1", "code": "2222-2222-2223"}
    blank = {"state": "awarded", "issued_at": None, "valid_until": None}
    nothing = {"particulars": None, "particulars_hash": ""}
    row = copied(certificate, decision=decision, **given, **blank, **nothing)
    row.save()
    issuing.issue(row.pk)
    return Certificate.objects.get(pk=row.pk)


def test_it_holds_the_signed_credentials_word_for_word_and_is_verified_like_them(
    holder: Client, certificate: Certificate
) -> None:
    other = one_more(certificate)
    found, page = signed(holder, certificate)
    for row in (certificate, other):
        assert row.number in said(page)
    served = holder.get(f"/transcripts/{found.pk}")
    assert served.content == bytes(found.document or b"")
    document = json.loads(served.content)
    assert urlsplit(document["id"]).path == f"/transcripts/{found.pk}"
    inside = document["credentialSubject"]["verifiableCredential"]
    assert inside == [
        json.loads(bytes(row.credentials.get().document)) for row in (certificate, other)
    ]
    assert check(served.content).valid
    inside[0]["credentialSubject"]["result"][0]["value"] = "3.9999"
    assert not check(json.dumps(document).encode()).valid


def test_it_is_signed_anew_only_when_something_changed(
    campus: Campus, holder: Client, certificate: Certificate
) -> None:
    first, _ = signed(holder, certificate)
    again, _ = signed(holder, certificate)
    assert again.pk == first.pk
    services.suspend(certificate, by=campus.certifier, reason="A complaint.")
    refused = holder.post(f"/certificates/{certificate.pk}/transcript")
    assert "no certificate in force" in said(refused, 409)
    services.reinstate(certificate, by=campus.certifier, reason="Unfounded.")
    issuing.issue(certificate.pk)
    anew, _ = signed(holder, certificate)
    assert anew.pk != first.pk
    assert AuditEvent.objects.filter(action="transcript.signed").count() == 2


def test_nobody_else_gets_it_but_by_a_link_that_can_be_withdrawn(
    campus: Campus, browser: Browser, holder: Client, certificate: Certificate
) -> None:
    found, _ = signed(holder, certificate)
    assert Client().get(f"/transcripts/{found.pk}").status_code == 302
    for person in (campus.certifier, campus.director, factories.person()):
        assert browser(person).get(f"/transcripts/{found.pk}").status_code == 404
    holder.post(f"/certificates/transcripts/{found.pk}/links", {"note": "Clinic"})
    link = found.share_links.get()
    page = said(Client().get(f"/s/{link.token}"))
    assert certificate.holder.name in page
    assert "checked just now" in page
    assert "Clinic" not in page
    served = Client().get(f"/s/{link.token}/credential.json")
    assert served.content == bytes(found.document or b"")
    assert Client().get(f"/s/{link.token}/certificate.pdf").status_code == 404
    services.revoke(certificate, by=campus.certifier, reason="Fraud.")
    revoked = said(Client().get(f"/s/{link.token}"))
    assert "Not everything in it holds" in revoked
    assert "Revoked" in revoked
    holder.post(f"/share-links/{link.pk}/withdraw")
    assert Client().get(f"/s/{link.token}").status_code == 410
    assert Client().get(f"/s/{link.token}/credential.json").status_code == 404


def test_an_erasure_takes_its_bytes(holder: Client, certificate: Certificate) -> None:
    found, _ = signed(holder, certificate)
    holder.post(f"/certificates/transcripts/{found.pk}/links")
    link = found.share_links.get()
    erase_person(certificate.holder, by=certificate.holder)
    found.refresh_from_db()
    assert found.document is None
    assert Client().get(f"/s/{link.token}").status_code == 410
