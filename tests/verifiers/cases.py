"""A credential of ours, and what may happen to it: what each verifier must say of it."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from competency.credentials import multibase

Document = dict[str, Any]


def _flip_bit(value: str) -> str:
    signature = bytearray(multibase.decode(value))
    signature[0] ^= 1
    return multibase.encode(bytes(signature))


def _level(document: Document) -> None:
    result = document["credentialSubject"]["result"][0]
    result["achievedLevel"] = result["achievedLevel"][:-1] + "1"


CHANGES: dict[str, Callable[[Document], Any]] = {
    "one value": lambda d: d["credentialSubject"]["result"][0].update(value="3.9999"),
    "one level": _level,
    "one date": lambda d: d.update(validUntil="2099-01-01T00:00:00Z"),
    "one day of award": lambda d: d.update(awardedDate="2020-01-01T00:00:00Z"),
    "one letter of the name": lambda d: d["credentialSubject"]["identifier"][1].update(
        identityHash=d["credentialSubject"]["identifier"][1]["identityHash"] + "x"
    ),
    "one bit of the signature": lambda d: d["proof"][0].update(
        proofValue=_flip_bit(d["proof"][0]["proofValue"])
    ),
    "the index of its status": lambda d: d["credentialStatus"].update(statusListIndex="5"),
    "a key that is not listed": lambda d: d["proof"][0].update(
        verificationMethod=d["proof"][0]["verificationMethod"] + "x"
    ),
}


@dataclass
class Desk:
    """What a verifier is given: credentials, and every document that it may fetch."""

    documents: dict[str, str] = field(default_factory=dict)
    cases: dict[str, Document] = field(default_factory=dict)
    good: set[str] = field(default_factory=set)

    def put(self, name: str, content: bytes, *, good: bool = False) -> None:
        self.cases[name] = json.loads(content)
        if good:
            self.good.add(name)

    def change(self, content: bytes) -> None:
        """Every change of one thing."""
        for name, alter in CHANGES.items():
            document = copy.deepcopy(json.loads(content))
            alter(document)
            self.cases[name] = document
