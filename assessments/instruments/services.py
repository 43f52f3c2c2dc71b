"""Draft and publish assessments."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from assessments.instruments.contents import assessment_content
from assessments.instruments.models import Assessment, Form, FormVignette, ReserveVignette
from assessments.vignettes.models import Key, VignetteVersion
from competency.accounts.models import User
from competency.audit.services import record
from competency.decisions.models import StandardVersion
from competency.foundation.errors import InvalidInput
from competency.frameworks.models import RubricVersion, ScopeProfileVersion
from competency.frameworks.services import publish_version
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
    ("V1/1") to versions. Raises InvalidInput when a vignette has no published key for the
    scope profile.
    """
    check_permission(by, Permission.CONTENT_WRITE, program.pk)
    assessment = Assessment.objects.create(
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
                key=_published_key(version, scope_profile_version),
            )
    for position, placed in enumerate(content.get("reserves", []), start=1):
        version = vignettes[placed["vignette"]]
        ReserveVignette.objects.create(
            assessment=assessment,
            position=position,
            vignette_version=version,
            key=_published_key(version, scope_profile_version),
        )
    record("assessment.drafted", assessment, by=by)
    return assessment


def _published_key(version: VignetteVersion, profile: ScopeProfileVersion) -> Key:
    keys = Key.objects.filter(
        vignette_version=version,
        scope_profile_version=profile,
        state=VersionState.PUBLISHED,
    )
    key: Key | None = keys.order_by("-number").first()
    if key is None:
        raise InvalidInput(
            {"scope_profile": f"{version} has no published key for scope profile {profile}."}
        )
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
    if (key.vignette_version_id, key.scope_profile_version_id) != (
        version.pk,
        assessment.scope_profile_version_id,
    ):
        problems.append(f"The {key} is not for {version} in this scope.")
    return problems
