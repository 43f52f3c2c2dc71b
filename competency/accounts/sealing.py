"""Seal a person's own words under a key of their own (AES-256-GCM).

The person's key is itself wrapped under the installation's key, `SEALING_KEY`. While that one is
being replaced, the keys named by `SEALING_KEY_FALLBACKS` open what is still wrapped under them.
"""

import base64
import os
from typing import Any, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from competency.accounts.models import PersonKey
from competency.foundation.errors import DomainError

NONCE_BYTES = 12


class Erased(str):
    """What stands where words were erased. A part of it is the whole, so that a passage cited
    from an erased answer says so as well, and nobody reads half a sentence.

    >>> Erased("[erased]")[3:5]
    '[erased]'
    """

    __slots__ = ()

    def __getitem__(self, part: Any) -> "Erased":
        return self


ERASED = Erased("[erased at the person's request]")


class WordsErased(DomainError, ValueError):
    """Nothing can be sealed for a person whose key was destroyed."""

    code = "erased"


def _seal(key: bytes, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def _unseal(key: bytes, sealed: bytes, context: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)


def _installation_keys() -> list[bytes]:
    """The key in force, then those that it replaces."""
    spelled = [settings.SEALING_KEY, *settings.SEALING_KEY_FALLBACKS]
    return [base64.urlsafe_b64decode(key) for key in spelled]


def wrap(key: bytes, person_id: UUID) -> bytes:
    """A person's key as it is stored: under the installation's key in force."""
    return _seal(_installation_keys()[0], key, person_id.bytes)


def unwrap(wrapped: bytes, person_id: UUID) -> tuple[bytes, bool]:
    """A person's key, and whether it is wrapped under the installation's key in force.

    Raises InvalidTag when none of the installation's keys opens it.
    """
    for place, installation_key in enumerate(_installation_keys()):
        try:
            return _unseal(installation_key, wrapped, person_id.bytes), place == 0
        except InvalidTag:
            continue
    raise InvalidTag


class Sealer:
    """Seals and opens one person's words; loads their key once."""

    def __init__(self, person_id: UUID) -> None:
        self.person_id = person_id
        self._key = self._load()

    @classmethod
    def holding(cls, person_id: UUID) -> Self:
        """One whose key stays as it is until the transaction ends: an erasure waits for it.

        Take it before any other lock of the act. Raises WordsErased where there is no key left.
        """
        cls(person_id)  # makes the key, if this is the first word
        PersonKey.objects.select_for_update(no_key=True).get(person_id=person_id)
        sealer = cls(person_id)
        if sealer.erased:
            raise WordsErased("This person’s words were erased; nothing new can be sealed.")
        return sealer

    @property
    def erased(self) -> bool:
        return self._key is None

    def _load(self) -> bytes | None:
        row = PersonKey.objects.filter(person_id=self.person_id).first()
        if row is None:
            wrapped = wrap(AESGCM.generate_key(256), self.person_id)
            row, _ = PersonKey.objects.get_or_create(
                person_id=self.person_id, defaults={"wrapped": wrapped}
            )
        return None if row.wrapped is None else unwrap(bytes(row.wrapped), self.person_id)[0]

    def seal(self, text: str) -> bytes:
        """Raises WordsErased when the person's key was destroyed."""
        if self._key is None:
            raise WordsErased("This person’s words were erased; nothing new can be sealed.")
        return _seal(self._key, text.encode(), self.person_id.bytes)

    def unseal(self, sealed: bytes) -> str:
        """The words, or a plain notice where the key was destroyed."""
        if self._key is None:
            return ERASED
        return _unseal(self._key, bytes(sealed), self.person_id.bytes).decode()
