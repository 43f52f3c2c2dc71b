"""Bitstring Status Lists: one bit per credential, squeezed."""

import base64
import gzip
import zlib
from collections.abc import Iterable

ENTRIES = 131_072  # the least that the standard allows, so that one bit hides among many
LARGEST = ENTRIES * 64 // 8  # bytes; more is a bomb


def encode(indexes: Iterable[int], entries: int = ENTRIES) -> str:
    """A list in which these bits are set. Bit 0 is the leftmost of the first byte."""
    bits = bytearray(entries // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    squeezed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(squeezed).rstrip(b"=").decode()


def decode(encoded: str) -> bytes:
    """The bits; ValueError for what is no list, is shorter than allowed, or far too long."""
    if not encoded.startswith("u"):
        raise ValueError("not base64url behind a u")
    text = encoded[1:]
    squeezed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    unpacker = zlib.decompressobj(wbits=31)
    try:
        bits = unpacker.decompress(squeezed, LARGEST)
    except zlib.error as error:
        raise ValueError("not a gzip stream") from error
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("cut short, or too long")
    if len(bits) * 8 < ENTRIES:
        raise ValueError(f"fewer than {ENTRIES} entries")
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """
    >>> [is_set(bytes([0b01000001]), index) for index in (0, 1, 7)]
    [False, True, True]
    """
    return bool(bits[index // 8] & 0x80 >> index % 8)
