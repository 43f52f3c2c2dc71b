"""The interface as it describes itself."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator


@cache
def description() -> dict[str, Any]:
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of everything described."""
    return [
        (path, method, operation)
        for path, item in description()["paths"].items()
        for method, operation in item.items()
    ]
