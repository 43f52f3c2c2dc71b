"""A file as it was read: plain content, and where in the file each part of it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from competency.foundation.errors import DomainError

Path = tuple[str | int, ...]
Place = tuple[int, int]  # line and column, counted from 1


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: lines and columns count from 1."""

    file: str
    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        at = f" ({self.field})" if self.field else ""
        return f"{self.file}:{self.line}:{self.column}{at}: {self.message}"


class ContentError(DomainError):
    """Content files that cannot be used; `problems` lists everything found."""

    code = "content"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(dict.fromkeys(problems))
        super().__init__("\n".join(map(str, self.problems)), field=self.problems[0].field)


@dataclass(frozen=True)
class Document:
    """`notes` say what was made of a file that is not in our own form."""

    file: str
    content: dict[str, Any]
    places: Mapping[Path, Place]
    notes: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return str(self.content["kind"])

    @property
    def reference(self) -> str:
        return reference_of(self.content)

    def problem(self, path: Path, message: str) -> Problem:
        """A problem at the deepest part of `path` that stands in the file."""
        return problem_at(self.file, self.places, path, message)


def problem_at(file: str, places: Mapping[Path, Place], path: Path, message: str) -> Problem:
    known = next((path[:end] for end in range(len(path), -1, -1) if path[:end] in places), None)
    line, column = (1, 1) if known is None else places[known]
    return Problem(file, line, column, ".".join(map(str, path)), message)


def reference_of(content: Mapping[str, Any]) -> str:
    """How other files name this one: "PAT-CORE/1"; a key is "V1/1:GOAL-DIRECTED/1/2".

    >>> reference_of({"kind": "rubric", "code": "R", "version": 2})
    'R/2'
    >>> reference_of({"kind": "key", "vignette": "V/1", "scope_profile": "P/1", "version": 2})
    'V/1:P/1/2'
    """
    if content["kind"] == "key":
        return f"{content['vignette']}:{content['scope_profile']}/{content['version']}"
    return f"{content['code']}/{content['version']}"
