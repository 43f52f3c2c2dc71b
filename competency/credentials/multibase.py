"""Keys and signatures as text: base58 (Bitcoin's alphabet) behind a `z`, after a code for keys."""

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519 = b"\xed\x01"  # the multicodec of an Ed25519 public key
PUBLIC_KEY_BYTES = 32
LONGEST = 200


def encode(plain: bytes) -> str:
    """
    >>> encode(b"hello")
    'zCn8eVZg'
    """
    number, digits = int.from_bytes(plain, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = ALPHABET[digit] + digits
    zeros = len(plain) - len(plain.lstrip(b"\0"))
    return "z" + "1" * zeros + digits


def decode(text: str) -> bytes:
    """The bytes behind a multibase text; ValueError for anything else.

    >>> decode("zCn8eVZg")
    b'hello'
    """
    if not text.startswith("z") or len(text) > LONGEST:
        raise ValueError("not base58 behind a z")
    digits, number = text[1:], 0
    for character in digits:
        place = ALPHABET.find(character)
        if place < 0:
            raise ValueError(f"{character!r} is no digit of base58")
        number = number * 58 + place
    zeros = len(digits) - len(digits.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multikey(public_key: bytes) -> str:
    """A public key of 32 bytes, as DID documents write it (`z6Mk…`)."""
    return encode(ED25519 + public_key)


def public_key_of(text: str) -> bytes:
    """The 32 bytes of an Ed25519 key; ValueError for any other."""
    plain = decode(text)
    if not plain.startswith(ED25519) or len(plain) != len(ED25519) + PUBLIC_KEY_BYTES:
        raise ValueError("not an Ed25519 public key")
    return plain[len(ED25519) :]
