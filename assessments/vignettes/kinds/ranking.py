"""Ranking: order the actions from most to least helpful."""

from collections.abc import Sequence
from statistics import mean
from typing import Any

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


class Ranking(ItemKind):
    """Order n actions. Key: each option's rank, 1 first."""

    code = "ranking"
    title = "Ranking"
    fields = frozenset({"order"})
    control = "ranking"

    def read(self, item: ItemShape, response: Response) -> dict[str, Any]:
        order = response.get("order", [])
        if not isinstance(order, list):
            raise ResponseError("An order is a list of options.")
        codes = [known_option(item, code) for code in order]
        if len(set(codes)) < len(codes):
            raise ResponseError("Each option has one place in the order.")
        return {"order": codes}

    def from_form(self, item: ItemShape, form: Form) -> dict[str, Any]:
        """Each option has a place, from 1; one without a place is left out of the order."""
        given = {code: form.get(f"place.{code}", [""])[0] for code in item.options}
        places = {code: int(place) for code, place in given.items() if place.isdecimal()}
        if len(set(places.values())) < len(places):
            raise ResponseError("Two actions share a place; give each one its own.")
        return {"order": sorted(places, key=places.__getitem__)}

    def to_form(self, response: Response) -> dict[str, list[str]]:
        order = response.get("order", [])
        return {f"place.{code}": [str(place)] for place, code in enumerate(order, start=1)}

    def is_blank(self, response: Response) -> bool:
        return not response.get("order")

    def score(self, item: ItemShape, response: Response, key: Key) -> float:
        ranks = {code: place for place, code in enumerate(response.get("order", []), start=1)}
        return score_ranking(
            [ranks.get(code) for code in item.options],
            [int(key[code].value) for code in item.options],
        )

    def key_problems(self, item: ItemShape, key: Key) -> list[str]:
        problems = keyed_range(item, key, 1, len(item.options))
        if sorted(keyed.value for keyed in key.values()) != list(range(1, len(item.options) + 1)):
            problems.append("the ranks do not run from 1 without gaps or ties")
        return problems

    def panel_key(self, item: ItemShape, ballots: Sequence[Ballot]) -> dict[str, float]:
        """Options in the order of their mean rank; ties keep the item's own order."""
        order = sorted(item.options, key=lambda code: mean(ballot[code] for ballot in ballots))
        return {code: float(place) for place, code in enumerate(order, start=1)}


def score_ranking(ranks: Sequence[int | None], key: Sequence[int]) -> float:
    """Score an order by its distance from the key: 1 for the key, 0 for the worst order.

    Each action earns n − 1 less the distance of its rank from the keyed one (the scheme of the
    UK foundation-programme SJT, there with a floor of 8 of 20 for five actions). The sum is
    rescaled, so that the worst possible order, whose distances add up to ⌊n²/2⌋ (Diaconis &
    Graham 1977, Spearman's footrule), earns nothing. An action without a rank counts as if it
    stood as far off as it could.

    >>> [score_ranking(order, [1, 2, 3]) for order in ([1, 2, 3], [2, 1, 3], [3, 2, 1])]
    [1.0, 0.5, 0.0]
    """
    count = len(key)
    if all(rank is None for rank in ranks) or count < 2:
        return 0.0
    distance = sum(
        max(keyed - 1, count - keyed) if rank is None else abs(rank - keyed)
        for rank, keyed in zip(ranks, key, strict=True)
    )
    return max(0.0, 1 - distance / (count**2 // 2))
