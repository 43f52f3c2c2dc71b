"""From a field named in words ("criteria[C1].weight", "arrival.next") to its path. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assessments.content.documents import Path

NAMES = ("code", "number", "competency", "vignette", "name")
_TOKEN = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")


def locate(content: Any, field: str) -> Path:
    """The path as far as it can be followed; a code may stand for the thing that bears it.

    >>> story = {"stages": [{"code": "a", "next": "b"}, {"code": "b.1", "items": []}]}
    >>> [locate(story, field) for field in ("stages[b.1].items", "a.next", "stages[9]", "x")]
    [('stages', 1, 'items'), ('stages', 0, 'next'), ('stages',), ()]
    """
    tokens = [match[1] or match[2] or "" for match in _TOKEN.finditer(field)]
    if tokens and isinstance(content, Mapping) and tokens[0] not in content:
        start = next(_bearers(content, tokens[0], ()), None)
        if start is None:
            return ()
        return _follow(_at(content, start), tokens[1:], start)
    return _follow(content, tokens, ())


def _follow(content: Any, tokens: Sequence[str], path: Path) -> Path:
    """Codes may contain points, so the longest name that fits is taken."""
    for end in range(len(tokens), 0, -1):
        step = _step(content, ".".join(tokens[:end]))
        if step is not None:
            return _follow(content[step], tokens[end:], (*path, step))
    return path


def _step(content: Any, name: str) -> str | int | None:
    if isinstance(content, Mapping):
        return name if name in content else None
    if isinstance(content, Sequence) and not isinstance(content, str):
        for place, one in enumerate(content):
            if isinstance(one, Mapping) and name in {str(one.get(field)) for field in NAMES}:
                return place
    return None


def _bearers(content: Any, code: str, path: Path) -> Iterator[Path]:
    children: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(content, Mapping):
        children = iter(content.items())
    elif isinstance(content, list):
        children = iter(enumerate(content))
    for step, child in children:
        if isinstance(child, Mapping) and child.get("code") == code:
            yield (*path, step)
        yield from _bearers(child, code, (*path, step))


def _at(content: Any, path: Path) -> Any:
    for step in path:
        content = content[step]
    return content
