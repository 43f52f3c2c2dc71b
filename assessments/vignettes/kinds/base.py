"""What every kind of item is: what is answered, how it is checked, scored, keyed and shown.

A kind is pure: it sees an item's shape, a response as plain JSON and a key, never a row. Scores
run from 0 to 1.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

Response = Mapping[str, Any]
Form = Mapping[str, Sequence[str]]  # name → values, as a browser sends them


class ResponseError(ValueError):
    """A response that cannot be taken, said in words for the person who gave it."""


@dataclass(frozen=True)
class ItemShape:
    """An item without its words: option codes in order, and settings of its kind."""

    code: str
    options: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Keyed:
    """What a key says of one option: a value whose meaning the kind defines."""

    value: float
    critical: bool = False


Key = Mapping[str, Keyed]
Ballot = Mapping[str, float]  # one panelist's votes on one item: option → value


class ItemKind(ABC):
    """One kind of item."""

    code: ClassVar[str]
    title: ClassVar[str]
    keyed: ClassVar[bool] = True
    branching: ClassVar[bool] = False
    fields: ClassVar[frozenset[str]]
    control: ClassVar[str]

    def clean(self, item: ItemShape, response: Any) -> dict[str, Any]:
        """The response in canonical form. Raises ResponseError when it cannot be taken."""
        if not isinstance(response, Mapping):
            raise ResponseError("An answer is an object with named parts.")
        if unknown := set(response) - self.fields:
            raise ResponseError(f"An answer has no part called “{min(map(str, unknown))}”.")
        return self.read(item, response)

    @abstractmethod
    def read(self, item: ItemShape, response: Response) -> dict[str, Any]: ...

    @abstractmethod
    def is_blank(self, response: Response) -> bool: ...

    def score(self, item: ItemShape, response: Response, key: Key) -> float:
        """Score in [0, 1]; a blank scores 0."""
        raise NotImplementedError(f"{self.code} items have no key")

    def key_problems(self, item: ItemShape, key: Key) -> list[str]:
        """What is wrong with a key for this item; empty when it is complete."""
        return []

    def critical_choices(self, response: Response, key: Key) -> list[str]:
        """Critical options that this response chose."""
        return [code for code in self.chosen(response) if code in key and key[code].critical]

    def chosen(self, response: Response) -> list[str]:
        return []

    def shape_problems(self, item: ItemShape) -> list[str]:
        """What is wrong with the item itself; empty when it can be published."""
        return [] if len(item.options) >= 2 else ["needs at least two options"]

    def panel_key(self, item: ItemShape, ballots: Sequence[Ballot]) -> dict[str, float]:
        """Option values from the votes of a panel, each ballot mapping option to value."""
        raise NotImplementedError(f"{self.code} items have no key")

    def from_form(self, item: ItemShape, form: Form) -> dict[str, Any]:
        """What was put into the item's fields, still to be cleaned."""
        return {part: form[part][0] for part in sorted(self.fields) if form.get(part)}

    def to_form(self, response: Response) -> dict[str, list[str]]:
        """The fields that hold a canonical response: the reverse of `from_form`."""
        return {part: [str(value)] for part, value in response.items() if value is not None}

    def rendering(self, item: ItemShape) -> dict[str, Any]:
        """What a page or a client needs to draw the item; never anything of the key."""
        return {"control": self.control, "options": list(item.options)}


def known_option(item: ItemShape, code: Any) -> str:
    if code not in item.options:
        raise ResponseError(f"“{code}” is not one of the options.")
    return str(code)


def keyed_range(item: ItemShape, key: Key, low: float, high: float) -> list[str]:
    """Every option keyed once, inside the range, and no key for an option that is missing."""
    problems = [f"option {code} has no key" for code in item.options if code not in key]
    problems += [f"the key names option {code}, which is missing"
                 for code in key if code not in item.options]  # fmt: skip
    problems += [
        f"the key of option {code} is not within {low:g} to {high:g}"
        for code, keyed in key.items()
        if not low <= keyed.value <= high
    ]
    return problems
