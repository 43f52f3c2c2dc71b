"""What a credential may look like: plain terms of pinned contexts, plain text, a bounded shape.

A signature covers a graph, not a spelling. A holder who renames `credentialStatus` to its full
IRI leaves the graph, and so the signature, as it was; a reader who looks for the plain name then
finds no status. Whatever is not spelled as we spell it is therefore refused, before anything else
is looked at. The same rules guard what we sign.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from competency.credentials import pinned

LARGEST = 2_000_000  # bytes
DEEPEST = 16
LARGEST_WHOLE = 2**53
MOST_WORK = 20_000  # steps that a canonicalization may need to tell alike nodes apart
# Control characters, halves of surrogate pairs and what Unicode says is no character.
CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
CONTEXTS = {
    "AchievementCredential": [pinned.VC, pinned.OPEN_BADGES, pinned.EXTENSIONS],
    "BitstringStatusListCredential": [pinned.VC],
    "ClrCredential": [pinned.VC, pinned.CLR, pinned.OPEN_BADGES, pinned.EXTENSIONS],
}


class Malformed(ValueError):
    """A document that is not spelled as credentials are spelled here; says why."""


def read(content: bytes) -> dict[str, Any]:
    """Parse JSON strictly: UTF-8, no member twice, no fractions; Malformed otherwise."""
    if len(content) > LARGEST:
        raise Malformed(f"it is larger than {LARGEST} bytes")
    try:
        document = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_members,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
    except Malformed:
        raise
    except (ValueError, RecursionError) as error:
        raise Malformed("it is not JSON in UTF-8") from error
    if not isinstance(document, dict):
        raise Malformed("it is not a JSON object")
    return document


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("it has a member twice")
    return members


def _no_fraction(text: str) -> Any:
    raise Malformed(f"it has the number {text[:20]}; only whole numbers read alike everywhere")


def kind_of(document: dict[str, Any]) -> str:
    """Which of the kinds that we know it is, from its types; Malformed for any other."""
    for kind in CONTEXTS:
        if document.get("type") == ["VerifiableCredential", kind]:
            return kind
    raise Malformed("its types are not those of a credential, a transcript or a status list")


def check(document: dict[str, Any]) -> str:
    """Refuse (Malformed) what is not spelled as we spell it; return the kind of the document."""
    kind = kind_of(document)
    _check_credential(document, kind, depth=0)
    if work(document) > MOST_WORK:
        raise Malformed("it has too many parts that are alike")
    return kind


def _check_credential(document: dict[str, Any], kind: str, *, depth: int) -> None:
    contexts = CONTEXTS[kind]
    if document.get("@context") != contexts:
        raise Malformed("its contexts are not exactly the usual ones, in their order")
    known = frozenset().union(*map(pinned.terms, contexts))
    for name, value in document.items():
        if name != "@context":
            _check_member(name, value, known, kind, depth)
    _check_descriptions(document)


def _check_descriptions(document: dict[str, Any]) -> None:
    """Who or what is described twice, such as an issuer that is also the creator, is described in
    the same words: what only one of two places says could be dropped from the other unnoticed."""
    found: dict[str, str] = {}
    for node in _named(list(document.values())):
        words = json.dumps(node, sort_keys=True)
        if found.setdefault(str(node["id"]), words) != words:
            raise Malformed(f"it describes “{str(node['id'])[:60]}” in two ways")


def _named(value: Any) -> Iterator[dict[str, Any]]:
    """Every node with a name, but none of a credential inside, which is a graph of its own."""
    if isinstance(value, list):
        for inner in value:
            yield from _named(inner)
    elif isinstance(value, dict) and "@context" not in value:
        if "id" in value:
            yield value
        yield from _named(list(value.values()))


def _check_member(name: str, value: Any, known: frozenset[str], kind: str, depth: int) -> None:
    if name not in known:
        raise Malformed(f"it has the member “{name[:60]}”, which is no plain term")
    _check_value(value, known, kind, depth + 1, of=name)


def _check_value(value: Any, known: frozenset[str], kind: str, depth: int, *, of: str) -> None:
    if depth > DEEPEST:
        raise Malformed("it is nested too deep")
    if isinstance(value, dict):
        if "@context" in value:
            _check_embedded(value, kind, depth, of=of)
            return
        for name, inner in value.items():
            _check_member(name, inner, known, kind, depth)
    elif isinstance(value, list):
        _check_list(value, known, kind, depth, of=of)
    elif isinstance(value, str):
        _check_text(value, of=of)
    elif not isinstance(value, bool) and not _is_whole(value):
        raise Malformed(f"“{of}” is neither text nor a whole number")


def _check_list(value: list[Any], known: frozenset[str], kind: str, depth: int, *, of: str) -> None:
    """What is empty or stands there twice is not in the graph, so no signature covers it."""
    if not value:
        raise Malformed(f"“{of}” is an empty list")
    if len({json.dumps(inner, sort_keys=True) for inner in value}) < len(value):
        raise Malformed(f"something stands twice in “{of}”")
    for inner in value:
        if isinstance(inner, list):
            raise Malformed(f"a list stands in a list in “{of}”")
        _check_value(inner, known, kind, depth, of=of)


def _check_embedded(value: dict[str, Any], kind: str, depth: int, *, of: str) -> None:
    """A transcript holds whole credentials; nothing else brings contexts of its own."""
    if kind != "ClrCredential" or of != "verifiableCredential":
        raise Malformed(f"“{of}” brings contexts of its own")
    inner = kind_of(value)
    if inner != "AchievementCredential":
        raise Malformed(f"“{of}” holds something else than credentials")
    _check_credential(value, inner, depth=depth)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and abs(value) < LARGEST_WHOLE


def _check_text(text: str, *, of: str) -> None:
    if CONTROL.search(text):
        raise Malformed(f"“{of}” holds a control character")
    if of in ("id", "type", "@context") and (text.startswith("_:") or text != text.strip()):
        raise Malformed(f"“{of}” is no plain name")


def work(value: Any) -> float:
    """How many steps canonicalization may need: alike nodes side by side are tried in all orders.

    >>> work({"name": "a", "result": [{"name": "x"}, {"name": "y"}]})
    3
    """
    if isinstance(value, dict):
        return 1 + sum(work(inner) for inner in value.values())
    if not isinstance(value, list):
        return 0
    groups = Counter(_looks(inner) for inner in value if isinstance(inner, dict))
    alike = math.prod(math.factorial(min(size, 20)) for size in groups.values())
    return alike * sum(work(inner) for inner in value)


def _looks(node: dict[str, Any]) -> str:
    """What tells a node from its neighbors before anything below it is looked at."""
    if "id" in node:
        return str(node["id"])
    plain = {name: sorted(_plain(value)) for name, value in node.items()}
    return json.dumps(plain, sort_keys=True)


def _plain(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield f"node {one.get('id', '')}"
        else:
            yield json.dumps(one)
