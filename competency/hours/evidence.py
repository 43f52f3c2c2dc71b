"""What may be handed in as evidence: small, and of a kind that every browser shows."""

from competency.foundation.errors import InvalidInput

MOST_BYTES = 5_000_000
TYPES = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}


def type_of(content: bytes) -> str:
    """By what the file is, not by its name. Raises InvalidInput."""
    if len(content) > MOST_BYTES:
        raise InvalidInput({"evidence": "The file is larger than 5 MB."})
    for start, kind in TYPES.items():
        if content.startswith(start):
            return kind
    raise InvalidInput({"evidence": "Evidence is a PDF, a PNG or a JPEG file."})
