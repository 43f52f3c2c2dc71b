"""Secrets of the installation at rest: AES-256-GCM, under a key drawn from its sealing key.

What is drawn for one purpose opens nothing else, so a purpose never changes once rows rest on it.
"""

import base64
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12


def _wrapping_keys(purpose: bytes) -> list[AESGCM]:
    """Of the sealing key in force, then of those it replaces."""
    installation = [settings.SEALING_KEY, *settings.SEALING_KEY_FALLBACKS]
    return [AESGCM(_drawn(base64.urlsafe_b64decode(key), purpose)) for key in installation]


def _drawn(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)


def seal_for(purpose: bytes, plain: bytes, row_id: UUID) -> bytes:
    """Nonce and ciphertext, bound to the row they belong to."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _wrapping_keys(purpose)[0].encrypt(nonce, plain, row_id.bytes)


def unseal_for(purpose: bytes, sealed: bytes | memoryview, row_id: UUID) -> tuple[bytes, bool]:
    """What was sealed, and whether it is sealed under the sealing key in force.

    Raises InvalidTag under another sealing key, or for another row's secret.
    """
    for place, wrapping_key in enumerate(_wrapping_keys(purpose)):
        try:
            nonce, body = bytes(sealed[:NONCE_BYTES]), bytes(sealed[NONCE_BYTES:])
            return wrapping_key.decrypt(nonce, body, row_id.bytes), place == 0
        except InvalidTag:
            continue
    raise InvalidTag
