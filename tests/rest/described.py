"""The interface as it describes itself."""

from typing import Any

from competency.rest.description import described as description

__all__ = ["description", "operations"]


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of everything described."""
    return [
        (path, method, operation)
        for path, item in description()["paths"].items()
        for method, operation in item.items()
    ]
