"""JSON-LD contexts and the official schema: pinned files with their hashes, never fetched."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "data"
VC = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)


@cache
def documents() -> Mapping[str, Any]:
    """Every pinned document by its address; ValueError when a file is not what was pinned."""
    found = {}
    for row in json.loads((FOLDER / "origins.json").read_text(encoding="utf-8")):
        content = (FOLDER / row["file"]).read_bytes()
        if hashlib.sha256(content).hexdigest() != row["sha256"]:
            raise ValueError(f"{row['file']} is not the file that was pinned")
        found[row["url"]] = json.loads(content)
    return found


def load(url: str, options: Any = None) -> dict[str, Any]:
    """PyLD's document loader; an address that is not pinned is a LookupError."""
    if url not in documents():
        raise LookupError(f"{url} is not a context that is pinned here")
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": documents()[url],
    }


def inlined(document: Any) -> Any:
    """The document with each context's address replaced by the context itself."""
    if isinstance(document, list):
        return [inlined(member) for member in document]
    if not isinstance(document, dict):
        return document
    return {
        name: [load(url)["document"]["@context"] for url in value]
        if name == "@context"
        else inlined(value)
        for name, value in document.items()
    }


@cache
def terms(url: str) -> frozenset[str]:
    """Every term that a context defines, at any depth."""
    return frozenset(_terms(documents()[url]["@context"]))


def _terms(context: Any) -> Iterator[str]:
    for part in context if isinstance(context, list) else [context]:
        if not isinstance(part, dict):
            continue
        for name, meaning in part.items():
            if not name.startswith("@"):
                yield name
            if isinstance(meaning, dict) and "@context" in meaning:
                yield from _terms(meaning["@context"])
