"""Draft and publish assessments."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from assessments.instruments.contents import assessment_content
from assessments.instruments.models import Assessment, Form, FormVignette, ReserveVignette
from assessments.vignettes.models import Key, VignetteVersion
from assessments.vignettes.services import key_problems, keyed_codes
from competency.accounts.models import User
from competency.audit.services import record
from competency.decisions.models import StandardVersion
from competency.foundation.errors import InvalidInput
from competency.foundation.text import take_content
from competency.frameworks.models import RubricVersion, ScopeProfileVersion
from competency.frameworks.services import publish_version, start_version
from competency.frameworks.states import VersionState
from competency.programs.models import Program
from competency.programs.policies import check_permission
from competency.programs.roles import Permission


@transaction.atomic
def draft_assessment(
    program: Program,
    content: Mapping[str, Any],
    *,
    rubric_version: RubricVersion,
    scope_profile_version: ScopeProfileVersion,
    standard_version: StandardVersion,
    vignettes: Mapping[str, VignetteVersion],
    by: User,
) -> Assessment:
    """Write an assessment as a draft.

    `content` has the shape of an assessment file; `vignettes` maps the references it uses
    ("V1/1") to versions. A place may name the number of its key; else it takes the newest
    published one. Raises InvalidInput when there is no such key for the scope profile.
    """
    check_permission(by, Permission.CONTENT_WRITE, program.pk)
    content = take_content(content)
    assessment = start_version(
        Assessment,
        content["code"],
        program=program,
        code=content["code"],
        title=content["title"],
        number=content["version"],
        rubric_version=rubric_version,
        scope_profile_version=scope_profile_version,
        standard_version=standard_version,
        says=content["what_it_says"],
        says_not=content["what_it_does_not_say"],
    )
    for form in content["forms"]:
        row = Form.objects.create(assessment=assessment, number=form["number"], title=form["title"])
        for position, placed in enumerate(form["vignettes"], start=1):
            version = vignettes[placed["vignette"]]
            FormVignette.objects.create(
                form=row,
                position=position,
                vignette_version=version,
                key=_key_for(version, scope_profile_version, placed.get("key")),
            )
    for position, placed in enumerate(content.get("reserves", []), start=1):
        version = vignettes[placed["vignette"]]
        ReserveVignette.objects.create(
            assessment=assessment,
            position=position,
            vignette_version=version,
            key=_key_for(version, scope_profile_version, placed.get("key")),
        )
    record("assessment.drafted", assessment, by=by)
    return assessment


def _key_for(version: VignetteVersion, profile: ScopeProfileVersion, number: int | None) -> Key:
    keys = Key.objects.filter(vignette_version=version, scope_profile_version=profile)
    if number is None:
        what, keys = "published key", keys.filter(state=VersionState.PUBLISHED)
    else:
        what, keys = f"key {number}", keys.filter(number=number)
    key: Key | None = keys.order_by("-number").first()
    if key is None:
        message = f"{version} has no {what} for scope profile {profile}."
        if keyed := keyed_codes(version):
            message += f" Items without a key: {', '.join(keyed)}."
        raise InvalidInput({"scope_profile": message})
    return key


def publish_assessment(assessment: Assessment, *, by: User) -> None:
    """Freeze an assessment. Raises DomainError naming everything that is not ready."""
    publish_version(assessment, assessment_content, assessment_problems, by=by)


def assessment_problems(assessment: Assessment) -> list[str]:
    pinned = {
        "Rubric": assessment.rubric_version,
        "Scope profile": assessment.scope_profile_version,
        "Standard": assessment.standard_version,
    }
    problems = [
        f"{name} {version} is not published."
        for name, version in pinned.items()
        if version.state != VersionState.PUBLISHED
    ]
    forms = assessment.forms.prefetch_related("vignettes__vignette_version", "vignettes__key").all()
    if not forms:
        problems.append("The assessment has no form.")
    for form in forms:
        placed = form.vignettes.all()
        if not placed:
            problems.append(f"{form} has no vignette.")
        for row in placed:
            problems += _placed_problems(assessment, row)
    on_forms = {row.vignette_version_id for form in forms for row in form.vignettes.all()}
    for reserve in assessment.reserves.select_related("vignette_version", "key"):
        problems += _placed_problems(assessment, reserve)
        if reserve.vignette_version_id in on_forms:
            problems.append(f"Reserve {reserve.vignette_version} is on a form as well.")
    return problems


def _placed_problems(assessment: Assessment, row: FormVignette | ReserveVignette) -> list[str]:
    version, key = row.vignette_version, row.key
    problems = []
    if version.state != VersionState.PUBLISHED:
        problems.append(f"Vignette {version} is not published.")
    if version.rubric_version_id != assessment.rubric_version_id:
        problems.append(f"Vignette {version} is judged by another rubric.")
    if key.state != VersionState.PUBLISHED:
        problems.append(f"The {key} is not published.")
        problems += [f"{version}: {problem}" for problem in key_problems(key)]
    if (key.vignette_version_id, key.scope_profile_version_id) != (
        version.pk,
        assessment.scope_profile_version_id,
    ):
        problems.append(f"The {key} is not for {version} in this scope.")
    return problems
