"""A small set of content files that hang together, to change and write to a folder."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from assessments.content.documents import Document
from assessments.content.importing import import_documents
from assessments.content.planning import Plan
from assessments.content.reading import read_file
from assessments.content.writing import to_yaml
from competency.accounts.models import User
from competency.programs.models import Program
from tests.factories import contents


def framework(**changes: Any) -> dict[str, Any]:
    return {"kind": "framework", **contents.framework_content(**changes)}


def rubric(**changes: Any) -> dict[str, Any]:
    return {"kind": "rubric", "framework": "FRAME/1", **contents.rubric_content(**changes)}


def scope_profile(**changes: Any) -> dict[str, Any]:
    return {"kind": "scope_profile", **contents.profile_content(**changes)}


def standard(**changes: Any) -> dict[str, Any]:
    rules = {"resit_days": 30, "resit_limit": 3, "appeal_days": 30, "pause_minutes": 15}
    return {"kind": "standard", **rules, **contents.standard_content(**changes)}


def vignette(**changes: Any) -> dict[str, Any]:
    return {"kind": "vignette", "rubric": "RUBRIC/1", **contents.vignette_content(**changes)}


def key(**changes: Any) -> dict[str, Any]:
    about = {"kind": "key", "vignette": "V1/1", "scope_profile": "PROFILE/1"}
    return {**about, **contents.key_content(**changes)}


def assessment(**changes: Any) -> dict[str, Any]:
    pinned = {"rubric": "RUBRIC/1", "scope_profile": "PROFILE/1", "standard": "STANDARD/1"}
    return {"kind": "assessment", **pinned, **contents.assessment_content(**changes)}


def ballot() -> dict[str, dict[str, Any]]:
    """One panelist's votes on every keyed item."""
    return {
        "actions": {"greet": 4, "wait": 3, "hurry": 1},
        "decide": {"stay": 3, "leave": -3},
        "helpful": {"voice": 1, "light": 0, "lecture": -1},
    }


def panel(size: int = 10) -> list[dict[str, Any]]:
    return [
        {"name": f"Expert {number}", "credentials": "PhD", "votes": ballot()}
        for number in range(1, size + 1)
    ]


def whole_set() -> list[dict[str, Any]]:
    return [framework(), rubric(), scope_profile(), vignette(), key(), standard(), assessment()]


def write(folder: Path, contents: Iterable[Mapping[str, Any]]) -> list[Path]:
    """One file for each; a second one of the same kind gets a number."""
    paths: list[Path] = []
    for content in contents:
        path = folder / f"{content['kind']}.yaml"
        while path in paths:
            path = path.with_stem(f"{path.stem}-{len(paths)}")
        path.write_text(to_yaml(content), encoding="utf-8")
        paths.append(path)
    return paths


def documents(folder: Path, contents: Iterable[Mapping[str, Any]]) -> list[Document]:
    read = [read_file(path) for path in write(folder, contents)]
    return [document for document in read if document]


def bring(
    program: Program,
    by: User,
    folder: Path,
    contents: Iterable[Mapping[str, Any]],
    **options: Any,
) -> Plan:
    """Write the files and import them."""
    plan, _ = import_documents(program, documents(folder, contents), by=by, **options)
    return plan
