"""What is found in content, where, and what it stands in the way of."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Path = tuple[str | int, ...]
Content = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """`blocks_draft`: it cannot even be stored; else it only cannot be published yet."""

    path: Path
    message: str
    blocks_draft: bool = False


class Known(Protocol):
    """The content that references lead to; None where that cannot be known."""

    def content(self, kind: str, reference: str) -> Content | None: ...

    def key_numbers(self, vignette: str, scope_profile: str) -> Collection[int] | None: ...

    def newest_key(self, vignette: str, scope_profile: str) -> int | None: ...

    def why_unknown(self, kind: str, reference: str) -> str: ...


def refuse(path: Path, message: str) -> Finding:
    return Finding(path, message, blocks_draft=True)


def owed(path: Path, message: str) -> Finding:
    return Finding(path, message)


def given_twice(
    things: Iterable[Content], at: Path, named: str, field: str = "code"
) -> Iterator[Finding]:
    """A finding for each thing whose code an earlier one has."""
    seen: set[Any] = set()
    for place, thing in enumerate(things):
        if thing[field] in seen:
            yield refuse((*at, place, field), f"{named} {thing[field]} is used twice.")
        seen.add(thing[field])
