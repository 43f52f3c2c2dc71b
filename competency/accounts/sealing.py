"""Seal a person's own words under a key of their own (AES-256-GCM).

The person's key is itself wrapped under the installation's key, `SEALING_KEY`.
"""

import base64
import os
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from competency.accounts.models import PersonKey

NONCE_BYTES = 12
ERASED = "[erased at the person's request]"


def _seal(key: bytes, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def _unseal(key: bytes, sealed: bytes, context: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)


def _installation_key() -> bytes:
    return base64.urlsafe_b64decode(settings.SEALING_KEY)


class Sealer:
    """Seals and opens one person's words; loads their key once."""

    def __init__(self, person_id: UUID) -> None:
        self.person_id = person_id
        self._key = self._load()

    def _load(self) -> bytes | None:
        context = self.person_id.bytes
        wrapped = _seal(_installation_key(), AESGCM.generate_key(256), context)
        row, _ = PersonKey.objects.get_or_create(
            person_id=self.person_id, defaults={"wrapped": wrapped}
        )
        if row.wrapped is None:
            return None
        return _unseal(_installation_key(), bytes(row.wrapped), context)

    def seal(self, text: str) -> bytes:
        """Raises ValueError when the person's key was destroyed."""
        if self._key is None:
            raise ValueError("this person's words were erased; nothing new can be sealed")
        return _seal(self._key, text.encode(), self.person_id.bytes)

    def unseal(self, sealed: bytes) -> str:
        """The words, or a plain notice where the key was destroyed."""
        if self._key is None:
            return ERASED
        return _unseal(self._key, bytes(sealed), self.person_id.bytes).decode()
