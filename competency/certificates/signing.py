"""Sign the credential of a certificate: composed, signed twice over, checked, then stored."""

import hashlib
import json
import secrets
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from django.utils.translation import gettext as _

from competency.accounts.models import User
from competency.audit.services import record
from competency.certificates import addresses, composing, status
from competency.certificates.describing import achievement_of
from competency.certificates.models import Certificate, Credential
from competency.certificates.published import InHand
from competency.certificates.states import Withdrawal
from competency.credentials import form
from competency.credentials.models import IssuerIdentity
from competency.credentials.services import active_key, identity_of, sign_with
from competency.credentials.verification import Documents, verify
from competency.foundation.errors import DomainError
from competency.privacy.policies import is_erased

HOLDERS = UUID("6f0d1b2e-6f1a-4a3e-9b57-5f9d8a0c4e21")  # a namespace of our own


def subject_of(holder_id: UUID) -> str:
    """The name of a holder in credentials: always the same, and not the account's key."""
    return f"urn:uuid:{uuid5(HOLDERS, str(holder_id))}"


def sign_credential(certificate: Certificate, now: datetime) -> Credential:
    """Sign and store the credential that a locked certificate lacks.

    Call it in the transaction that issues the certificate: row, bytes and status index are
    stored together or not at all.
    """
    earlier = _earlier(certificate)
    # Who signed before signs again, whatever the program says today.
    identity = earlier.achievement.identity if earlier else identity_of(certificate.program.issuer)
    key = active_key(identity)
    status_list, index = status.take_index(identity, now)
    credential = Credential(
        id=uuid4(),
        certificate=certificate,
        number=earlier.number + 1 if earlier else 1,
        achievement=achievement_of(certificate.decision.dossier, identity),
        key=key,
        status_list=status_list,
        status_index=index,
        signed_at=now,
    )
    document = compose(credential, certificate, identity)
    form.check(document)
    content = as_bytes(sign_with(key, document, created=now))
    _must_hold(content, InHand(identity, status_list), now)
    credential.document = content
    credential.document_hash = hashlib.sha256(content).hexdigest()
    credential.save(force_insert=True)
    record("credential.signed", credential, by=None, certificate=str(certificate.pk))
    return credential


def _earlier(certificate: Certificate) -> Credential | None:
    signed = certificate.credentials.select_related("achievement__identity")
    return signed.order_by("-number").first()


def compose(
    credential: Credential, certificate: Certificate, identity: IssuerIdentity
) -> dict[str, object]:
    """The unsigned document of a credential row."""
    words, issued_at, valid_until = (
        certificate.words,
        certificate.issued_at,
        certificate.valid_until,
    )
    if not words or issued_at is None or valid_until is None:
        raise DomainError(_("Only an issued certificate has a credential."))
    places = composing.Places(
        credential=addresses.credential_url(credential.pk),
        achievement=addresses.achievement_url(credential.achievement_id),
        status_list=addresses.status_list_url(credential.status_list_id),
        status_index=credential.status_index,
        did=identity.did,
        subject=subject_of(certificate.holder_id),
    )
    return composing.compose_credential(
        words,
        credential.achievement.content,
        places,
        identifiers=_identifiers(words["holder"], certificate.holder),
        valid_from=issued_at,
        valid_until=valid_until,
        awarded_at=certificate.awarded_at,
    )


def _identifiers(name: str, holder: User) -> list[dict[str, object]]:
    """The address of an erased account is nobody's."""
    email = "" if is_erased(holder) else holder.email
    return composing.identifiers_of(name, email, secrets.token_hex(16))


def as_bytes(document: dict[str, object]) -> bytes:
    """What is stored and served, byte for byte."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _must_hold(content: bytes, documents: Documents, now: datetime) -> None:
    """Nothing is stored that our own check would refuse."""
    report = verify(content, documents, now)
    if not report.valid:
        found = "; ".join(f"{one.check}: {one.words}" for one in report.findings)
        raise DomainError(_("The new credential does not hold: %(found)s") % {"found": found})


def withdraw(certificate: Certificate, because: Withdrawal, now: datetime) -> None:
    """Set the bit of the current credential, if there is one. The list is signed anew apart."""
    for credential in certificate.credentials.current().select_for_update(no_key=True):
        credential.withdrawn_at = now
        credential.withdrawn_because = because
        credential.save(update_fields=["withdrawn_at", "withdrawn_because"])
        record("credential.withdrawn", credential, by=None, because=because)
