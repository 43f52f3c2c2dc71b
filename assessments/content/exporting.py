"""Write versions as files that import to the same content hash."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from assessments.content.case.writing import case_package
from assessments.content.kinds import KINDS, content_name, content_of, kind_of
from assessments.content.rules.readable import readable
from assessments.content.rules.references import ORDER
from assessments.content.rules.vignettes import items_of
from assessments.content.validation import load_schema, part_of_schema
from assessments.content.writing import to_yaml
from assessments.vignettes.items import MostLeast
from assessments.vignettes.models import Key
from competency.foundation.errors import DomainError, InvalidInput
from competency.foundation.hashing import content_hash
from competency.frameworks.models import FrameworkVersion, RubricVersion
from competency.frameworks.states import VersionState
from competency.frameworks.versions import Version
from competency.programs.models import Program

ENDINGS = {"yaml": ".yaml", "case": ".json"}


def versions_of(
    program: Program, *, kind: str = "", code: str = "", number: int | None = None
) -> list[Version]:
    """The program's own versions, in order of dependence; a key goes by its vignette's code."""
    found: list[Version] = []
    for name in [kind] if kind else ORDER:
        versions = _own(program, name)
        if code:
            versions = versions.filter(**{_code_path(name): code})
        if number is not None:
            versions = versions.filter(number=number)
        found += sorted(versions, key=lambda v: (content_name(v).rsplit("/", 1)[0], v.number))
    return found


def _own(program: Program, kind: str) -> QuerySet[Any]:
    model = KINDS[kind].model
    rows: QuerySet[Any] = model._default_manager.filter(**{model.owner_path: program})
    return rows


def _code_path(kind: str) -> str:
    if kind == "key":
        return "vignette_version__vignette__code"
    parent = KINDS[kind].parent
    return f"{parent}__code" if parent else "code"


def version_named(program: Program, kind: str, name: str, number: int) -> Version:
    """One of the program's versions; a key goes by "V1/1:GOAL-DIRECTED/1". Raises InvalidInput."""
    for version in versions_of(program, kind=kind, number=number):
        if content_name(version) == f"{name}/{number}":
            return version
    raise InvalidInput({"version": f"{program.code} has no {kind} {name}/{number}."})


def as_yaml(version: Version) -> str:
    """The file of a version: its content, headed by what it is and its hash."""
    content = content_of(version)
    return to_yaml(
        readable(content, load_schema(f"{kind_of(version)}.json"), part_of_schema, _asked(version)),
        f"{kind_of(version).replace('_', ' ').capitalize()} {content_name(version)}",
        f"State: {VersionState(version.state).label.lower()}",
        f"SHA-256 of the content: {content_hash(content)}",
    )


def _asked(version: Version) -> dict[str, list[str]]:
    """For a key: the options of each item of the vignette that asks for most and least."""
    if not isinstance(version, Key):
        return {}
    shapes = items_of(content_of(version.vignette_version))
    return {
        item["code"]: [option["code"] for option in item.get("options", [])]
        for _, item in shapes
        if item["kind"] == MostLeast.code
    }


def as_case(version: Version) -> str:
    """A framework, and the rubrics published on it, as a CASE package."""
    if not isinstance(version, FrameworkVersion):
        raise InvalidInput({"kind": "Only frameworks are written as CASE packages."})
    rubrics = RubricVersion.objects.filter(
        framework_version=version, rubric__owner=version.framework.owner
    ).filter(state=VersionState.PUBLISHED)
    package = case_package(
        content_of(version),
        program=version.framework.owner.code,
        creator=version.framework.owner.name,
        state=version.state,
        changed_at=version.retired_at or version.published_at or version.created_at,
        rubrics=[content_of(rubric) for rubric in rubrics.order_by("rubric__code", "number")],
    )
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def file_name(version: Version, ending: str) -> str:
    """
    "framework-PAT-CORE-1.yaml"; codes have no "+", so that no two names are the same.
    """
    name = content_name(version).replace(":", "+").replace("/", "-")
    return f"{kind_of(version)}-{name}{ending}"


def export(versions: Iterable[Version], to: Path, *, form: str = "yaml") -> list[Path]:
    """Write one file per version into the folder `to`, or the only one to the file `to`."""
    write = {"yaml": as_yaml, "case": as_case}[form]
    texts = {version: write(version) for version in versions}
    if to.suffix == ENDINGS[form]:
        if len(texts) != 1:
            raise DomainError(f"{to} is one file, but {len(texts)} versions match.")
        targets = [to]
    else:
        targets = list(_targets(texts, to, ENDINGS[form]))
    for target, text in zip(targets, texts.values(), strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return targets


def _targets(versions: Iterable[Version], folder: Path, ending: str) -> Iterator[Path]:
    """Raises DomainError where names differ in their case alone: a disk may not keep both."""
    taken: set[str] = set()
    for version in versions:
        name = file_name(version, ending)
        if name.casefold() in taken:
            raise DomainError(f"Two versions would be written to {name}; export them apart.")
        taken.add(name.casefold())
        yield folder / name
