"""Data Integrity proofs of the kind `eddsa-rdfc-2022`: made and checked."""

import hashlib
import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from competency.credentials import multibase
from competency.credentials.canonical import canonical_form

SUITE = "eddsa-rdfc-2022"
MEMBERS = frozenset(
    {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}
)


def moment(when: datetime) -> str:
    """A time as credentials write it, to the second.

    >>> moment(datetime(2026, 11, 20, 9, tzinfo=UTC))
    '2026-11-20T09:00:00Z'
    """
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sign(
    document: dict[str, Any], key: Ed25519PrivateKey, *, method: str, created: datetime
) -> dict[str, Any]:
    """The document with its proof, last. `method` names the public key: `did:…#…`."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": moment(created),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    signature = key.sign(_signed_bytes(document, options))
    return {**document, "proof": [{**options, "proofValue": multibase.encode(signature)}]}


def holds(document: dict[str, Any], public_key: bytes) -> bool:
    """Whether the one proof of a signed document was made with this key (32 bytes)."""
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    options = proof_of(document)
    signature = options.pop("proofValue")
    try:
        signed = _signed_bytes(unsigned, options)
        Ed25519PublicKey.from_public_bytes(public_key).verify(multibase.decode(signature), signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def proof_of(document: dict[str, Any]) -> dict[str, Any]:
    """A copy of the one proof, whose members are exactly those we know; ValueError otherwise."""
    proofs = document.get("proof")
    proofs = proofs if isinstance(proofs, list) else [proofs]
    if len(proofs) != 1 or not isinstance(proofs[0], dict) or proofs[0].keys() != MEMBERS:
        raise ValueError("it must carry one proof, of the usual members")
    proof = dict(proofs[0])
    if not all(isinstance(value, str) for value in proof.values()):
        raise ValueError("a member of the proof is not text")
    kind = (proof["type"], proof["cryptosuite"], proof["proofPurpose"])
    if kind != ("DataIntegrityProof", SUITE, "assertionMethod"):
        raise ValueError(f"its proof is not a {SUITE} proof of an assertion")
    return proof


def _signed_bytes(document: dict[str, Any], options: dict[str, Any]) -> bytes:
    contexts = tuple(document["@context"])
    return _options_hash(contexts, *sorted(options.items())) + _hash(document)


@lru_cache(maxsize=64)
def _options_hash(contexts: tuple[str, ...], *options: tuple[str, str]) -> bytes:
    """Certificates that are signed in the same second share it."""
    return _hash({"@context": list(contexts), **dict(options)})


def _hash(document: dict[str, Any]) -> bytes:
    return _hash_of_text(json.dumps(document))


@lru_cache(maxsize=8)
def _hash_of_text(text: str) -> bytes:
    """Depends on the text alone: what was signed a moment ago is checked without reading it anew,
    and whatever differs by a single letter is read from the start."""
    return hashlib.sha256(canonical_form(json.loads(text))).digest()
