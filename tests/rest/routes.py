"""Every address of the interface with its view: the list that no test may forget to extend."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("get", "post", "put", "patch", "delete")


def routes() -> Iterator[tuple[str, type[Any]]]:
    """(name, view class) for everything under /api/v1/."""
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLResolver) and str(pattern.pattern) == "api/v1/":
            yield from _views(pattern)


def _views(resolver: URLResolver) -> Iterator[tuple[str, type[Any]]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield str(pattern.name), pattern.callback.cls  # type: ignore[attr-defined]
        else:
            yield from _views(pattern)


def acts() -> list[tuple[str, str, type[Any]]]:
    """(name, method, view class) for each method that a view answers."""
    return [
        (name, method.upper(), view)
        for name, view in routes()
        for method in METHODS
        if hasattr(view, method)
    ]
