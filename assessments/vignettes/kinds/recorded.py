"""Recorded response: the trainee speaks to the client. Modelled; capture is still to come."""

from typing import Any

from assessments.vignettes.kinds.base import ItemShape, Response, ResponseError
from assessments.vignettes.kinds.free_text import FreeText


class Recorded(FreeText):
    """Spoken to the client and judged like free text; typing is an equal path."""

    code = "recorded"
    title = "Recorded response"
    fields = frozenset({"text", "recording"})
    control = "recorder"

    def read(self, item: ItemShape, response: Response) -> dict[str, Any]:
        if response.get("recording") is not None:
            raise ResponseError("Recordings cannot be taken yet; write what you would say.")
        return super().read(item, {"text": response.get("text", "")}) | {"recording": None}
