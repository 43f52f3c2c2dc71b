"""Single choice with panel credit: several answers may be right, to a degree."""

from collections.abc import Sequence
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

LARGEST_PANEL = 99


class SingleChoice(ItemKind):
    """Pick one. Key: how many panelists chose the option."""

    code = "single_choice"
    title = "Single choice"
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
        """Panel credit: the option's votes over the votes of the commonest one.

        Aggregate scoring as in script concordance tests: share choosing it ÷ modal share.
        """
        if self.is_blank(response):
            return 0.0
        return key[response["choice"]].value / max(keyed.value for keyed in key.values())

    def key_problems(self, item: ItemShape, key: Key) -> list[str]:
        problems = keyed_range(item, key, 0, LARGEST_PANEL)
        if not any(keyed.value > 0 for keyed in key.values()):
            problems.append("no option has a vote")
        return problems

    def panel_key(self, item: ItemShape, ballots: Sequence[Ballot]) -> dict[str, float]:
        return {code: float(sum(b.get(code, 0) for b in ballots)) for code in item.options}
