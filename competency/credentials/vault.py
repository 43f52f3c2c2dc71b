"""Private keys at rest: AES-256-GCM, under a key drawn from the installation's sealing key."""

import base64
import os
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12
PURPOSE = b"credence issuer keys 1"


def _wrapping_key() -> AESGCM:
    """Not the sealing key itself: what is drawn for one purpose opens nothing else."""
    installation = base64.urlsafe_b64decode(settings.SEALING_KEY)
    drawn = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(installation)
    return AESGCM(drawn)


def seal(key: Ed25519PrivateKey, key_id: UUID) -> bytes:
    """Nonce and ciphertext, bound to the row they belong to."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _wrapping_key().encrypt(nonce, key.private_bytes_raw(), key_id.bytes)


def unseal(sealed: bytes | memoryview, key_id: UUID) -> Ed25519PrivateKey:
    """Raises InvalidTag under another sealing key, or for another row's secret."""
    sealed = bytes(sealed)
    plain = _wrapping_key().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], key_id.bytes)
    return Ed25519PrivateKey.from_private_bytes(plain)
