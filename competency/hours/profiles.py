"""Say what is required: adopt a profile, revise it, confirm it, choose it for a cohort."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError, InvalidInput
from competency.foundation.text import require_line, take_content
from competency.hours.builtin import BUILTIN
from competency.hours.models import HoursChoice, HoursProfile
from competency.hours.rules import KINDS, as_hours, problems_of
from competency.programs.models import Cohort, Program
from competency.programs.policies import check_permission
from competency.programs.roles import Permission


@transaction.atomic
def adopt_profile(program: Program, code: str, *, by: User) -> HoursProfile:
    """Start from a built-in profile; unverified until a director confirms it."""
    check_permission(by, Permission.PROGRAM_RUN, program.pk)
    if code not in BUILTIN:
        raise InvalidInput({"code": f"The built-in profiles are: {', '.join(BUILTIN)}."})
    if HoursProfile.objects.filter(program=program, code=code).exists():
        raise DomainError("The program has this profile already.", field="code")
    return _write(program, code, 1, BUILTIN[code], by=by)


@transaction.atomic
def revise_profile(profile: HoursProfile, content: Mapping[str, Any], *, by: User) -> HoursProfile:
    """A new version, unverified again. Cohorts held against the old one go over to it."""
    check_permission(by, Permission.PROGRAM_RUN, profile.program_id)
    Program.objects.select_for_update(no_key=True).get(pk=profile.program_id)
    versions = HoursProfile.objects.filter(program=profile.program_id, code=profile.code)
    last = versions.order_by("number").last()
    number = (last.number if last else 0) + 1
    made = _write(profile.program, profile.code, number, _cleaned(content), by=by)
    HoursChoice.objects.filter(profile__in=versions).update(profile=made, chosen_by=by)
    return made


def _cleaned(content: Mapping[str, Any]) -> dict[str, Any]:
    given = take_content(content)
    for name in ("title", "jurisdiction"):
        given[name] = require_line(name, given.get(name, ""), "This is needed.")
    for module in given.get("modules", ()):
        for name in ("code", "title"):
            module[name] = require_line("modules", module.get(name, ""), "Name each module.", 120)
    if problems := problems_of(given):
        raise InvalidInput(problems)
    hours = {name: str(as_hours(given[name])) for name in KINDS}
    known = {name: given.get(name, "") for name in ("title", "jurisdiction", "source")}
    return {**known, **hours, "modules": given.get("modules", [])}


def _write(
    program: Program, code: str, number: int, content: Mapping[str, Any], *, by: User
) -> HoursProfile:
    profile = HoursProfile.objects.create(
        program=program, code=code, number=number, content=dict(content), written_by=by
    )
    record("hoursprofile.written", profile, by=by, number=number)
    return profile


@transaction.atomic
def confirm_profile(profile: HoursProfile, *, by: User) -> None:
    """A director has held it against the rules in force, and answers for it by name."""
    check_permission(by, Permission.PROGRAM_RUN, profile.program_id)
    rows = HoursProfile.objects.filter(pk=profile.pk, confirmed_at=None)
    if not rows.update(confirmed_by=by, confirmed_at=timezone.now()):
        raise DomainError("This version is confirmed already.")
    profile.refresh_from_db()
    record("hoursprofile.confirmed", profile, by=by)


@transaction.atomic
def choose_profile(cohort: Cohort, profile: HoursProfile, *, by: User) -> HoursChoice:
    """Hold the hours of a cohort against this profile."""
    check_permission(by, Permission.PROGRAM_RUN, cohort.program_id)
    if profile.program_id != cohort.program_id:
        raise InvalidInput({"profile": "This profile belongs to another program."})
    choice, _made = HoursChoice.objects.update_or_create(
        cohort=cohort, defaults={"profile": profile, "chosen_by": by}
    )
    record("hourschoice.made", choice, by=by, profile=str(profile.pk))
    return choice
