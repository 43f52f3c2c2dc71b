"""Private keys at rest: AES-256-GCM, under a key drawn from the installation's sealing key."""

import base64
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12
PURPOSE = b"credence issuer keys 1"


def _wrapping_keys() -> list[AESGCM]:
    """Of the sealing key in force, then of those it replaces. Not these keys themselves: what is
    drawn for one purpose opens nothing else."""
    installation = [settings.SEALING_KEY, *settings.SEALING_KEY_FALLBACKS]
    return [AESGCM(_drawn(base64.urlsafe_b64decode(key))) for key in installation]


def _drawn(key: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key)


def seal_bytes(plain: bytes, key_id: UUID) -> bytes:
    """Nonce and ciphertext, bound to the row they belong to."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _wrapping_keys()[0].encrypt(nonce, plain, key_id.bytes)


def unseal_bytes(sealed: bytes | memoryview, key_id: UUID) -> tuple[bytes, bool]:
    """What was sealed, and whether it is sealed under the sealing key in force.

    Raises InvalidTag under another sealing key, or for another row's secret.
    """
    for place, wrapping_key in enumerate(_wrapping_keys()):
        try:
            nonce, body = bytes(sealed[:NONCE_BYTES]), bytes(sealed[NONCE_BYTES:])
            return wrapping_key.decrypt(nonce, body, key_id.bytes), place == 0
        except InvalidTag:
            continue
    raise InvalidTag


def seal(key: Ed25519PrivateKey, key_id: UUID) -> bytes:
    return seal_bytes(key.private_bytes_raw(), key_id)


def unseal(sealed: bytes | memoryview, key_id: UUID) -> tuple[Ed25519PrivateKey, bool]:
    """An issuer's key, and whether it is sealed under the sealing key in force."""
    plain, in_force = unseal_bytes(sealed, key_id)
    return Ed25519PrivateKey.from_private_bytes(plain), in_force
