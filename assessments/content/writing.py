"""Plain data as YAML that people read and that reads back as exactly the same data. Pure.

Prose stands in block scalars, wrapped; short things on one line; text that could be taken for
something else, or that a block would change, in double quotes. What nobody could see (controls of
direction, zero-width characters) is written as an escape.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

WIDTH = 96
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9 _./-]*[A-Za-z0-9_./-])?")
_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_WORDS_WITH_A_MEANING = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_SINGLE_SPACE = re.compile(r"(?<=\S) (?=\S)")
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_JOINERS = "\u200c\u200d"  # they shape letters and emoji; no text can do without them


def to_yaml(content: Mapping[str, Any], *comments: str) -> str:
    """A file: comments, then the content in its own order.

    >>> print(to_yaml({"code": "C1", "title": "yes", "known": []}, "A comment"), end="")
    # A comment
    code: C1
    title: "yes"
    known: []
    """
    header = [f"# {line}" for comment in comments for line in comment.splitlines()]
    return "\n".join([*header, *_mapping(content, 0)]) + "\n"


def _mapping(content: Mapping[str, Any], depth: int) -> Iterator[str]:
    for name, value in content.items():
        yield from _under(f"{_key(name)}:", value, depth)


def _under(key: str, value: Any, depth: int) -> Iterator[str]:
    """A field: on one line where it fits, else its value below, two spaces in."""
    pad = "  " * depth
    if isinstance(value, str):
        head, *lines = _scalar(value, len(pad) + len(key) + 1, "  " * (depth + 1))
        yield f"{pad}{key} {head}"
        yield from lines
    elif (flow := _flow(value)) is not None and len(pad) + len(key) + 1 + len(flow) <= WIDTH:
        yield f"{pad}{key} {flow}"
    else:
        yield f"{pad}{key}"
        parts = _mapping if isinstance(value, Mapping) else _sequence
        yield from parts(value, depth + 1)


def _sequence(content: Sequence[Any], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for value in content:
        if isinstance(value, str):
            head, *lines = _scalar(value, len(pad) + 2, "  " * (depth + 1))
            yield f"{pad}- {head}"
            yield from lines
        elif (flow := _flow(value)) is not None and len(pad) + 2 + len(flow) <= WIDTH:
            yield f"{pad}- {flow}"
        else:
            parts = _mapping if isinstance(value, Mapping) else _sequence
            first, *rest = parts(value, depth + 1)
            yield f"{pad}- {first.lstrip(' ')}"
            yield from rest


def _flow(value: Any) -> str | None:
    """The value on one line; None for what holds further lists or objects, or prose."""
    if isinstance(value, Mapping):
        parts = [(f"{_key(name)}: ", part) for name, part in value.items()]
        opening, closing = "{}"
    elif isinstance(value, str) or not isinstance(value, Sequence):
        return _short(value)
    else:
        parts, (opening, closing) = [("", part) for part in value], "[]"
    if not all(_fits_a_line(part) for _, part in parts):
        return None
    return opening + ", ".join(f"{name}{_short(part)}" for name, part in parts) + closing


def _fits_a_line(part: Any) -> bool:
    if isinstance(part, str):
        return len(part) <= WIDTH and "\n" not in part
    return not isinstance(part, (Mapping, list))


def _short(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    return value if _is_plain(value, _PLAIN) else _quoted(value)


def _key(name: str) -> str:
    return name if _is_plain(name, _PLAIN_KEY) else _quoted(name)


def _is_plain(text: str, pattern: re.Pattern[str]) -> bool:
    return bool(pattern.fullmatch(text)) and text.lower() not in _WORDS_WITH_A_MEANING


def _quoted(text: str) -> str:
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    if _is_visible(character):
        return character
    point = ord(character)
    return f"\\U{point:08X}" if point > 0xFFFF else f"\\u{point:04X}"


def _is_visible(character: str) -> bool:
    """Whether it may stand in the file as it is. Categories C: controls; Zl, Zp: line ends."""
    category = unicodedata.category(character)
    return character in _JOINERS or not (category[0] == "C" or category in ("Zl", "Zp"))


def _scalar(text: str, column: int, pad: str) -> list[str]:
    """What follows a key or a dash at `column`: one line, or a block indented by `pad`."""
    short = _short(text)
    fits = column + len(short) <= WIDTH and "\n" not in text
    if fits or not _fits_a_block(text):
        return [short]
    body, chomp = (text[:-1], "") if text.endswith("\n") else (text, "-")
    lines = body.split("\n")
    if all(len(pad) + len(line) <= WIDTH for line in lines):
        return [f"|{chomp}", *(pad + line if line else "" for line in lines)]
    return [f">{chomp}", *_folded(lines, pad)]


def _fits_a_block(text: str) -> bool:
    """Blocks keep text as it is unless a line begins or ends with white space."""
    lines = text.removesuffix("\n").split("\n")
    return (
        all(line == line.strip() for line in lines)
        and bool(lines[0])
        and bool(lines[-1])
        and all(_is_visible(character) for line in lines for character in line)
    )


def _folded(lines: Sequence[str], pad: str) -> Iterator[str]:
    """Wrapped at single spaces; between two lines of the text stands an empty one."""
    for number, line in enumerate(lines):
        if number:
            yield ""
        wrapped = ""
        for chunk in _SINGLE_SPACE.split(line):
            if wrapped and len(pad) + len(wrapped) + 1 + len(chunk) > WIDTH:
                yield pad + wrapped
                wrapped = chunk
            else:
                wrapped = f"{wrapped} {chunk}" if wrapped else chunk
        if wrapped:
            yield pad + wrapped
