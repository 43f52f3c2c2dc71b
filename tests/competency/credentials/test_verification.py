"""What the check accepts is a credential of ours, untouched and in force; nothing else."""

import base64
import copy
import gzip
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from competency.certificates import addresses, issuing, services, status, tasks
from competency.certificates.models import StatusList
from competency.certificates.published import Published, check
from competency.credentials import bitstring, multibase, proofs
from competency.credentials import services as keys
from competency.credentials.findings import Check, Outcome, Verdict
from competency.credentials.services import active_key, sign_with
from competency.credentials.verification import verify
from competency.programs.models import Issuer
from tests import factories
from tests.refusals import again, change

NOW = timezone.now()


def as_bytes(document):
    return json.dumps(document, ensure_ascii=False).encode()


def checked(document):
    return check(as_bytes(document))


def failure(report):
    """The check at which it fell, and why."""
    (found,) = [one for one in report.findings if one.outcome == Outcome.FAILED]
    return found.check, found.code


def test_what_was_issued_is_valid_and_every_check_says_so(credential):
    report = check(bytes(credential.document))
    assert report.verdict == Verdict.VALID
    assert [one.check for one in report.findings] == list(Check)
    assert all(one.words and one.code == "ok" for one in report.findings)
    assert report.document["id"].endswith(str(credential.pk))


def test_white_space_does_not_matter(document):
    assert check(json.dumps(document, indent=4).encode()).valid


CHANGES = {
    "the name": lambda d: d.update(name="Another name"),
    "the end": lambda d: d.update(validUntil="2099-01-01T00:00:00Z"),
    "the day of the award": lambda d: d.update(awardedDate="2020-01-01T00:00:00Z"),
    "a level": lambda d: d["credentialSubject"]["result"][0].update(
        achievedLevel=d["credentialSubject"]["result"][0]["achievedLevel"][:-1] + "1"
    ),
    "a value": lambda d: d["credentialSubject"]["result"][0].update(value="3.9999"),
    "a result left out": lambda d: d["credentialSubject"]["result"].pop(),
    "the holder": lambda d: d["credentialSubject"]["identifier"][1].update(identityHash="Eve"),
    "the issuer's name": lambda d: [
        each.update(name="A better issuer")
        for each in (d["issuer"], d["credentialSubject"]["achievement"]["creator"])
    ],
    "a letter of the criteria": lambda d: d["credentialSubject"]["achievement"]["criteria"].update(
        narrative="Nothing was asked."
    ),
    "the index": lambda d: d["credentialStatus"].update(
        statusListIndex="7", id=d["credentialStatus"]["id"].split("#")[0] + "#7"
    ),
    "when it was signed": lambda d: d["proof"][0].update(created="2020-01-01T00:00:00Z"),
    "the signature": lambda d: d["proof"][0].update(proofValue=multibase.encode(bytes(64))),
    "something added": lambda d: d.update(image={"id": "https://x.example/i", "type": "Image"}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_one_changed_value_and_the_signature_does_not_fit(what, document):
    CHANGES[what](document)
    assert failure(checked(document)) == (Check.SIGNATURE, "signature")


OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
STATUS_IRI = "https://www.w3.org/2018/credentials#credentialStatus"


def respelled(document, name, iri):
    return {(iri if key == name else key): value for key, value in document.items()}


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("credentialStatus", STATUS_IRI),
        ("validUntil", "https://www.w3.org/2018/credentials#validUntil"),
        ("credentialSubject", "https://www.w3.org/2018/credentials#credentialSubject"),
        ("id", "@id"),
        ("type", "@type"),
    ],
)
def test_a_member_under_another_name_for_the_same_is_refused(name, iri, document):
    assert failure(checked(respelled(document, name, iri)))[0] == Check.FORM


def test_the_graph_of_a_respelled_member_is_the_same_so_only_its_form_gives_it_away(
    credential, document
):
    renamed = respelled(document, "credentialStatus", STATUS_IRI)
    identity = credential.key.identity
    key = multibase.public_key_of(credential.key.public_key)
    assert identity.did in renamed["issuer"]["id"]
    assert proofs.holds(renamed, key)


def test_the_graph_is_the_same_too_where_one_of_two_descriptions_lacks_something(
    credential, document
):
    del document["issuer"]["url"]
    assert proofs.holds(document, multibase.public_key_of(credential.key.public_key))


FORMS = {
    "an inline context": lambda d: d["@context"].append({"validUntil": "https://x.example/u"}),
    "a context left out": lambda d: d["@context"].pop(),
    "contexts in another order": lambda d: d["@context"].reverse(),
    "a context further in": lambda d: d["credentialSubject"].update({"@context": []}),
    "a value object": lambda d: d.update(name={"@value": "x"}),
    "a term nobody knows": lambda d: d.update(honours="many"),
    "a prefixed term": lambda d: d.update({"obi:name": "x"}),
    "a fraction": lambda d: d.update(name=1.5),
    "a huge number": lambda d: d.update(name=2**60),
    "a null": lambda d: d.update(name=None),
    "a list in a list": lambda d: d.update(evidence=[[{}]]),
    "a control character": lambda d: d.update(name="A\x1fB"),
    "half a surrogate pair": lambda d: d.update(name="\ud800"),
    "a blank node": lambda d: d["credentialSubject"].update(id="_:b0"),
    "another type": lambda d: d["type"].append("OpenBadgeCredential"),
    "no type": lambda d: d.pop("type"),
    "two subjects": lambda d: d.update(credentialSubject=[d["credentialSubject"]] * 2),
    "an issuer described in two ways": lambda d: d["issuer"].pop("url"),
    "an issuer of two names": lambda d: d["issuer"].update(name="A better issuer"),
    "a creator without its name": lambda d: d["credentialSubject"]["achievement"]["creator"].pop(
        "name"
    ),
    "an empty list": lambda d: d.update(endorsement=[]),
    "something twice": lambda d: d.update(credentialSchema=d["credentialSchema"] * 2),
    "a type twice": lambda d: d["credentialSubject"]["achievement"].update(
        type=["Achievement", "Achievement"]
    ),
    "a poisoned graph": lambda d: d["credentialSubject"].update(
        identifier=[{"type": "IdentityObject", "identifier": {"name": str(n)}} for n in range(12)]
    ),
}


@pytest.mark.parametrize("what", FORMS)
def test_another_form_is_refused_before_anything_else(what, document):
    FORMS[what](document)
    report = check(json.dumps(document).encode())
    assert failure(report) == (Check.FORM, "malformed")
    assert "not spelled" in report.findings[0].words


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"type": 1, "type": 2}',
        b'{"a": NaN}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b" " * 2_000_001,
    ],
)
def test_what_is_no_credential_at_all_is_refused_in_words(content, db):
    assert failure(check(content)) == (Check.FORM, "malformed")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("credentialStatus", None),
        ("validUntil", None),
        ("id", None),
        ("validUntil", ["2029-01-01T00:00:00Z"]),
        ("issuer", "did:web:x"),
        ("credentialSchema", {}),
    ],
)
def test_what_ours_always_have_cannot_be_missing_or_of_another_shape(name, value, document):
    if value is None:
        del document[name]
    else:
        document[name] = value
    assert failure(checked(document))[0] in (Check.SCHEMA, Check.ISSUER)


# --- Issuers and keys ---


def another_issuer():
    return again(Issuer.objects.all()[0], name="Another body")


def forged(document, key, method, **changes):
    unsigned = {name: value for name, value in document.items() if name != "proof"} | changes
    return proofs.sign(unsigned, key, method=method, created=timezone.now())


def test_a_key_in_the_fragment_is_worth_nothing(credential, document):
    """`did:web:you#z6Mk…` names a key that the DID document does not list."""
    key = Ed25519PrivateKey.generate()
    did = credential.key.identity.did
    own = multibase.multikey(key.public_key().public_bytes_raw())
    for method in (f"{did}#{own}", credential.key.method, f"did:key:{own}#{own}"):
        assert failure(checked(forged(document, key, method)))[0] == Check.SIGNATURE


def test_an_issuer_that_lost_its_name_is_refused(document):
    """The creator is the same node and keeps it, so the signature would hold."""
    document["issuer"] = document["issuer"]["id"]
    assert failure(checked(document)) == (Check.ISSUER, "foreign")


@pytest.mark.parametrize(
    "did",
    [
        "did:web:evil.example:issuers:the-issuer",
        "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "https://evil.example/issuers/1",
        "did:web:127.0.0.1%3A8000:issuers:nobody",
        "did:web:127.0.0.1%3A8000:issuers:../issuers:x",
    ],
)
def test_a_foreign_issuer_is_not_ours_however_well_it_signs(did, document):
    key = Ed25519PrivateKey.generate()
    theirs = forged(document, key, f"{did}#key", issuer={**document["issuer"], "id": did})
    assert failure(checked(theirs)) == (Check.ISSUER, "foreign")


def test_the_key_of_another_issuer_of_this_site_does_not_count(document, db):
    key = active_key(keys.identity_of(another_issuer()))
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    forged_by_them = sign_with(key, unsigned, created=timezone.now())
    assert failure(checked(forged_by_them)) == (Check.SIGNATURE, "key")


def test_after_a_rotation_old_certificates_stay_valid_and_new_ones_use_the_new_key(
    campus, credential
):
    staff = factories.superuser()
    new = keys.rotate_key(campus.program.issuer, by=staff)
    assert check(bytes(credential.document)).valid
    later = factories.issued(campus).credentials.get()
    assert later.key == new
    assert check(bytes(later.document)).valid


def test_what_a_compromised_key_signed_is_valid_no_more_and_is_issued_again(
    campus, certificate, credential
):
    staff = factories.superuser()
    keys.mark_compromised(credential.key, by=staff, reason="It was in a log.")
    assert failure(check(bytes(credential.document))) == (Check.SIGNATURE, "key")
    assert certificate in issuing.lacking()
    tasks.issue_certificate.run(str(certificate.pk))
    tasks.publish_status_lists()
    second = certificate.credentials.current().get()
    assert check(bytes(second.document)).valid
    assert (second.number, second.key.state) == (2, "active")
    credential.refresh_from_db()
    assert credential.withdrawn_because == "compromised"
    assert not issuing.lacking().exists()


# --- Dates and status ---


def at(moment, credential):
    return verify(bytes(credential.document), Published(), moment)


def test_it_is_valid_from_its_first_second_to_its_last(certificate, credential, time_machine):
    start, end = certificate.issued_at, certificate.valid_until.replace(microsecond=0)
    assert at(start - timedelta(hours=1), credential).verdict == Verdict.NOT_YET
    assert at(start, credential).verdict == Verdict.VALID
    time_machine.move_to(end - timedelta(minutes=1))
    tasks.publish_status_lists()
    assert at(end - timedelta(seconds=1), credential).verdict == Verdict.VALID
    assert at(end, credential).verdict == Verdict.EXPIRED


@pytest.mark.parametrize("act", [services.suspend, services.revoke])
def test_a_suspended_or_revoked_certificate_has_its_credential_revoked(
    act, campus, certificate, credential
):
    act(certificate, by=campus.certifier, reason="A complaint.")
    assert at(timezone.now(), credential).valid
    tasks.publish_status_lists()
    report = check(bytes(credential.document))
    assert (report.verdict, failure(report)) == (Verdict.REVOKED, (Check.STATUS, "revoked"))


def test_a_replaced_certificate_has_its_credential_revoked(campus, certificate, credential):
    factories.issued(campus, trainee=certificate.decision.enrolment)
    tasks.publish_status_lists()
    assert check(bytes(credential.document)).verdict == Verdict.REVOKED


def test_a_forged_credential_is_forged_even_when_it_is_revoked_as_well(
    campus, certificate, document
):
    services.revoke(certificate, by=campus.certifier, reason="A complaint.")
    tasks.publish_status_lists()
    document["name"] = "Forged"
    assert checked(document).verdict == Verdict.REFUSED


def relisted(credential, **changes):
    """The status list with something else in it, signed all the same."""
    row = credential.status_list
    listed = json.loads(bytes(row.document))
    del listed["proof"]
    subject = listed["credentialSubject"] | changes.pop("subject", {})
    signed = sign_with(
        credential.key, listed | {"credentialSubject": subject} | changes, created=timezone.now()
    )
    change(row, document=as_bytes(signed))


def short_list(size):
    packed = base64.urlsafe_b64encode(gzip.compress(bytes(size))).rstrip(b"=").decode()
    return {"subject": {"encodedList": f"u{packed}"}}


LISTS = {
    "lapsed": {"validUntil": "2020-01-01T00:00:00Z"},
    "without an end": {"validUntil": "soon"},
    "of another issuer": {"issuer": "did:web:evil.example"},
    "of another address": {"id": "https://evil.example/status/1"},
    "for another purpose": {"subject": {"statusPurpose": "suspension"}},
    "that is no list": {"subject": {"encodedList": "uAAAA"}},
    "not encoded": {"subject": {"encodedList": "AAAA"}},
    "that is too short": short_list(1000),
    "that unpacks without end": short_list(bitstring.LARGEST + 1),
}


@pytest.mark.parametrize("what", LISTS)
def test_a_status_list_that_proves_nothing_leaves_the_status_open(what, credential):
    relisted(credential, **copy.deepcopy(LISTS[what]))
    assert check(bytes(credential.document)).verdict == Verdict.UNCHECKED


def test_a_status_list_with_a_changed_bit_does_not_fit_its_signature(credential):
    row = credential.status_list
    listed = json.loads(bytes(row.document))
    listed["credentialSubject"]["encodedList"] = bitstring.encode([credential.status_index + 1])
    change(row, document=as_bytes(listed))
    assert check(bytes(credential.document)).verdict == Verdict.UNCHECKED


def test_a_swapped_status_list_is_noticed(credential, document):
    """The list of another issuer, in place of the right one: the signature covers its address."""
    other, _ = status.take_index(keys.identity_of(another_issuer()), timezone.now())
    url = addresses.status_list_url(other.pk)
    document["credentialStatus"]["statusListCredential"] = url
    document["credentialStatus"]["id"] = f"{url}#{credential.status_index}"
    assert failure(checked(document)) == (Check.SIGNATURE, "signature")
    change(credential.status_list, document=bytes(other.document))
    assert check(bytes(credential.document)).verdict == Verdict.UNCHECKED


def test_without_its_status_list_nobody_says_that_it_stands(credential):
    class Offline(Published):
        def status_list(self, url):
            return None

    report = verify(bytes(credential.document), Offline(), timezone.now())
    assert report.verdict == Verdict.UNCHECKED
    assert [one.code for one in report.of(Check.STATUS)] == ["unavailable"]


def test_a_status_list_is_no_certificate(credential):
    report = check(bytes(StatusList.objects.get(pk=credential.status_list_id).document))
    assert failure(report) == (Check.FORM, "kind")
