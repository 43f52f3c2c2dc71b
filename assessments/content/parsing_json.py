"""JSON into plain data, keeping the place of every part."""

import json
import re
from bisect import bisect_right
from typing import Any

from assessments.content.documents import Path, Place
from assessments.content.parsing import Parsed

_SPACE = re.compile(r"[ \t\n\r]*")


def parse_json(text: str) -> Parsed:
    """Raises ValueError for what is not JSON, RecursionError for what is nested without end."""
    json.loads(text, parse_constant=_refuse)
    parsed = Parsed()
    parsed.data = _Reader(text, parsed).read(())
    return parsed


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number that JSON knows")


class _Reader:
    """Reads text that is known to be JSON, noting where everything stands."""

    def __init__(self, text: str, parsed: Parsed) -> None:
        self.text, self.parsed, self.at = text, parsed, 0
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self.decoder = json.JSONDecoder()

    def read(self, path: Path) -> Any:
        self.skip()
        self.parsed.places.setdefault(path, self.place())
        if self.text[self.at] == "{":
            return self.object(path)
        if self.text[self.at] == "[":
            return self.array(path)
        value = self.scalar()
        return self.parsed.text(value, path) if isinstance(value, str) else value

    def object(self, path: Path) -> dict[str, Any]:
        content: dict[str, Any] = {}
        while self.goes_on("}"):
            place, key = self.place(), self.scalar()
            at = (*path, key)
            if key in content:
                self.parsed.problems.append((at, f"The field “{key}” is given twice."))
            self.parsed.places[at] = place
            self.skip()
            self.at += 1  # the colon
            content[key] = self.read(at)
        return content

    def array(self, path: Path) -> list[Any]:
        content: list[Any] = []
        while self.goes_on("]"):
            content.append(self.read((*path, len(content))))
        return content

    def goes_on(self, end: str) -> bool:
        """Step over an opening bracket or a comma, or over `end`, which is the end."""
        self.skip()
        if self.text[self.at] != end:
            self.at += 1
            self.skip()
            if self.text[self.at] != end:
                return True
        self.at += 1
        return False

    def scalar(self) -> Any:
        value, self.at = self.decoder.raw_decode(self.text, self.at)
        return value

    def skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def place(self) -> Place:
        line = bisect_right(self.lines, self.at)
        return line, self.at - self.lines[line - 1] + 1
