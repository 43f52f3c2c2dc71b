"""Read a content file: YAML in, plain data out, every problem with its file, line and field."""

import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from competency.foundation.errors import DomainError
from competency.foundation.text import clean_text

SCHEMAS = Path(__file__).parent / "schemas"
LARGEST_FILE = 4_000_000  # bytes


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
    """A content file that cannot be used; `problems` lists everything found."""

    code = "content"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, problems)), field=self.problems[0].field)


def read_content(path: Path, *kinds: str) -> dict[str, Any]:
    """The file's content, checked against the schema of its kind.

    `kinds` are the kinds wanted; none means any. Raises ContentError with every problem found.
    """
    document = _parse(path)
    kind = document.get("kind") if isinstance(document, CommentedMap) else None
    wanted = kinds or known_kinds()
    if kind not in wanted:
        message = f"The file says kind “{kind}”; here it must be one of: {', '.join(wanted)}."
        raise ContentError([Problem(path.name, 1, 1, "kind", message)])
    plain = _plain(document)
    problems = [
        _located(path, document, error)
        for error in sorted(_validator(str(kind)).iter_errors(plain), key=_place)
    ]
    problems += list(_bad_text(path, document))
    if problems:
        raise ContentError(problems)
    return dict(plain)


def known_kinds() -> tuple[str, ...]:
    return tuple(sorted(schema.stem for schema in SCHEMAS.glob("*.json")))


@cache
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{kind}.json").read_text()))


def _parse(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ContentError([Problem(path.name, 1, 1, "", "The file is larger than 4 MB.")])
        return YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise ContentError([Problem(path.name, 1, 1, "", f"{reason}.")]) from error
    except UnicodeDecodeError as error:
        message = f"The file is not UTF-8 (byte {error.start})."
        raise ContentError([Problem(path.name, 1, 1, "", message)]) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = f"This is not YAML: {error.problem or error.context}."
        raise ContentError([Problem(path.name, line, column, "", message)]) from error
    except YAMLError as error:
        raise ContentError([Problem(path.name, 1, 1, "", f"This is not YAML: {error}")]) from error


def _plain(node: Any) -> Any:
    """Plain JSON data: keys as text, scalars without the parser's own types."""
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


def _place(error: ValidationError) -> list[str]:
    return [str(step) for step in error.absolute_path]


def _located(path: Path, document: Any, error: Any) -> Problem:
    steps = list(error.absolute_path)
    message = error.message
    if error.validator == "additionalProperties":
        unknown = sorted(set(error.instance) - set(error.schema["properties"]))
        steps.append(unknown[0])
        near = difflib.get_close_matches(unknown[0], error.schema["properties"], n=1)
        hint = f" Did you mean “{near[0]}”?" if near else ""
        message = f"There is no field “{unknown[0]}” here.{hint}"
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        message = f"The field “{missing[0]}” is missing."
    line, column = _position(document, steps)
    return Problem(path.name, line, column, ".".join(map(str, steps)), message)


def _position(document: Any, steps: Sequence[Any]) -> tuple[int, int]:
    """Line and column of the deepest node on the way that knows where it stands."""
    place = (0, 0)
    node = document
    for step in steps:
        if isinstance(node, CommentedMap):
            key = next((key for key in node if str(key) == str(step)), None)
            if key is None:
                break
            place = node.lc.key(key)
            node = node[key]
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            place = node.lc.item(step)
            node = node[step]
        else:
            break
    return place[0] + 1, place[1] + 1


def _bad_text(path: Path, document: Any) -> Iterator[Problem]:
    """Characters that cannot be stored or signed faithfully, wherever they hide."""
    for steps, text in _texts(document, []):
        try:
            clean_text(text)
        except ValueError as error:
            line, column = _position(document, steps)
            field = ".".join(map(str, steps))
            yield Problem(path.name, line, column, field, f"This text {error}.")


def _texts(node: Any, steps: list[Any]) -> Iterator[tuple[list[Any], str]]:
    if isinstance(node, CommentedMap):
        for key, value in node.items():
            yield from _texts(value, [*steps, key])
    elif isinstance(node, CommentedSeq):
        for index, value in enumerate(node):
            yield from _texts(value, [*steps, index])
    elif isinstance(node, str):
        yield steps, str(node)
