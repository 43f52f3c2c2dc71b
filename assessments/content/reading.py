"""Read a content file: YAML or CASE JSON in, plain data out, every problem with its place."""

import difflib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml.error import YAMLError
from ruamel.yaml.reader import ReaderError

from assessments.content.case.reading import framework_document, looks_like_case
from assessments.content.documents import ContentError, Document, Problem, problem_at
from assessments.content.parsing import Parsed, parse_yaml
from assessments.content.parsing_json import parse_json
from assessments.content.validation import known_kinds, schema_problems

LARGEST_FILE = 4_000_000  # bytes
SUFFIXES = (".yaml", ".yml", ".json")


def read_files(paths: list[Path]) -> tuple[list[Document], list[str]]:
    """Every content file named or lying in a folder named, and what was passed over there.

    Raises ContentError with every problem of every file.
    """
    documents, passed_over, problems = [], [], []
    for path, name, found in _files(paths):
        try:
            document = read_file(path, name=name, or_pass_over=found)
        except ContentError as error:
            problems += error.problems
        else:
            if document is None:
                passed_over.append(name)
            else:
                documents.append(document)
    if problems:
        raise ContentError(problems)
    return documents, passed_over


def _files(paths: list[Path]) -> list[tuple[Path, str, bool]]:
    """Path, name in messages, and whether it was found in a folder rather than named."""
    files = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file())
            files += [(p, str(p.relative_to(path)), True) for p in inside]
        else:
            files.append((path, path.name, False))
    return files


def read_content(path: Path, *kinds: str) -> dict[str, Any]:
    """The file's content, checked against the schema of its kind.

    `kinds` are the kinds wanted; none means any. Raises ContentError with every problem found.
    """
    document = read_file(path)
    if document is None or (kinds and document.kind not in kinds):
        kind = document.kind if document else None
        message = f"The file says kind “{kind}”; here it must be one of: {', '.join(kinds)}."
        raise ContentError([Problem(path.name, 1, 1, "kind", message)])
    return document.content


def read_file(path: Path, *, name: str = "", or_pass_over: bool = False) -> Document | None:
    """One file, checked against the schema of its kind.

    With `or_pass_over`, None stands for a file that does not claim to be content at all.
    """
    name = name or path.name
    text = _text(path, name)
    parsed = _parse(text, name, parse_json if path.suffix == ".json" else parse_yaml)
    if looks_like_case(parsed.data):
        _refuse(name, parsed)
        document = framework_document(name, parsed)
    else:
        if or_pass_over and not _means_content(parsed.data):
            return None
        document = Document(name, _known_kind(name, parsed), parsed.places)
    _refuse(name, parsed, schema_problems(document))
    return document


def _means_content(data: Any) -> bool:
    """Whether a file found in a folder says a kind that is ours, or nearly."""
    kind = data.get("kind") if isinstance(data, dict) else None
    return bool(difflib.get_close_matches(str(kind), known_kinds(), n=1, cutoff=0.75))


def _known_kind(name: str, parsed: Parsed) -> dict[str, Any]:
    kind = parsed.data.get("kind") if isinstance(parsed.data, dict) else None
    if kind not in known_kinds():
        wanted = ", ".join(known_kinds())
        message = f"The file says kind “{kind}”; here it must be one of: {wanted}."
        raise ContentError([problem_at(name, parsed.places, ("kind",), message)])
    return dict(parsed.data)


def _refuse(name: str, parsed: Parsed, more: list[Problem] | None = None) -> None:
    problems = [problem_at(name, parsed.places, *problem) for problem in parsed.problems]
    if problems := sorted([*problems, *(more or [])], key=lambda one: (one.line, one.column)):
        raise ContentError(problems)


def _text(path: Path, name: str) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ContentError([Problem(name, 1, 1, "", "The file is larger than 4 MB.")])
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or "It cannot be read"
        raise ContentError([Problem(name, 1, 1, "", f"{reason}.")]) from error
    except UnicodeDecodeError as error:
        message = f"The file is not UTF-8 (byte {error.start})."
        raise ContentError([Problem(name, 1, 1, "", message)]) from error


def _parse(text: str, name: str, parse: Callable[[str], Parsed]) -> Parsed:
    try:
        return parse(text)
    except RecursionError as error:
        message, line, column = "The file is nested too deeply.", 1, 1
        raise ContentError([Problem(name, line, column, "", message)]) from error
    except json.JSONDecodeError as error:
        message, line, column = f"This is not JSON: {error.msg}.", error.lineno, error.colno
        raise ContentError([Problem(name, line, column, "", message)]) from error
    except ValueError as error:
        raise ContentError([Problem(name, 1, 1, "", f"This is not JSON: {error}.")]) from error
    except YAMLError as error:
        raise ContentError([_yaml_problem(name, text, error)]) from error


def _yaml_problem(name: str, text: str, error: YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    reason = getattr(error, "problem", None) or str(error)
    if isinstance(error, ReaderError):
        before = text[: error.position].split("\n")
        line, column = len(before), len(before[-1]) + 1
        found: Any = error.character  # a number, or in older versions the character
        point = found if isinstance(found, int) else ord(found)
        reason = f"U+{point:04X} cannot stand in a file"
    return Problem(name, line, column, "", f"This is not YAML: {reason}.")
