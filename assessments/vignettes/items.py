"""The kinds of items, one class each: what is answered, how it is checked and scored.

A kind is pure: it sees an item's shape, a response as plain JSON and a key, never a row. Scores
run from 0 to 1. To add a kind, add a class here and its test; nothing else changes.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from competency.foundation.text import clean_text, count_words

Response = Mapping[str, Any]


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


class ItemKind(ABC):
    """One kind of item."""

    code: ClassVar[str]
    title: ClassVar[str]
    keyed: ClassVar[bool] = True
    branching: ClassVar[bool] = False
    fields: ClassVar[frozenset[str]]

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


class FreeText(ItemKind):
    """The trainee writes; reviewers judge. No automatic score, ever."""

    code = "free_text"
    title = "Free text"
    keyed = False
    fields = frozenset({"text"})

    def read(self, item: ItemShape, response: Response) -> dict[str, Any]:
        text = response.get("text", "")
        if not isinstance(text, str):
            raise ResponseError("The answer is not text.")
        try:
            return {"text": clean_text(text)}
        except ValueError as error:
            raise ResponseError(f"The answer {error}.") from error

    def is_blank(self, response: Response) -> bool:
        return not response.get("text", "").strip()

    def words(self, response: Response) -> int:
        return count_words(response.get("text", ""))

    def shape_problems(self, item: ItemShape) -> list[str]:
        low, high = item.settings.get("min_words", 0), item.settings.get("max_words")
        if high is not None and low > high:
            return ["asks for more words than it allows"]
        return []


class SjtRating(ItemKind):
    """Rate each action 1 (very inappropriate) to 4 (very appropriate)."""

    code = "sjt_rating"
    title = "Rating of actions"
    fields = frozenset({"ratings"})
    scale: ClassVar[range] = range(1, 5)

    def read(self, item: ItemShape, response: Response) -> dict[str, Any]:
        given = response.get("ratings", {})
        if not isinstance(given, Mapping):
            raise ResponseError("Ratings are given per action.")
        for code, rating in given.items():
            known_option(item, code)
            if type(rating) is not int or rating not in self.scale:
                raise ResponseError(f"The rating of “{code}” must be 1, 2, 3 or 4.")
        return {"ratings": {code: given[code] for code in item.options if code in given}}

    def is_blank(self, response: Response) -> bool:
        return not response.get("ratings")

    def score(self, item: ItemShape, response: Response, key: Key) -> float:
        ratings = response.get("ratings", {})
        earned = [
            score_sjt_rating(ratings[code], int(key[code].value)) if code in ratings else 0.0
            for code in item.options
        ]
        return sum(earned) / len(earned)

    def key_problems(self, item: ItemShape, key: Key) -> list[str]:
        whole = [
            f"the key of option {code} is not a whole level"
            for code, keyed in key.items()
            if keyed.value != int(keyed.value)
        ]
        return keyed_range(item, key, 1, 4) + whole


class Branch(ItemKind):
    """Decide; the story follows. Weights run from −3 to +3 by the effect on the client."""

    code = "branch"
    title = "Decision"
    branching = True
    fields = frozenset({"choice"})

    def read(self, item: ItemShape, response: Response) -> dict[str, Any]:
        choice = response.get("choice")
        return {"choice": None if choice is None else known_option(item, choice)}

    def is_blank(self, response: Response) -> bool:
        return response.get("choice") is None

    def chosen(self, response: Response) -> list[str]:
        return [] if self.is_blank(response) else [response["choice"]]

    def score(self, item: ItemShape, response: Response, key: Key) -> float:
        """The share of this one decision; whole paths are scored by `score_path`."""
        if self.is_blank(response):
            return 0.0
        values = [keyed.value for keyed in key.values()]
        return score_path([key[response["choice"]].value], best=max(values), worst=min(values))

    def key_problems(self, item: ItemShape, key: Key) -> list[str]:
        return keyed_range(item, key, -3, 3)


class MostLeast(ItemKind):
    """Pick the most and the least helpful: half the credit each. Key: +1 most, −1 least."""

    code = "most_least"
    title = "Most and least helpful"
    fields = frozenset({"most", "least"})

    def read(self, item: ItemShape, response: Response) -> dict[str, Any]:
        picked = {
            part: None if response.get(part) is None else known_option(item, response[part])
            for part in ("most", "least")
        }
        if picked["most"] is not None and picked["most"] == picked["least"]:
            raise ResponseError("The most and the least helpful cannot be the same.")
        return picked

    def is_blank(self, response: Response) -> bool:
        return response.get("most") is None and response.get("least") is None

    def chosen(self, response: Response) -> list[str]:
        return [response["most"]] if response.get("most") is not None else []

    def score(self, item: ItemShape, response: Response, key: Key) -> float:
        wanted = {"most": 1, "least": -1}
        hits = [
            response.get(part) in key and key[response[part]].value == value
            for part, value in wanted.items()
        ]
        return sum(hits) / 2

    def key_problems(self, item: ItemShape, key: Key) -> list[str]:
        problems = keyed_range(item, key, -1, 1)
        values = [keyed.value for keyed in key.values()]
        if values.count(1) != 1 or values.count(-1) != 1:
            problems.append("exactly one option is the most and one the least helpful")
        return problems

    def shape_problems(self, item: ItemShape) -> list[str]:
        return [] if len(item.options) >= 3 else ["needs at least three options"]


KINDS: Mapping[str, ItemKind] = {
    kind.code: kind for kind in (FreeText(), SjtRating(), Branch(), MostLeast())
}


def score_sjt_rating(rating: int, key: int) -> float:
    """Score one situational-judgement rating against the panel key.

    Full credit for the keyed rating, half for a near miss on the same side of the midpoint 2.5,
    none otherwise: a near miss that crosses the midpoint calls a harmful act acceptable (or the
    reverse), which is not a small error.

    >>> [score_sjt_rating(rating, key=4) for rating in (1, 2, 3, 4)]
    [0.0, 0.0, 0.5, 1.0]
    >>> score_sjt_rating(3, key=2)
    0.0
    """
    if rating not in SjtRating.scale or key not in SjtRating.scale:
        raise ValueError("ratings run from 1 to 4")
    if rating == key:
        return 1.0
    same_side = (rating - 2.5) * (key - 2.5) > 0
    return 0.5 if same_side and abs(rating - key) == 1 else 0.0


def score_path(values: Sequence[float], *, best: float, worst: float) -> float:
    """Score the decisions taken along a path: 1 on the best reachable path, 0 on the worst.

    `values` are the weights (−3…+3) of the options taken, `best` and `worst` the sums of the
    best and the worst path that can be reached. One path alone leaves nothing to decide: 1.

    >>> score_path([3, -1], best=5, worst=-5)
    0.7
    """
    if best == worst:
        return 1.0
    return min(1.0, max(0.0, (sum(values) - worst) / (best - worst)))
