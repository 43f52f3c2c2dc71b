"""A referred attempt, for two fresh people to judge: the seat, never the person in front of it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.referrals.models import Opinion
from assessments.vignettes.models import VignetteVersion
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest

reviews_blind = opens_to(requires(Permission.REVIEW_DO))


@reviews_blind
@require_safe
def opinion(request: UserRequest, pk: UUID) -> HttpResponse:
    """A referred attempt that more evidence did not settle."""
    rows = Opinion.objects.open_for(request.user).select_related("attempt__assessment")
    found = get_object_or_404(rows, pk=pk)
    seen = VignetteVersion.objects.visible_to(request.user)
    context = {
        "opinion": found,
        "versions": seen.filter(submissions__attempt=found.attempt_id)
        .select_related("vignette", "rubric_version")
        .order_by("submissions__position"),
    }
    return render(request, "assessments/reviewing/opinion.html", context)
