"""Draft and publish vignettes and keys."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from assessments.vignettes.contents import (
    key_content,
    stages_of,
    story_of,
    vignette_content,
)
from assessments.vignettes.items import KINDS, Keyed
from assessments.vignettes.models import (
    Item,
    ItemCriterion,
    Key,
    KeyEntry,
    Option,
    Stage,
    Vignette,
    VignetteVersion,
)
from assessments.vignettes.rules import story_problems
from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import InvalidInput
from competency.foundation.text import take_content
from competency.frameworks.kept import of_published
from competency.frameworks.models import Criterion, RubricVersion, ScopeProfileVersion
from competency.frameworks.rules import repeated
from competency.frameworks.services import find_or_start, publish_version, start_version
from competency.frameworks.states import VersionState
from competency.programs.models import Program
from competency.programs.policies import check_permission
from competency.programs.roles import Permission

SETTINGS = ("min_words", "max_words", "choose")


@transaction.atomic
def draft_vignette(
    program: Program,
    content: Mapping[str, Any],
    *,
    rubric_version: RubricVersion,
    by: User,
) -> VignetteVersion:
    """Write a vignette version as a draft. `content` has the shape of a vignette file."""
    check_permission(by, Permission.CONTENT_WRITE, program.pk)
    content = take_content(content)
    version = start_version(
        VignetteVersion,
        content["code"],
        vignette=find_or_start(Vignette, program, content),
        number=content["version"],
        rubric_version=rubric_version,
        minutes=content["minutes"],
        summary=content["summary"],
        content_note=content.get("content_note", ""),
    )
    stages = {
        stage["code"]: Stage.objects.create(
            version=version,
            code=stage["code"],
            title=stage["title"],
            position=position,
            narrative=stage["narrative"],
            known=stage.get("known", []),
        )
        for position, stage in enumerate(content["stages"], start=1)
    }
    criteria = {criterion.code: criterion for criterion in rubric_version.criteria.all()}
    for stage in content["stages"]:
        if following := stage.get("next"):
            row = stages[stage["code"]]
            row.next = _stage(stages, following, f"{stage['code']}.next")
            row.save(update_fields=["next"])
        for position, item in enumerate(stage.get("items", []), start=1):
            _draft_item(stages, stage["code"], item, position, criteria)
    record("vignette.drafted", version, by=by)
    return version


def _stage(stages: Mapping[str, Stage], code: str, field: str) -> Stage:
    if code not in stages:
        raise InvalidInput({field: f"There is no stage “{code}”."})
    return stages[code]


def _draft_item(
    stages: Mapping[str, Stage],
    stage: str,
    content: Mapping[str, Any],
    position: int,
    criteria: Mapping[str, Criterion],
) -> None:
    if content["kind"] not in KINDS:
        known = ", ".join(sorted(KINDS))
        raise InvalidInput({f"{content['code']}.kind": f"Item kinds are {known}."})
    row = Item.objects.create(
        stage=stages[stage],
        code=content["code"],
        kind=content["kind"],
        prompt=content["prompt"],
        position=position,
        weight=content.get("weight", 1),
        settings={name: content[name] for name in SETTINGS if name in content},
        model_response=content.get("model_response", ""),
    )
    for place, option in enumerate(content.get("options", []), start=1):
        target = option.get("leads_to")
        Option.objects.create(
            item=row,
            code=option["code"],
            text=option["text"],
            position=place,
            leads_to=target and _stage(stages, target, f"{row.code}.{option['code']}.leads_to"),
        )
    for code in content.get("criteria", []):
        if code not in criteria:
            raise InvalidInput({f"{row.code}.criteria": f"The rubric has no criterion {code}."})
        ItemCriterion.objects.create(item=row, criterion=criteria[code])


def publish_vignette(version: VignetteVersion, *, by: User) -> None:
    """Freeze a vignette version. Raises DomainError naming everything that keeps it a draft."""
    publish_version(version, vignette_content, vignette_problems, by=by)


def vignette_problems(version: VignetteVersion) -> list[str]:
    """Stages nobody reaches, dead ends, loops, items that cannot be answered or judged."""
    stages = stages_of(version)
    items = [item for stage in stages for item in stage.items.all()]
    problems = story_problems(story_of(stages), stages[0].code if stages else None)
    problems += [f"Item code {code} is used twice." for code in repeated(i.code for i in items)]
    for item in items:
        problems += [f"Item {item.code} {p}." for p in item.rules.shape_problems(item.shape())]
        loose = [o.code for o in item.options.all() if item.rules.branching and not o.leads_to]
        problems += [f"Option {item.code}/{code} leads nowhere." for code in loose]
        if not item.rules.keyed and not item.criteria.all():
            problems.append(f"Item {item.code} has no criterion to judge it.")
    if not any(not item.rules.keyed for item in items):
        problems.append("No item is judged by reviewers.")
    if version.rubric_version.state != VersionState.PUBLISHED:
        problems.append(f"Rubric {version.rubric_version} is not published.")
    return problems


@transaction.atomic
def draft_key(
    version: VignetteVersion,
    content: Mapping[str, Any],
    *,
    scope_profile_version: ScopeProfileVersion,
    by: User,
) -> Key:
    """Write a key as a draft. Raises InvalidInput for an item or option that is missing."""
    check_permission(by, Permission.CONTENT_WRITE, version.program_id)
    content = take_content(content)
    key = start_version(
        Key,
        f"the key of {version}",
        vignette_version=version,
        scope_profile_version=scope_profile_version,
        number=content["version"],
        status_note=content.get("status_note", ""),
    )
    items = {item.code: item for stage in stages_of(version) for item in stage.items.all()}
    for code, entries in content["items"].items():
        if code not in items:
            raise InvalidInput({f"items.{code}": f"{version} has no item “{code}”."})
        options = {option.code: option for option in items[code].options.all()}
        for option, entry in entries.items():
            if option not in options:
                raise InvalidInput(
                    {f"items.{code}.{option}": f"Item {code} has no option “{option}”."}
                )
            KeyEntry.objects.create(
                key=key,
                option=options[option],
                value=Decimal(str(entry["value"])),
                critical=entry.get("critical", False),
                why=entry.get("why", ""),
            )
    record("key.drafted", key, by=by)
    return key


@of_published
def keyed_options(key: Key) -> dict[str, dict[str, Keyed]]:
    """The key as the rules want it: item code → option code → what the key says."""
    items: dict[str, dict[str, Keyed]] = {}
    columns = ("option__item__code", "option__code", "value", "critical")
    for item, option, value, critical in key.entries.values_list(*columns):
        items.setdefault(item, {})[option] = Keyed(float(value), critical)
    return items


def keyed_codes(version: VignetteVersion) -> list[str]:
    """The items that a key must score."""
    items = [item for stage in stages_of(version) for item in stage.items.all()]
    return [item.code for item in items if item.rules.keyed]


def publish_key(key: Key, *, by: User) -> None:
    """Freeze a key. Raises DomainError while any keyed item lacks a complete key."""
    publish_version(key, key_content, key_problems, by=by)


def key_problems(key: Key) -> list[str]:
    """Keyed items whose key is missing or wrong; what the key stands on and is not frozen."""
    keyed = keyed_options(key)
    problems = [
        f"{what} {version} is not published."
        for what, version in (
            ("Vignette", key.vignette_version),
            ("Scope profile", key.scope_profile_version),
        )
        if version.state != VersionState.PUBLISHED
    ]
    for stage in stages_of(key.vignette_version):
        for item in stage.items.all():
            if item.rules.keyed:
                found = item.rules.key_problems(item.shape(), keyed.get(item.code, {}))
                problems += [f"Item {item.code}: {problem}." for problem in found]
    return problems
