"""YAML into plain data, keeping the place of every part.

A key is always text, as written: `1e3:` and `no:` are codes like any other. Numbers with a point
become Decimal, so that nothing is rounded on the way. What makes a file hard to read or larger than
it looks (anchors, tags, a field given twice) is refused.
"""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from assessments.content.documents import Path, Place
from competency.foundation.text import clean_text

LARGEST_NUMBER = 10**20
MOST_DECIMALS = -20
STANDARD_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("null", "bool", "int", "float", "str", "map", "seq", "timestamp", "value", "merge")
)


@dataclass
class Parsed:
    """Plain data, the place of each part, and what cannot be taken as it stands."""

    data: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[tuple[Path, str]] = field(default_factory=list)

    def text(self, raw: str, path: Path) -> str:
        try:
            return clean_text(raw)
        except ValueError as error:
            self.problems.append((path, f"This text {error}."))
            return ""


def parse_yaml(text: str) -> Parsed:
    """Raises YAMLError for what is not YAML, RecursionError for what is nested without end."""
    parsed = Parsed()
    root = YAML(typ="safe", pure=True).compose(text)
    if root is not None:
        parsed.data = _Reader(parsed).read(root, ())
    return parsed


class _Reader:
    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.seen: set[int] = set()

    def read(self, node: Node, path: Path) -> Any:
        self.parsed.places.setdefault(path, _place(node))
        if node.anchor is not None or id(node) in self.seen:
            self.complain(path, "Anchors and aliases are not used here: write it out.")
            return None
        self.seen.add(id(node))
        if node.tag not in STANDARD_TAGS:
            self.complain(path, f"Tags are not used here ({node.tag}).")
            return None
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.read(child, (*path, place)) for place, child in enumerate(node.value)]
        return self.scalar(str(node.tag), str(node.value), path)

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.complain(path, "A field's name is a word, not a list or an object.")
                continue
            at = (*path, key.value)
            if key.value in content:
                self.parsed.places[at] = _place(key)
                self.complain(at, f"The field “{key.value}” is given twice.")
                continue
            self.parsed.places[at] = _place(key)
            content[key.value] = self.read(value, at)
        return content

    def scalar(self, tag: str, text: str, path: Path) -> Any:
        kind = tag.rpartition(":")[2]
        if kind == "null":
            return None
        if kind == "bool" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        number = _number(kind, text)
        return self.parsed.text(text, path) if number is None else number

    def complain(self, path: Path, message: str) -> None:
        self.parsed.problems.append((path, message))


def _place(node: Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _number(kind: str, text: str) -> int | Decimal | None:
    """The number, or None where it is none, or too large or too fine to be meant."""
    number: Any
    try:
        if kind == "int":
            number = int(text) if text.lstrip("+-").isdecimal() else int(text, 0)
        elif kind == "float":
            number = Decimal(text)
            if int(number.as_tuple().exponent) < MOST_DECIMALS:
                return None
        else:
            return None
    except (ValueError, InvalidOperation):
        return None
    return number if -LARGEST_NUMBER < number < LARGEST_NUMBER else None
