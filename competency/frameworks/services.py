"""Draft and publish frameworks, rubrics and scope profiles."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from competency.accounts.models import User
from competency.audit.services import record
from competency.audit.transitions import move
from competency.foundation.errors import DomainError, InvalidInput
from competency.foundation.hashing import content_hash
from competency.foundation.text import require_words, take_content
from competency.frameworks import contents, rules
from competency.frameworks.models import (
    Competency,
    Content,
    Criterion,
    Domain,
    Framework,
    FrameworkVersion,
    Indicator,
    Level,
    Rubric,
    RubricVersion,
    ScopeProfile,
    ScopeProfileVersion,
)
from competency.frameworks.states import VersionState
from competency.frameworks.versions import Version
from competency.programs.models import Program
from competency.programs.policies import check_permission
from competency.programs.roles import Permission

C = TypeVar("C", bound=Content)
V = TypeVar("V", bound=Version)


def find_or_start(model: type[C], program: Program, content: Mapping[str, Any]) -> C:
    """The program's content of this code; begun when it is new.

    The title belongs to the content and is hashed with every version: another one would change
    what was published. Raises InvalidInput unless no version has it yet.
    """
    row: Any
    row, _ = model._default_manager.get_or_create(
        owner=program, code=content["code"], defaults={"title": content["title"]}
    )
    if row.title != content["title"]:
        if row.versions.exists():
            message = f"All versions of {row.code} have one title: “{row.title}”."
            raise InvalidInput({"title": message})
        row.title = content["title"]
        row.save(update_fields=["title"])
    found: C = row
    return found


def start_version(model: type[V], what: str, /, *, number: int, **fields: Any) -> V:
    """A new draft. Raises InvalidInput when this number is taken: a correction has its own."""
    rows: Any = model._default_manager
    try:
        with transaction.atomic():
            version: V = rows.create(number=number, **fields)
    except IntegrityError as error:
        if "number_unique" not in str(error):
            raise
        raise InvalidInput({"version": f"Version {number} of {what} exists already."}) from error
    return version


@transaction.atomic
def draft_framework(program: Program, content: Mapping[str, Any], *, by: User) -> FrameworkVersion:
    """Write a framework version as a draft. `content` has the shape of a framework file."""
    check_permission(by, Permission.CONTENT_WRITE, program.pk)
    content = take_content(content)
    version = start_version(
        FrameworkVersion,
        content["code"],
        framework=find_or_start(Framework, program, content),
        number=content["version"],
        statement=content["statement"],
    )
    for place, domain in enumerate(content["domains"], start=1):
        row = Domain.objects.create(
            version=version, code=domain["code"], title=domain["title"], position=place
        )
        for position, competency in enumerate(domain["competencies"], start=1):
            _draft_competency(row, competency, position)
    record("framework.drafted", version, by=by)
    return version


def _draft_competency(domain: Domain, content: Mapping[str, Any], position: int) -> None:
    row = Competency.objects.create(
        domain=domain,
        code=content["code"],
        title=content["title"],
        statement=content["statement"],
        position=position,
    )
    kinds = {Indicator.Kind.SKILL: "indicators", Indicator.Kind.HARM: "harm_indicators"}
    Indicator.objects.bulk_create(
        Indicator(
            competency=row,
            kind=kind,
            code=indicator["code"],
            text=indicator["text"],
            position=place,
        )
        for kind, key in kinds.items()
        for place, indicator in enumerate(content[key], start=1)
    )


@transaction.atomic
def draft_rubric(
    program: Program,
    content: Mapping[str, Any],
    *,
    framework_version: FrameworkVersion,
    by: User,
) -> RubricVersion:
    """Write a rubric version as a draft. `content` has the shape of a rubric file."""
    check_permission(by, Permission.CONTENT_WRITE, program.pk)
    content = take_content(content)
    version = start_version(
        RubricVersion,
        content["code"],
        rubric=find_or_start(Rubric, program, content),
        number=content["version"],
        framework_version=framework_version,
        guidance=content.get("guidance", ""),
    )
    competencies = {
        competency.code: competency
        for competency in Competency.objects.filter(domain__version=framework_version)
    }
    for position, criterion in enumerate(content["criteria"], start=1):
        judged = competencies.get(criterion["competency"])
        if judged is None:
            raise InvalidInput(
                {
                    "criteria": f"Criterion {criterion['code']} judges "
                    f"{criterion['competency']}, which {framework_version} does not have."
                }
            )
        row = Criterion.objects.create(
            version=version,
            competency=judged,
            code=criterion["code"],
            title=criterion["title"],
            weight=criterion["weight"],
            safety_critical=criterion["safety_critical"],
            position=position,
        )
        Level.objects.bulk_create(
            Level(criterion=row, value=int(value), anchor=anchor)
            for value, anchor in criterion["levels"].items()
        )
    record("rubric.drafted", version, by=by)
    return version


@transaction.atomic
def draft_scope_profile(
    program: Program, content: Mapping[str, Any], *, by: User
) -> ScopeProfileVersion:
    """Write a scope profile version as a draft."""
    check_permission(by, Permission.CONTENT_WRITE, program.pk)
    content = take_content(content)
    version = start_version(
        ScopeProfileVersion,
        content["code"],
        profile=find_or_start(ScopeProfile, program, content),
        number=content["version"],
        jurisdiction=content["jurisdiction"],
        statement=content["statement"],
        unverified=content["unverified"],
    )
    record("scope_profile.drafted", version, by=by)
    return version


def publish_framework(version: FrameworkVersion, *, by: User) -> None:
    """Freeze a framework version. Raises DomainError naming all that is missing."""

    def problems(locked: FrameworkVersion) -> list[str]:
        return rules.framework_problems(contents.framework_content(locked))

    publish_version(version, contents.framework_content, problems, by=by)


def publish_rubric(version: RubricVersion, *, by: User) -> None:
    """Freeze a rubric version. Raises DomainError naming all that is missing."""

    def problems(locked: RubricVersion) -> list[str]:
        found = rules.rubric_problems(contents.rubric_content(locked))
        if locked.framework_version.state != VersionState.PUBLISHED:
            found.append(f"Framework {locked.framework_version} is not published.")
        return found

    publish_version(version, contents.rubric_content, problems, by=by)


def publish_scope_profile(version: ScopeProfileVersion, *, by: User) -> None:
    publish_version(version, contents.profile_content, no_problems, by=by)


def no_problems(version: Version) -> list[str]:
    return []


@transaction.atomic
def publish_version(
    version: V,
    content_of: Callable[[V], Mapping[str, Any]],
    problems_of: Callable[[V], Iterable[str]],
    *,
    by: User,
) -> None:
    """Publish any version: complete or not at all, with the hash of what is frozen.

    The row is locked before its content is read, so that no edit slips between the hash and
    the freezing. Raises DomainError listing every problem, NotAllowed without the permission.
    """
    check_permission(by, Permission.CONTENT_PUBLISH, version.program_id)
    rows: Any = type(version)._default_manager
    locked: V = rows.select_for_update(of=("self",)).get(pk=version.pk)
    if locked.state == VersionState.DRAFT and (listed := list(problems_of(locked))):
        raise DomainError(f"{version} cannot be published. {' '.join(listed)}", code="incomplete")
    frozen = {
        "content_hash": content_hash(content_of(locked)),
        "published_at": timezone.now(),
        "published_by": by,
    }
    move(version, VersionState.PUBLISHED, by=by, changes=frozen)


@transaction.atomic
def retire_version(version: Version, *, by: User, reason: str) -> None:
    """Retire a published version: what was scored with it stands, nothing new uses it."""
    check_permission(by, Permission.CONTENT_PUBLISH, version.program_id)
    reason = require_words("reason", reason, "Say why this version is retired.")
    changes = {"retired_at": timezone.now()}
    move(version, VersionState.RETIRED, by=by, reason=reason, changes=changes)
