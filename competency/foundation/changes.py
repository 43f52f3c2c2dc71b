"""What changed between two versions, as data. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NAMES = ("code", "number", "vignette", "name")


@dataclass(frozen=True)
class Change:
    """One difference: where, and what stood there before and after (None: nothing)."""

    path: str
    before: Any
    after: Any


def changes(before: Any, after: Any, path: str = "") -> Iterator[Change]:
    """Differences between two contents, in order. Lists of coded things are matched by code,
    other lists of one length by place.

    >>> old = {"title": "A", "criteria": [{"code": "C1", "weight": "1"}]}
    >>> new = {"title": "A", "criteria": [{"code": "C1", "weight": "2"}]}
    >>> list(changes(old, new))
    [Change(path='criteria[C1].weight', before='1', after='2')]
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            at = f"{path}.{name}" if path else str(name)
            yield from changes(before.get(name), after.get(name), at)
    elif (named := _named(before)) is not None and (renamed := _named(after)) is not None:
        for name in dict.fromkeys([*named, *renamed]):
            yield from changes(named.get(name), renamed.get(name), f"{path}[{name}]")
        if before and after and _order(named, renamed) != _order(renamed, named):
            yield Change(f"{path}.order", list(named), list(renamed))
    elif _same_length(before, after):
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from changes(one, other, f"{path}[{place}]")
    elif before != after:
        yield Change(path, before, after)


def _named(value: Any) -> dict[str, Any] | None:
    """A list of coded things by their codes; None for anything else."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    for name in NAMES:
        if all(isinstance(one, Mapping) and name in one for one in value):
            found = {str(one[name]): one for one in value}
            return found if len(found) == len(value) else None
    return None


def _same_length(before: Any, after: Any) -> bool:
    return isinstance(before, list) and isinstance(after, list) and len(before) == len(after)


def _order(named: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    return [name for name in named if name in other]
