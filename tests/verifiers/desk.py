"""Credentials at every point of their life, issued for a site with a name of its own."""

import copy
import json
from typing import Any

from django.test import override_settings
from django.utils import timezone

from competency.certificates import addresses, issuing, services, tasks
from competency.certificates.models import Certificate, StatusList
from competency.certificates.transcripts import sign_transcript
from competency.credentials import dids, pinned
from competency.credentials import services as keys
from competency.credentials.models import IssuerIdentity
from tests import factories
from tests.factories import Campus
from tests.verifiers.cases import Desk

SITE = "https://certs.example.org"


def set_desk(campus: Campus) -> Desk:
    """Issue, rotate, suspend and lift, revoke; then lay out what a verifier would find."""
    desk, staff = Desk(), factories.superuser()
    with override_settings(SITE_URL=SITE):
        long_name = factories.person(name="Łucja Ñandú-Οδυσσέας 山田 العربية Ødegård")
        first, revoked, lifted = (
            factories.issued(campus, trainee=who) for who in (long_name, None, None)
        )
        keys.rotate_key(campus.program.issuer, by=staff)
        second = factories.issued(campus)
        services.revoke(revoked, by=campus.certifier, reason="A complaint.")
        services.suspend(lifted, by=campus.certifier, reason="A complaint.")
        services.reinstate(lifted, by=campus.certifier, reason="Unfounded.")
        issuing.issue(lifted.pk)
        tasks.publish_status_lists()
        desk.put("issued", newest(first), good=True)
        desk.put("issued with the next key", newest(second), good=True)
        desk.put("signed again after a suspension", newest(lifted), good=True)
        desk.put("revoked", newest(revoked))
        desk.put("suspended once", bytes(lifted.credentials.get(number=1).document))
        desk.put("expired", expired(first))
        desk.put("transcript", two_on_one_transcript(campus, first), good=True)
        desk.put("transcript with a changed credential", meddled(desk.cases["transcript"]))
        first_in, second_in = inside(desk.cases["transcript"])
        desk.put("first in the transcript", first_in, good=True)
        desk.put("second in the transcript", second_in, good=True)
        changed = inside(desk.cases["transcript with a changed credential"])[1]
        desk.put("changed in the transcript", changed)
        desk.change(newest(first))
        desk.documents = published()
    return desk


def newest(certificate: Certificate) -> bytes:
    return bytes(certificate.credentials.latest("number").document)


def expired(certificate: Certificate) -> bytes:
    """Signed by the right key, with an end that has passed."""
    credential = certificate.credentials.latest("number")
    key = keys.active_key(credential.key.identity)
    document = json.loads(bytes(credential.document))
    del document["proof"]
    document["validFrom"], document["validUntil"] = "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"
    return json.dumps(keys.sign_with(key, document, created=timezone.now())).encode()


def two_on_one_transcript(campus: Campus, first: Certificate) -> bytes:
    """The holder's other certificate is for another assessment, so it replaces nothing."""
    enrolment = first.decision.enrolment
    factories.issued(factories.other_assessment(campus), trainee=enrolment)
    return bytes(sign_transcript(IssuerIdentity.objects.get(), by=first.holder).document or b"")


def meddled(transcript: Any) -> bytes:
    document = copy.deepcopy(transcript)
    inside = document["credentialSubject"]["verifiableCredential"]
    assert len(inside) == 2
    inside[1]["credentialSubject"]["result"][0]["value"] = "1.0000"
    return json.dumps(document).encode()


def inside(transcript: Any) -> list[bytes]:
    """The credentials that a transcript carries, as a reader would take them out."""
    carried = transcript["credentialSubject"]["verifiableCredential"]
    return [json.dumps(each).encode() for each in carried]


def published() -> dict[str, str]:
    """What stands at each address: contexts, the schema, DID documents, status lists."""
    found: dict[str, Any] = {url: json.dumps(each) for url, each in pinned.documents().items()}
    for identity in IssuerIdentity.objects.all():
        found[dids.address_of(identity.did)] = json.dumps(keys.did_document(identity))
    for row in StatusList.objects.all():
        found[addresses.status_list_url(row.pk)] = bytes(row.document).decode()
    return found
