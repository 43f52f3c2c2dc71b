"""Choose N of M: the options that belong together."""

from collections.abc import Sequence
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


class ChooseN(ItemKind):
    """Tick up to N of M options. Key: 1 for the N that belong, 0 for the others."""

    code = "choose_n"
    title = "Choose several"
    fields = frozenset({"chosen"})
    control = "checkboxes"

    def read(self, item: ItemShape, response: Response) -> dict[str, Any]:
        given = response.get("chosen", [])
        if not isinstance(given, list):
            raise ResponseError("A choice is a list of options.")
        codes = {known_option(item, code) for code in given}
        return {"chosen": [code for code in item.options if code in codes]}

    def from_form(self, item: ItemShape, form: Form) -> dict[str, Any]:
        return {"chosen": list(form.get("chosen", []))}

    def to_form(self, response: Response) -> dict[str, list[str]]:
        return {"chosen": self.chosen(response)}

    def is_blank(self, response: Response) -> bool:
        return not response.get("chosen")

    def chosen(self, response: Response) -> list[str]:
        return list(response.get("chosen", []))

    def score(self, item: ItemShape, response: Response, key: Key) -> float:
        """The share of the keyed options ticked; one tick too many and nothing counts.

        The rule of the UK foundation-programme SJT: ticking everything must not pay.
        """
        chosen, wanted = self.chosen(response), item.settings["choose"]
        if len(chosen) > wanted:
            return 0.0
        return float(sum(key[code].value for code in chosen) / wanted)

    def key_problems(self, item: ItemShape, key: Key) -> list[str]:
        problems = keyed_range(item, key, 0, 1)
        values = [keyed.value for keyed in key.values()]
        if set(values) - {0, 1} or values.count(1) != item.settings.get("choose"):
            problems.append("exactly as many options are keyed as may be chosen")
        return problems

    def shape_problems(self, item: ItemShape) -> list[str]:
        wanted = item.settings.get("choose")
        if type(wanted) is not int or not 1 <= wanted < len(item.options):
            return ["needs “choose”, at least 1 and fewer than its options"]
        return []

    def panel_key(self, item: ItemShape, ballots: Sequence[Ballot]) -> dict[str, float]:
        """1 for the N options most panelists chose; ties keep the item's own order."""
        votes = {code: sum(ballot.get(code, 0) for ballot in ballots) for code in item.options}
        order = sorted(item.options, key=lambda code: -votes[code])
        keyed = order[: item.settings["choose"]]
        return {code: float(code in keyed) for code in item.options}

    def rendering(self, item: ItemShape) -> dict[str, Any]:
        return super().rendering(item) | {"choose": item.settings["choose"]}
