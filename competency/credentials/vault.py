"""Issuers' private keys at rest, sealed as every secret of the installation."""

from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from competency.accounts.vault import seal_for, unseal_for

PURPOSE = b"credence issuer keys 1"


def seal_bytes(plain: bytes, key_id: UUID) -> bytes:
    return seal_for(PURPOSE, plain, key_id)


def unseal_bytes(sealed: bytes | memoryview, key_id: UUID) -> tuple[bytes, bool]:
    """What was sealed, and whether it is sealed under the sealing key in force.

    Raises InvalidTag under another sealing key, or for another row's secret.
    """
    return unseal_for(PURPOSE, sealed, key_id)


def seal(key: Ed25519PrivateKey, key_id: UUID) -> bytes:
    return seal_bytes(key.private_bytes_raw(), key_id)


def unseal(sealed: bytes | memoryview, key_id: UUID) -> tuple[Ed25519PrivateKey, bool]:
    """An issuer's key, and whether it is sealed under the sealing key in force."""
    plain, in_force = unseal_bytes(sealed, key_id)
    return Ed25519PrivateKey.from_private_bytes(plain), in_force
