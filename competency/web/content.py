"""What trainees are judged against, as it was published: frameworks, rubrics, policies."""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from competency.decisions.models import StandardVersion
from competency.frameworks.models import (
    LEVEL_NAMES,
    FrameworkVersion,
    Indicator,
    RubricVersion,
    ScopeProfileVersion,
)
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires

V = TypeVar("V", bound=Model)
reads_content = opens_to(requires(Permission.CONTENT_VIEW))


def _found(versions: QuerySet[V], parent: str, pk: UUID) -> dict[str, Any]:
    """The version asked for, its owner and the other versions that this reader may see."""
    shown = versions.select_related(f"{parent}__owner", "published_by")
    version = get_object_or_404(shown, pk=pk)
    content = getattr(version, parent)
    siblings = versions.filter(**{parent: content}).order_by("-number")
    return {"version": version, "content": content, "siblings": siblings}


@reads_content
@require_safe
def framework(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Domains, competencies, what a skilled therapist does and what must never happen."""
    context = _found(FrameworkVersion.objects.visible_to(request.user), "framework", pk)
    skills = Indicator.objects.filter(kind=Indicator.Kind.SKILL)
    harms = Indicator.objects.filter(kind=Indicator.Kind.HARM)
    context["domains"] = context["version"].domains.prefetch_related(
        Prefetch("competencies__indicators", skills, to_attr="skills"),
        Prefetch("competencies__indicators", harms, to_attr="harms"),
    )
    rubrics = RubricVersion.objects.visible_to(request.user).select_related("rubric")
    context["rubrics"] = rubrics.filter(framework_version=pk).order_by("rubric__code", "number")
    return render(request, "competency/content/framework.html", context)


@reads_content
@require_safe
def rubric(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Each criterion with its four anchors, side by side."""
    context = _found(RubricVersion.objects.visible_to(request.user), "rubric", pk)
    criteria = context["version"].criteria.select_related("competency")
    context["criteria"] = criteria.prefetch_related("levels")
    context["level_names"] = LEVEL_NAMES
    return render(request, "competency/content/rubric.html", context)


@reads_content
@require_safe
def scope_profile(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a jurisdiction asks."""
    context = _found(ScopeProfileVersion.objects.visible_to(request.user), "profile", pk)
    return render(request, "competency/content/scope_profile.html", context)


@reads_content
@require_safe
def standard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """When a trainee is competent: every rule of the policy."""
    context = _found(StandardVersion.objects.visible_to(request.user), "standard", pk)
    context["minima"] = context["version"].minima.order_by("competency_code")
    return render(request, "competency/content/standard.html", context)
