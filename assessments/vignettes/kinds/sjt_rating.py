"""Rating of actions: each from very inappropriate to very appropriate."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, ClassVar

from assessments.vignettes.kinds.base import (
    Ballot,
    Form,
    ItemKind,
    ItemShape,
    Key,
    Response,
    ResponseError,
    keyed_range,
    known_option,
)


class SjtRating(ItemKind):
    """Rate each action 1 (very inappropriate) to 4 (very appropriate)."""

    code = "sjt_rating"
    title = "Rating of actions"
    fields = frozenset({"ratings"})
    control = "rating-grid"
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

    def from_form(self, item: ItemShape, form: Form) -> dict[str, Any]:
        given = {code: form.get(f"ratings.{code}", [""])[0] for code in item.options}
        return {"ratings": {code: _whole(value) for code, value in given.items() if value}}

    def to_form(self, response: Response) -> dict[str, list[str]]:
        ratings = response.get("ratings", {})
        return {f"ratings.{code}": [str(rating)] for code, rating in ratings.items()}

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

    def panel_key(self, item: ItemShape, ballots: Sequence[Ballot]) -> dict[str, float]:
        """The mode of the panel's ratings: distance-based consensus rewards extreme responders."""
        return {code: mode([ballot[code] for ballot in ballots]) for code in item.options}

    def rendering(self, item: ItemShape) -> dict[str, Any]:
        return super().rendering(item) | {"scale": list(self.scale)}


def _whole(value: str) -> int | str:
    """A number where it is one; anything else is refused with the words of `read`."""
    return int(value) if value in {"1", "2", "3", "4"} else value


def mode(votes: Sequence[float]) -> float:
    """The commonest vote; of equally common ones the one nearest the median, then the lower.

    >>> [mode([4, 4, 3]), mode([1, 1, 4, 4, 2])]
    [4, 1]
    """
    middle = median(votes)
    return min(set(votes), key=lambda vote: (-votes.count(vote), abs(vote - middle), vote))


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
