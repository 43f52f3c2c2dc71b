"""Names of issuers on the web (did:web), and the documents that list their keys."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

DID = re.compile(r"did:web:[A-Za-z0-9.-]+(?:%3A[0-9]+)?(?::[A-Za-z0-9._-]+)*")
CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


def did_web(site: str, *path: str) -> str:
    """The DID of a folder of a site. A port is written %3A8000, since : parts the folders.

    >>> did_web("https://certs.example.org", "issuers", "psy-board")
    'did:web:certs.example.org:issuers:psy-board'
    >>> did_web("http://127.0.0.1:8000", "issuers", "psy-board")
    'did:web:127.0.0.1%3A8000:issuers:psy-board'
    """
    return ":".join(["did:web", quote(urlsplit(site).netloc, safe=""), *path])


def address_of(did: str, scheme: str = "https") -> str:
    """Where the document of a DID is; ValueError for what is no did:web.

    >>> address_of("did:web:certs.example.org:issuers:psy-board")
    'https://certs.example.org/issuers/psy-board/did.json'
    >>> address_of("did:web:certs.example.org")
    'https://certs.example.org/.well-known/did.json'
    """
    if not DID.fullmatch(did):
        raise ValueError(f"{did} is no did:web")
    host, *path = did.removeprefix("did:web:").split(":")
    folder = "/".join(path) or ".well-known"
    return f"{scheme}://{unquote(host)}/{folder}/did.json"


def did_document(did: str, keys: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The document of a DID. `keys`: (name, multikey) of every key that still counts."""
    methods = [
        {
            "id": f"{did}#{name}",
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": public_key,
        }
        for name, public_key in keys
    ]
    return {
        "@context": CONTEXTS,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def key_in(document: dict[str, Any], method: str) -> str | None:
    """The multikey that a DID document lists under exactly this name for assertions, if any."""
    did = method.partition("#")[0]
    if document.get("id") != did or method not in document.get("assertionMethod", ()):
        return None
    for listed in document.get("verificationMethod", ()):
        if (listed.get("id"), listed.get("controller")) == (method, did):
            key: str | None = listed.get("publicKeyMultibase")
            return key
    return None
