"""openbadgeslib accepts what we issue, and nothing else of it."""

import copy
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import (
    OB3LdpVerifier,
    add_data_integrity_proof,
    verify_data_integrity_proof,
)
from openbadgeslib.ob3.clr import bundled_clr_contexts

from competency.credentials import dids, multibase
from tests.verifiers.cases import CHANGES, Desk
from tests.verifiers.desk import set_desk

pytestmark = pytest.mark.django_db
GOOD = ["issued", "issued with the next key", "signed again after a suspension"]
INSIDE = ["first in the transcript", "second in the transcript"]
BAD = ["revoked", "suspended once", "expired", "changed in the transcript", *CHANGES]


@pytest.fixture(scope="module")
def desk(shared_campus: Any, django_db_blocker: Any) -> Desk:
    with django_db_blocker.unblock():
        return set_desk(shared_campus)


def verify(desk: Desk, document: Any) -> Any:
    """With key and status list from the issuer's own documents. It reads the list's bits; the
    proof of a list it can only check in a JWT."""

    def download(url: str, *args: Any, **kwargs: Any) -> bytes:
        return desk.documents[url].encode()

    verifier = OB3LdpVerifier.for_issuer_did(document["issuer"]["id"])
    return verifier.verify(
        json.dumps(document), check_status=True, download=download, verify_status_list=False
    )


@pytest.mark.parametrize("case", GOOD)
def test_what_we_issue_is_accepted(case: str, desk: Desk) -> None:
    found = verify(desk, desk.cases[case])
    assert found.achievement.name == "PILOT, not a certificate: Core assessment"
    assert len(found.results) == 4


@pytest.mark.parametrize("case", INSIDE)
def test_what_a_transcript_carries_is_accepted_by_itself(case: str, desk: Desk) -> None:
    found = verify(desk, desk.cases[case])
    assert found.results
    assert "transcript" not in found.achievement.name.lower()


def test_the_proof_of_a_transcript_holds_and_covers_what_it_carries(desk: Desk) -> None:
    """It checks the proof of a CLR alone; what is inside, one by one, as above."""
    document = desk.cases["transcript"]
    names = {"extra_contexts": bundled_clr_contexts()}
    key = public_key(desk, document)
    verify_data_integrity_proof(document, key, **names)
    with pytest.raises(LibOpenBadgesException):
        verify_data_integrity_proof(
            desk.cases["transcript with a changed credential"], key, **names
        )


def public_key(desk: Desk, document: Any) -> bytes:
    """The key that the proof names, from the issuer's own document."""
    method = document["proof"][0]["verificationMethod"]
    listed = json.loads(desk.documents[dids.address_of(method.partition("#")[0])])
    key = multibase.public_key_of(dids.key_in(listed, method))
    return Ed25519PublicKey.from_public_bytes(key).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )


@pytest.mark.parametrize("case", BAD)
def test_what_is_changed_revoked_or_over_is_refused(case: str, desk: Desk) -> None:
    with pytest.raises(LibOpenBadgesException):
        verify(desk, desk.cases[case])


def test_it_refuses_a_respelled_member_as_our_own_check_does(desk: Desk) -> None:
    document = copy.deepcopy(desk.cases["revoked"])
    iri = "https://www.w3.org/2018/credentials#credentialStatus"
    document[iri] = document.pop("credentialStatus")
    with pytest.raises(LibOpenBadgesException):
        verify(desk, document)


def test_the_holder_can_be_matched_by_email_and_by_nobody_elses(desk: Desk) -> None:
    document = desk.cases["issued"]
    (hashed,) = [each for each in document["credentialSubject"]["identifier"] if each["hashed"]]
    assert hashed["identityType"] == "emailAddress"
    assert hashed["identityHash"].startswith("sha256$")


def test_both_sign_the_same_bytes(desk: Desk) -> None:
    """Given one key, its signature and ours are equal: the whole chain of steps agrees."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from django.utils.dateparse import parse_datetime

    from competency.credentials import proofs

    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    unsigned = {name: each for name, each in desk.cases["issued"].items() if name != "proof"}
    method = f"{unsigned['issuer']['id']}#key"
    theirs = add_data_integrity_proof(unsigned, pem, verification_method=method)
    (proof,) = [theirs["proof"]] if isinstance(theirs["proof"], dict) else theirs["proof"]
    ours = proofs.sign(unsigned, key, method=method, created=parse_datetime(proof["created"]))[
        "proof"
    ][0]
    assert multibase.decode(ours["proofValue"]) == multibase.decode(proof["proofValue"])
