"""A holder's certificates: what others see, links, files; and the certifier's acts upon them."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from competency.audit.models import AuditEvent
from competency.certificates import issuing
from competency.certificates.models import Certificate
from competency.renderings import making
from competency.renderings.models import Rendering
from tests.competency.batches.crowd import copied
from tests.factories import Campus
from tests.web.conftest import Browser, said


def page_of(certificate: Certificate) -> str:
    return f"/certificates/{certificate.pk}"


def act(client: Client, certificate: Certificate, what: str, **given: str) -> Any:
    fields = {f"{what}-{field}": value for field, value in given.items()}
    return client.post(page_of(certificate) + "/status", {"act": what} | fields, follow=True)


def test_levels_and_files_are_public_only_while_the_holder_agrees(
    certificate: Certificate, browser: Browser
) -> None:
    holder, stranger = browser(certificate.holder), Client()
    public, consent = f"/v/{certificate.code}", page_of(certificate) + "/consent"
    assert "Levels shown" not in said(stranger.get(public))
    assert stranger.get(public + "/credential.json").status_code == 404

    holder.post(consent, {"agreement": "details", "give": "yes"})
    page = said(stranger.get(public))
    assert "Levels shown" in page
    assert "Independent blind reviews of every answer: 2" in page
    served = stranger.get(public + "/credential.json")
    assert served.content == bytes(certificate.credentials.get().document)

    holder.post(consent, {"agreement": "details", "give": "no"})
    assert "Levels shown" not in said(stranger.get(public))
    assert stranger.get(public + "/credential.json").status_code == 404
    assert stranger.get(public + "/certificate.pdf").status_code == 404


def test_one_consent_covers_every_certificate_until_it_is_taken_back_for_one_or_for_all(
    certificate: Certificate, browser: Browser
) -> None:
    decision = copied(certificate.decision, attempt_id=uuid4())
    decision.save()
    other = copied(certificate, decision=decision, number="OTHER-1", code="2222-2222-2223")
    other.save()
    holder = browser(certificate.holder)

    def shown() -> list[bool]:
        pages = [said(Client().get(f"/v/{each.code}")) for each in (certificate, other)]
        return ["Levels shown" in page for page in pages]

    def everywhere(agree: str) -> None:
        holder.post("/privacy/consent", {"purpose": "public_levels", "agree": agree})

    everywhere("yes")
    assert shown() == [True, True]
    holder.post(page_of(certificate) + "/consent", {"agreement": "details", "give": "no"})
    assert shown() == [False, True]
    everywhere("yes")
    assert shown() == [True, True]
    everywhere("no")
    assert shown() == [False, False]


def test_a_link_shows_the_whole_until_it_is_withdrawn(
    certificate: Certificate, browser: Browser
) -> None:
    holder = browser(certificate.holder)
    holder.post(page_of(certificate) + "/links", {"note": "For the clinic"})
    link = certificate.share_links.get()
    assert "For the clinic" in said(holder.get(page_of(certificate)))
    shown = Client().get(f"/s/{link.token}")
    assert "Levels shown" in said(shown)
    assert "For the clinic" not in said(shown)
    holder.post(f"/share-links/{link.pk}/withdraw")
    assert "The holder has withdrawn this link" in said(Client().get(f"/s/{link.token}"), 410)
    assert Client().get(f"/s/{link.token}/credential.json").status_code == 404
    assert "There is no such link" in said(Client().get("/s/guessed"), 404)


def test_only_who_agreed_is_found_by_name_and_only_by_the_whole_name(
    certificate: Certificate, browser: Browser
) -> None:
    name = certificate.holder.name
    for asked in (name, certificate.number):
        assert "0 certificates found" in said(Client().get("/registry", {"q": asked}))
    browser(certificate.holder).post(
        page_of(certificate) + "/consent", {"agreement": "listed", "give": "yes"}
    )
    for asked in (name, name.upper(), certificate.number.lower()):
        assert "1 certificate found" in said(Client().get("/registry", {"q": asked}))
    for asked in (name[:-1], "%", "_", "\x00"):
        assert "0 certificates found" in said(Client().get("/registry", {"q": asked}))


def test_a_pdf_is_on_its_way_and_then_there(certificate: Certificate, browser: Browser) -> None:
    holder = browser(certificate.holder)
    address = page_of(certificate) + "/certificate.pdf?paper=us-letter"
    waiting = holder.get(address)
    assert "being drawn and sealed" in said(waiting, 202)
    assert waiting["Refresh"] == "2"
    making.make(Rendering.objects.get().pk)
    response = holder.get(address)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert f"{certificate.number}.pdf" in response["Content-Disposition"]
    assert holder.get(page_of(certificate) + "/certificate.pdf?paper=a7").status_code == 404


def test_a_pdf_that_waits_for_a_font_names_the_script_to_staff(
    certificate: Certificate, browser: Browser, campus: Campus
) -> None:
    credential = certificate.credentials.get()
    Rendering.objects.create(credential=credential, paper="a4", held_for="Thai")
    director = browser(campus.director)
    assert "Thai" in said(director.get("/certificates"))
    assert "There is no PDF yet" in said(
        director.get(page_of(certificate) + "/certificate.pdf"), 503
    )
    director.post(page_of(certificate) + "/again")
    assert not Rendering.objects.held().exists()


def test_a_wallet_takes_the_credential_with_a_ticket_that_soon_lapses(
    certificate: Certificate, browser: Browser
) -> None:
    page = browser(certificate.holder).get(page_of(certificate) + "/wallet")
    link = page.context["link"]
    asked = parse_qs(urlsplit(link).query)
    address = urlsplit(asked["vc_request_url"][0]).path
    presentation = {"type": ["VerifiablePresentation"], "holder": "did:key:z6Mk"}
    wallet = Client(enforce_csrf_checks=True)
    response = wallet.post(address, json.dumps(presentation), content_type="application/json")
    assert response.content == bytes(certificate.credentials.get().document)
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert wallet.post(address, "{}", content_type="application/json").status_code == 404
    assert wallet.post("/wallet/forged", "{}", content_type="application/json").status_code == 404


def test_a_certifier_suspends_lifts_and_revokes_with_a_reason(
    certificate: Certificate, browser: Browser, campus: Campus
) -> None:
    certifier = browser(campus.certifier)
    assert "Say why, for the register." in said(act(certifier, certificate, "suspend"), 422)
    assert "Suspended." in said(act(certifier, certificate, "suspend", reason="A complaint."))
    assert "Lifted." in said(act(certifier, certificate, "reinstate", reason="Unfounded."))
    assert "Revoked." in said(act(certifier, certificate, "revoke", reason="Fraud."))
    certificate.refresh_from_db()
    assert certificate.state == "revoked"
    refused = act(certifier, certificate, "suspend", reason="Again.")
    assert refused.status_code == 409


def test_a_name_is_corrected_and_the_code_stays(
    certificate: Certificate, browser: Browser, campus: Campus
) -> None:
    certifier = browser(campus.certifier)
    same = act(certifier, certificate, "correct", name=certificate.holder.name, reason="x")
    assert "This is the name that stands on it." in said(same, 422)
    done = act(certifier, certificate, "correct", name="Ana  Nueva", reason="She married.")
    assert "Corrected." in said(done)
    issuing.issue(certificate.pk)
    first, second = certificate.credentials.order_by("number")
    assert (first.withdrawn_because, second.withdrawn_at) == ("replaced", None)
    assert b"Ana Nueva" in bytes(second.document)
    assert "Ana Nueva" in said(Client().get(f"/v/{certificate.code}"))
    certificate.refresh_from_db()
    assert (certificate.particulars or {})["holder"] != "Ana Nueva"
    assert AuditEvent.objects.filter(action="certificate.name_corrected").count() == 1


def test_a_certificate_is_renewed_only_near_its_end(
    certificate: Certificate, browser: Browser, campus: Campus
) -> None:
    until = certificate.valid_until
    assert until is not None
    early = act(browser(campus.certifier), certificate, "renew", reason="Practice shown.")
    assert "in the last 180 days" in said(early, 409)
    with time_machine.travel(until - timedelta(days=30), tick=False):
        late = act(browser(campus.certifier), certificate, "renew", reason="Practice shown.")
        assert "Renewed." in said(late)
        issuing.issue(certificate.pk)
    certificate.refresh_from_db()
    assert certificate.valid_until is not None
    assert certificate.valid_until > until + timedelta(days=300)
    newest = json.loads(bytes(certificate.credentials.current().get().document))
    assert newest["validUntil"][:10] == f"{certificate.valid_until:%Y-%m-%d}"


def test_nobody_acts_on_their_own_certificate(certificate: Certificate, browser: Browser) -> None:
    page = said(browser(certificate.holder).get(page_of(certificate)))
    assert "Keep the register" not in page
    assert "Links to hand out" in page


@pytest.mark.parametrize("who", ["certifier", "director"])
def test_who_keeps_the_register_does_not_decide_what_others_see(
    certificate: Certificate, browser: Browser, campus: Campus, who: str
) -> None:
    client = browser(getattr(campus, who))
    assert "Links to hand out" not in said(client.get(page_of(certificate)))
    assert client.post(page_of(certificate) + "/links").status_code == 404
