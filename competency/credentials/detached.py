"""A signature beside what it signs: a detached JSON Web Signature (RFC 7515, appendix F).

For files that are no credentials. The key is one of the issuer's, named like that of a proof.
"""

import base64
import json
from binascii import Error
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from competency.credentials import dids, multibase, vault
from competency.credentials.models import IssuerKey
from competency.credentials.verification import Documents
from competency.foundation.errors import DomainError

ALGORITHM = "EdDSA"
LONGEST = 1_000


class DoesNotHold(Exception):
    """Why a signature proves nothing, in words."""


def sign_detached(key: IssuerKey, payload: bytes) -> str:
    """`header..signature`, over exactly these bytes."""
    if key.sealed is None:
        raise DomainError("This key is no longer active; it signs nothing.")
    secret, _in_force = vault.unseal(key.sealed, key.pk)
    header = _encoded(json.dumps({"alg": ALGORITHM, "kid": key.method}).encode())
    return f"{header}..{_encoded(secret.sign(_signed_bytes(header, payload)))}"


def signer_of(signature: Any, payload: bytes, documents: Documents) -> str:
    """The DID of the issuer whose key signed these bytes. Raises DoesNotHold."""
    header, signed = _read(signature)
    method = header["kid"]
    did = method.partition("#")[0]
    known = documents.did_document(did) if dids.DID.fullmatch(did) else None
    if known is None:
        raise DoesNotHold("its issuer is not one whose register this is")
    listed = dids.key_in(known, method)
    if listed is None:
        raise DoesNotHold("it is signed with a key that its issuer does not list, or no longer")
    public_key = Ed25519PublicKey.from_public_bytes(multibase.public_key_of(listed))
    try:
        public_key.verify(signed, _signed_bytes(signature.partition("..")[0], payload))
    except InvalidSignature as error:
        raise DoesNotHold("something was changed after it was signed") from error
    return did


def _read(signature: Any) -> tuple[dict[str, str], bytes]:
    try:
        if not isinstance(signature, str) or len(signature) > LONGEST:
            raise ValueError
        header, between, signed = signature.partition("..")
        found = json.loads(_decoded(header))
        usual = isinstance(found, dict) and found.keys() == {"alg", "kid"}
        if (
            not between
            or not usual
            or found["alg"] != ALGORITHM
            or not isinstance(found["kid"], str)
        ):
            raise ValueError
        return found, _decoded(signed)
    except (ValueError, Error, RecursionError) as error:
        raise DoesNotHold("its signature cannot be read") from error


def _signed_bytes(header: str, payload: bytes) -> bytes:
    return f"{header}.{_encoded(payload)}".encode()


def _encoded(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    if "=" in text:
        raise ValueError("padding is left out")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
