"""Figures about few people can point at one of them: which are withheld. Pure."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

LEAST = 5  # a smaller number of people is not told where identities are withheld
Name = TypeVar("Name", bound=Hashable)


def withheld(count: int, least: int = LEAST) -> bool:
    """Whether a number of people is too small to be told; that there is nobody may be said.

    >>> withheld(0), withheld(4), withheld(5)
    (False, True, False)
    """
    return 0 < count < least


def suppressed(counts: Mapping[Name, int], least: int = LEAST) -> dict[Name, int | None]:
    """The parts of a whole whose sum is known, with None for those withheld.

    One small part alone could be worked out from the sum, and so could a few that together stay
    small: then the next smallest part is withheld as well.

    >>> suppressed({"a": 40, "b": 9, "c": 2})
    {'a': 40, 'b': None, 'c': None}
    >>> suppressed({"a": 40, "b": 0})
    {'a': 40, 'b': 0}
    """
    hidden = {name for name, count in counts.items() if withheld(count, least)}
    rest = sorted((n, str(name), name) for name, n in counts.items() if n and name not in hidden)
    while hidden and rest and (len(hidden) == 1 or sum(counts[name] for name in hidden) < least):
        hidden.add(rest.pop(0)[2])
    return {name: None if name in hidden else count for name, count in counts.items()}
