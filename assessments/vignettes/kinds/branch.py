"""A decision: the story follows from it."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from assessments.vignettes.kinds.base import (
    Ballot,
    ItemKind,
    ItemShape,
    Key,
    Response,
    keyed_range,
    known_option,
)


class Branch(ItemKind):
    """Decide; the story follows. Weights run from −3 to +3 by the effect on the client."""

    code = "branch"
    title = "Decision"
    branching = True
    fields = frozenset({"choice"})
    control = "choice"

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

    def panel_key(self, item: ItemShape, ballots: Sequence[Ballot]) -> dict[str, float]:
        """The median weight, to the nearest half."""
        return {
            code: round(2 * median(ballot[code] for ballot in ballots)) / 2 for code in item.options
        }


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
