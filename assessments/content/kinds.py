"""The kinds of content: where each lives, how it is drafted, published and told as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.content.rules.references import ORDER, placed_vignettes
from assessments.instruments import services as instruments
from assessments.instruments.contents import assessment_content
from assessments.instruments.models import Assessment
from assessments.vignettes import services as vignettes
from assessments.vignettes.contents import key_content, vignette_content
from assessments.vignettes.models import Key, VignetteVersion
from assessments.vignettes.panels import record_panel
from competency.accounts.models import User
from competency.decisions import services as decisions
from competency.decisions.contents import standard_content
from competency.decisions.models import StandardVersion
from competency.frameworks import services as frameworks
from competency.frameworks.contents import framework_content, profile_content, rubric_content
from competency.frameworks.models import FrameworkVersion, RubricVersion, ScopeProfileVersion
from competency.frameworks.versions import Version
from competency.programs.models import Program

Content = Mapping[str, Any]
Find = Callable[[str, str], Any]  # kind and reference to the version meant


@dataclass(frozen=True)
class Kind:
    """`parent` is the field of what the version is a version of; it carries code and title."""

    model: type[Version]
    parent: str
    content: Callable[[Any], dict[str, Any]]
    draft: Callable[[Program, Content, Find, User], Version]
    publish: Callable[..., None]


def _framework(program: Program, content: Content, find: Find, by: User) -> Version:
    return frameworks.draft_framework(program, content, by=by)


def _rubric(program: Program, content: Content, find: Find, by: User) -> Version:
    framework = find("framework", content["framework"])
    return frameworks.draft_rubric(program, content, framework_version=framework, by=by)


def _scope_profile(program: Program, content: Content, find: Find, by: User) -> Version:
    return frameworks.draft_scope_profile(program, content, by=by)


def _vignette(program: Program, content: Content, find: Find, by: User) -> Version:
    rubric = find("rubric", content["rubric"])
    return vignettes.draft_vignette(program, content, rubric_version=rubric, by=by)


def _key(program: Program, content: Content, find: Find, by: User) -> Version:
    key = vignettes.draft_key(
        find("vignette", content["vignette"]),
        content,
        scope_profile_version=find("scope_profile", content["scope_profile"]),
        by=by,
    )
    if content["panel"]:
        record_panel(key, content["panel"], by=by)
    return key


def _standard(program: Program, content: Content, find: Find, by: User) -> Version:
    return decisions.draft_standard(program, content, by=by)


def _assessment(program: Program, content: Content, find: Find, by: User) -> Version:
    names = {placed["vignette"] for _, placed in placed_vignettes(content)}
    return instruments.draft_assessment(
        program,
        content,
        rubric_version=find("rubric", content["rubric"]),
        scope_profile_version=find("scope_profile", content["scope_profile"]),
        standard_version=find("standard", content["standard"]),
        vignettes={name: find("vignette", name) for name in names},
        by=by,
    )


KINDS: Mapping[str, Kind] = {
    "framework": Kind(
        FrameworkVersion, "framework", framework_content, _framework, frameworks.publish_framework
    ),
    "rubric": Kind(RubricVersion, "rubric", rubric_content, _rubric, frameworks.publish_rubric),
    "scope_profile": Kind(
        ScopeProfileVersion,
        "profile",
        profile_content,
        _scope_profile,
        frameworks.publish_scope_profile,
    ),
    "vignette": Kind(
        VignetteVersion, "vignette", vignette_content, _vignette, vignettes.publish_vignette
    ),
    "key": Kind(Key, "", key_content, _key, vignettes.publish_key),
    "standard": Kind(
        StandardVersion, "standard", standard_content, _standard, decisions.publish_standard
    ),
    "assessment": Kind(
        Assessment, "", assessment_content, _assessment, instruments.publish_assessment
    ),
}


def kind_of(version: Version) -> str:
    """Raises KeyError for what is not content."""
    return next(name for name in ORDER if isinstance(version, KINDS[name].model))


def content_of(version: Version) -> dict[str, Any]:
    """A version of any kind as plain data: what is hashed, exported and compared."""
    return KINDS[kind_of(version)].content(version)


def content_name(version: Version) -> str:
    """How files name a version: "PAT-CORE/1", or "V1/1:GOAL-DIRECTED/1/2" for a key."""
    if isinstance(version, Key):
        return f"{version.vignette_version}:{version.scope_profile_version}/{version.number}"
    parent = KINDS[kind_of(version)].parent
    bearer: Any = getattr(version, parent) if parent else version
    return f"{bearer.code}/{version.number}"
