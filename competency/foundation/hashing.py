"""One canonical form for everything that is frozen by its hash."""

import hashlib
import json
from typing import Any


def canonical_json(content: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spare white space.

    >>> canonical_json({"b": 1, "a": ["é"]}).decode()
    '{"a":["é"],"b":1}'
    """
    return json.dumps(
        content,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    ).encode()


def content_hash(content: Any) -> str:
    """SHA-256 of the canonical form, in hex (64 characters)."""
    return hashlib.sha256(canonical_json(content)).hexdigest()
