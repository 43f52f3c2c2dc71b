"""What verifiers fetch: found at the very addresses that credentials name, by anybody."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from assessments.rights.services import erase_person
from competency.certificates import issuing, services, tasks
from competency.certificates.models import Credential
from competency.certificates.published import check
from competency.credentials import dids
from competency.sharing import services as sharing
from tests import factories
from tests.factories import Campus
from tests.web.conftest import said

WHAT = ("the credential", "the status list", "the DID document", "the achievement for machines")


@pytest.fixture(scope="module")
def shared_credential(shared_campus: Campus, django_db_blocker: Any) -> Credential:
    with django_db_blocker.unblock():
        return factories.issued(shared_campus).credentials.get()


@pytest.fixture
def credential(shared_credential: Credential, db: None) -> Credential:
    return Credential.objects.get(pk=shared_credential.pk)


@pytest.fixture
def document(credential: Credential) -> Any:
    return json.loads(bytes(credential.document))


def fetch(url: str, **headers: str) -> Any:
    """Whatever stands at an address of ours, with or without its fragment."""
    assert url.startswith(settings.SITE_URL)
    return Client().get(urlsplit(url).path, headers=headers)


def addresses(document: Any) -> dict[str, str]:
    subject = document["credentialSubject"]
    return {
        "the credential": document["id"],
        "the status list": document["credentialStatus"]["statusListCredential"],
        "the DID document": dids.address_of(document["issuer"]["id"], scheme="http"),
        "the achievement for machines": subject["achievement"]["id"] + ".json",
    }


@pytest.mark.parametrize("what", WHAT)
def test_a_verifier_gets_it_from_any_site_without_login_redirect_or_cookie(
    what: str, document: Any
) -> None:
    response = fetch(addresses(document)[what])
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "json" in response["Content-Type"]
    assert response["Cache-Control"].startswith("public, max-age=")
    assert json.loads(response.content)["id"]
    again = fetch(addresses(document)[what], if_none_match=response["ETag"])
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("what", WHAT)
def test_it_is_the_same_for_everybody_so_that_a_cache_need_not_tell_readers_apart(
    what: str, document: Any, credential: Credential
) -> None:
    holder = Client()
    holder.force_login(credential.certificate.holder)
    path = urlsplit(addresses(document)[what]).path
    for client in (Client(), holder):
        response = client.get(path)
        assert not response.cookies
        assert "Vary" not in response
        assert response["Cache-Control"].startswith("public")


def test_of_an_erased_holder_nothing_is_served_while_the_register_stays(
    credential: Credential, document: Any
) -> None:
    holder, certificate = credential.certificate.holder, credential.certificate
    link = sharing.make_link(certificate, by=holder)
    ticket = sharing.wallet_ticket(certificate, by=holder)
    before = fetch(document["id"])
    sharing.agree(certificate, "details", by=holder)
    sharing.agree(certificate, "listed", by=holder)
    name = holder.name
    erase_person(holder, by=holder)
    gone = fetch(document["id"], if_none_match=before["ETag"])
    assert gone.status_code == 410
    assert "erased" in gone.json()["detail"]
    assert name not in gone.content.decode()
    assert gone["Access-Control-Allow-Origin"] == "*"
    assert Client().get(f"/s/{link.token}").status_code == 410
    assert Client().post(f"/wallet/{ticket}").status_code == 404
    assert Client().get(f"/v/{certificate.code}/credential.json").status_code == 404
    assert "0 certificates found" in said(Client().get("/registry", {"q": certificate.number}))
    assert fetch(document["credentialStatus"]["statusListCredential"]).status_code == 200
    page = said(Client().get(f"/v/{certificate.code}"))
    assert "This is a pilot" in page
    assert "Levels shown" not in page
    assert check(bytes(credential.document)).valid


def test_a_credential_signed_after_an_erasure_names_no_address(
    campus: Campus, credential: Credential
) -> None:
    certificate = credential.certificate
    services.suspend(certificate, by=campus.certifier, reason="A complaint.")
    erase_person(certificate.holder, by=certificate.holder)
    services.reinstate(certificate, by=campus.certifier, reason="Unfounded.")
    issuing.issue(certificate.pk)
    signed = json.loads(bytes(certificate.credentials.current().get().document))
    kinds = [row["identityType"] for row in signed["credentialSubject"]["identifier"]]
    assert kinds == ["name"]


def test_the_served_bytes_are_the_signed_bytes(credential: Credential, document: Any) -> None:
    assert fetch(document["id"]).content == bytes(credential.document)
    assert fetch(document["id"])["X-Robots-Tag"] == "noindex, nofollow"


def test_a_did_document_names_itself_and_the_key_that_signed(document: Any) -> None:
    found = json.loads(fetch(addresses(document)["the DID document"]).content)
    assert found["id"] == document["issuer"]["id"]
    assert dids.key_in(found, document["proof"][0]["verificationMethod"])


def test_the_achievement_that_is_served_is_the_one_in_the_credential(document: Any) -> None:
    inside = document["credentialSubject"]["achievement"]
    found = json.loads(fetch(inside["id"] + ".json").content)
    assert {name: found[name] for name in inside} == inside


def test_every_fragment_that_a_credential_names_is_on_the_page(document: Any) -> None:
    inside = document["credentialSubject"]["achievement"]
    response = fetch(inside["id"])
    named = [
        inside["criteria"]["id"],
        *(row["targetUrl"] for row in inside["alignment"]),
        *(row["id"] for row in inside["resultDescription"]),
        *(result["achievedLevel"] for result in document["credentialSubject"]["result"]
          if "achievedLevel" in result),
    ]  # fmt: skip
    assert len(named) == len(set(named)) == 11
    for url in named:
        assert f'id="{urlsplit(url).fragment}"' in response.content.decode()
    page = said(response)
    for words in (inside["criteria"]["narrative"], "Safe and complete", "Pilot", "The Issuer"):
        assert words in page


def test_nothing_is_told_of_the_person_on_the_page_of_the_achievement(
    credential: Credential, document: Any
) -> None:
    page = fetch(document["credentialSubject"]["achievement"]["id"]).content.decode()
    assert credential.certificate.holder.name not in page
    assert credential.certificate.code not in page


def test_a_revocation_shows_within_the_time_that_the_list_declares(
    campus: Campus, credential: Credential, document: Any
) -> None:
    url = document["credentialStatus"]["statusListCredential"]
    before = fetch(url)
    seconds = int(before["Cache-Control"].rpartition("=")[2])
    assert seconds * 1000 < json.loads(before.content)["credentialSubject"]["ttl"]
    services.revoke(credential.certificate, by=campus.certifier, reason="A complaint.")
    tasks.publish_status_lists()
    assert fetch(url, if_none_match=before["ETag"]).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/credentials/7d444840-9dc0-41d1-b245-5ffdce74fad2",
        "/status/7d444840-9dc0-41d1-b245-5ffdce74fad2",
        "/achievements/7d444840-9dc0-41d1-b245-5ffdce74fad2",
        "/achievements/7d444840-9dc0-41d1-b245-5ffdce74fad2.json",
        "/issuers/nobody/did.json",
    ],
)
def test_what_was_never_made_is_absent(path: str, db: None) -> None:
    assert Client().get(path).status_code == 404
    assert Client().post(path).status_code == 405
