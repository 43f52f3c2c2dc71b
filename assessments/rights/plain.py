"""Values that JSON knows."""

from typing import Any

Rows = list[dict[str, Any]]


def when(moment: Any) -> str | None:
    """A moment or a day as ISO 8601."""
    return moment.isoformat() if moment else None
