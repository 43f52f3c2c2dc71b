"""Bring content files into a program: drafted in order of dependence, then published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from assessments.content.reading import read_content
from assessments.instruments import services as instruments
from assessments.instruments.models import Assessment
from assessments.vignettes import services as vignettes
from assessments.vignettes.models import Key, Option, VignetteVersion
from competency.accounts.models import User
from competency.decisions import services as decisions
from competency.decisions.models import StandardVersion
from competency.foundation.errors import InvalidInput
from competency.frameworks import services as frameworks
from competency.frameworks.models import FrameworkVersion, RubricVersion, ScopeProfileVersion
from competency.programs.models import Program

ORDER = ("framework", "rubric", "scope_profile", "vignette", "key", "standard", "assessment")


@dataclass
class Library:
    """Published versions by the reference that files use for them ("V1/1")."""

    framework: dict[str, FrameworkVersion] = field(default_factory=dict)
    rubric: dict[str, RubricVersion] = field(default_factory=dict)
    scope_profile: dict[str, ScopeProfileVersion] = field(default_factory=dict)
    vignette: dict[str, VignetteVersion] = field(default_factory=dict)
    key: dict[str, Key] = field(default_factory=dict)
    standard: dict[str, StandardVersion] = field(default_factory=dict)
    assessment: dict[str, Assessment] = field(default_factory=dict)

    def find(self, kind: str, content: Mapping[str, Any]) -> Any:
        """The version a file refers to. Raises InvalidInput when it was not imported."""
        shelf, reference = getattr(self, kind), content[kind]
        if reference not in shelf:
            raise InvalidInput({kind: f"There is no {kind.replace('_', ' ')} {reference}."})
        return shelf[reference]


@transaction.atomic
def import_and_publish(program: Program, paths: Iterable[Path], *, by: User) -> Library:
    """Import every file, or none. Raises ContentError or DomainError naming what is wrong."""
    files = [read_content(path, *ORDER) for path in paths]
    library = Library()
    for kind in ORDER:
        for content in (content for content in files if content["kind"] == kind):
            version = _IMPORTERS[kind](program, content, library, by)
            getattr(library, kind)[str(version)] = version
    return library


def _framework(
    program: Program, content: dict[str, Any], library: Library, by: User
) -> FrameworkVersion:
    version = frameworks.draft_framework(program, content, by=by)
    frameworks.publish_framework(version, by=by)
    return version


def _rubric(program: Program, content: dict[str, Any], library: Library, by: User) -> RubricVersion:
    version = frameworks.draft_rubric(
        program, content, framework_version=library.find("framework", content), by=by
    )
    frameworks.publish_rubric(version, by=by)
    return version


def _scope_profile(
    program: Program, content: dict[str, Any], library: Library, by: User
) -> ScopeProfileVersion:
    version = frameworks.draft_scope_profile(program, content, by=by)
    frameworks.publish_scope_profile(version, by=by)
    return version


def _vignette(
    program: Program, content: dict[str, Any], library: Library, by: User
) -> VignetteVersion:
    version = vignettes.draft_vignette(
        program, content, rubric_version=library.find("rubric", content), by=by
    )
    vignettes.publish_vignette(version, by=by)
    return version


def _key(program: Program, content: dict[str, Any], library: Library, by: User) -> Key:
    version = library.find("vignette", content)
    items = {item: _entries(version, item, entries) for item, entries in content["items"].items()}
    key = vignettes.draft_key(
        version,
        content | {"items": items},
        scope_profile_version=library.find("scope_profile", content),
        by=by,
    )
    vignettes.publish_key(key, by=by)
    return key


def _entries(version: VignetteVersion, item: str, entries: Mapping[str, Any]) -> Mapping[str, Any]:
    """One entry per option; a file may write a most/least key in short as {most, least}."""
    if "most" not in entries or isinstance(entries["most"], Mapping):
        return entries
    codes = Option.objects.filter(item__stage__version=version, item__code=item)
    values = {entries["most"]: 1, entries["least"]: -1}
    known = [*codes.order_by("position").values_list("code", flat=True)]
    return {
        code: {"value": values.get(code, 0), "why": entries.get("why", "")}
        for code in [*known, *(code for code in values if code not in known)]
    }


def _standard(
    program: Program, content: dict[str, Any], library: Library, by: User
) -> StandardVersion:
    version = decisions.draft_standard(program, content, by=by)
    decisions.publish_standard(version, by=by)
    return version


def _assessment(
    program: Program, content: dict[str, Any], library: Library, by: User
) -> Assessment:
    assessment = instruments.draft_assessment(
        program,
        content,
        rubric_version=library.find("rubric", content),
        scope_profile_version=library.find("scope_profile", content),
        standard_version=library.find("standard", content),
        vignettes=library.vignette,
        by=by,
    )
    instruments.publish_assessment(assessment, by=by)
    return assessment


_IMPORTERS = {
    "framework": _framework,
    "rubric": _rubric,
    "scope_profile": _scope_profile,
    "vignette": _vignette,
    "key": _key,
    "standard": _standard,
    "assessment": _assessment,
}
