"""Free text: the trainee writes, reviewers judge."""

from typing import Any

from assessments.vignettes.kinds.base import ItemKind, ItemShape, Response, ResponseError
from competency.foundation.text import clean_text, count_words, is_blank


class FreeText(ItemKind):
    """The trainee writes; reviewers judge. No automatic score, ever."""

    code = "free_text"
    title = "Free text"
    keyed = False
    fields = frozenset({"text"})
    control = "text"

    def read(self, item: ItemShape, response: Response) -> dict[str, Any]:
        text = response.get("text", "")
        if not isinstance(text, str):
            raise ResponseError("The answer is not text.")
        try:
            return {"text": clean_text(text)}
        except ValueError as error:
            raise ResponseError(f"The answer {error}.") from error

    def is_blank(self, response: Response) -> bool:
        return is_blank(response.get("text", ""))

    def words(self, response: Response) -> int:
        return count_words(response.get("text", ""))

    def shape_problems(self, item: ItemShape) -> list[str]:
        low, high = item.settings.get("min_words", 0), item.settings.get("max_words")
        if high is not None and low > high:
            return ["asks for more words than it allows"]
        return []

    def rendering(self, item: ItemShape) -> dict[str, Any]:
        limits = {name: item.settings.get(name) for name in ("min_words", "max_words")}
        return super().rendering(item) | limits
