"""Vignettes with their keys, and the assessments that use them. Never for those who sit them."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.instruments.models import Assessment
from assessments.vignettes.contents import stages_of
from assessments.vignettes.models import Key, Stage, VignetteVersion
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest
from competency.web.memberships import grants_here

reads_content = opens_to(requires(Permission.CONTENT_VIEW))


@reads_content
@require_safe
def vignette(request: UserRequest, pk: UUID) -> HttpResponse:
    """The case as a transcript, what is asked at each stage, and one key laid over it."""
    versions = VignetteVersion.objects.visible_to(request.user)
    found = get_object_or_404(
        versions.select_related("vignette__owner", "rubric_version", "published_by"), pk=pk
    )
    keys = Key.objects.visible_to(request.user).filter(vignette_version=found)
    laid_over = list(keys.select_related("scope_profile_version__profile").order_by("number"))
    chosen = next((key for key in laid_over if str(key.pk) == request.GET.get("key")), None)
    context = {
        "version": found,
        "content": found.vignette,
        "siblings": versions.filter(vignette=found.vignette).order_by("-number"),
        "stages": _keyed(stages_of(found), chosen),
        "keys": laid_over,
        "chosen": chosen,
    }
    return render(request, "assessments/content/vignette.html", context)


def _keyed(stages: list[Stage], key: Key | None) -> list[Stage]:
    """Each option with what the key says of it."""
    entries: dict[Any, Any] = {}
    if key is not None:
        entries = {entry.option_id: entry for entry in key.entries.all()}
    for stage in stages:
        for item in stage.items.all():
            for option in item.options.all():
                option.entry = entries.get(option.pk)  # type: ignore[attr-defined]
            item.why = _common_why(item)  # type: ignore[attr-defined]
    return stages


def _common_why(item: Any) -> str:
    """The reason, where a key gives every option of an item the same one."""
    whys = {option.entry.why for option in item.options.all() if option.entry}
    return whys.pop() if len(whys) == 1 else ""


@reads_content
@require_safe
def assessment(request: UserRequest, pk: UUID) -> HttpResponse:
    """What an assessment pins, what it says and what it does not."""
    versions = Assessment.objects.visible_to(request.user)
    found = get_object_or_404(
        versions.select_related(
            "program",
            "published_by",
            "rubric_version__rubric",
            "rubric_version__framework_version__framework",
            "scope_profile_version__profile",
            "standard_version__standard",
        ),
        pk=pk,
    )
    forms = found.forms.prefetch_related(
        "vignettes__vignette_version__vignette", "vignettes__key__scope_profile_version"
    )
    context = {
        "version": found,
        "content": {"title": found.title, "owner": found.program},
        "reference": f"{found.code}/{found.number}",
        "reports": Permission.REPORT_EXPORT in grants_here(request, found.program_id),
        "siblings": versions.filter(program=found.program, code=found.code).order_by("-number"),
        "forms": forms,
    }
    return render(request, "assessments/content/assessment.html", context)
