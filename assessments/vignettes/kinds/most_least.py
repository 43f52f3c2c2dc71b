"""Most and least helpful: half the credit each."""

from collections.abc import Sequence
from typing import Any

from assessments.vignettes.kinds.base import (
    Ballot,
    ItemKind,
    ItemShape,
    Key,
    Response,
    ResponseError,
    keyed_range,
    known_option,
)


class MostLeast(ItemKind):
    """Pick the most and the least helpful: half the credit each. Key: +1 most, −1 least."""

    code = "most_least"
    title = "Most and least helpful"
    fields = frozenset({"most", "least"})
    control = "most-least"

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

    def panel_key(self, item: ItemShape, ballots: Sequence[Ballot]) -> dict[str, float]:
        """+1 for the option most often called most helpful, −1 for the least; 0 otherwise."""
        most = {code: sum(ballot.get(code) == 1 for ballot in ballots) for code in item.options}
        least = {code: sum(ballot.get(code) == -1 for ballot in ballots) for code in item.options}
        best = max(item.options, key=lambda code: most[code])
        worst = max((c for c in item.options if c != best), key=lambda code: least[code])
        return {code: float((code == best) - (code == worst)) for code in item.options}
