"""What a supervisor was asked to judge: the seat, never the person in front of it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from assessments.reviews.models import Adjudication, Review
from assessments.vignettes.models import VignetteVersion
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest

CASE = ("submission__vignette_version__vignette", "submission__vignette_version__rubric_version")
reviews_blind = opens_to(requires(Permission.REVIEW_DO))


@reviews_blind
@require_safe
def review(request: UserRequest, pk: UUID) -> HttpResponse:
    """A review of one's own: the trainee's pseudonym, the case and the lease."""
    rows = Review.objects.assigned_to(request.user).select_related(*CASE)
    found = get_object_or_404(rows, pk=pk)
    context = {"review": found, "versions": [found.submission.vignette_version]}
    return render(request, "assessments/reviewing/review.html", context)


@reviews_blind
@require_safe
def adjudication(request: UserRequest, pk: UUID) -> HttpResponse:
    """What two reviewers disagree on, for a third to settle."""
    rows = Adjudication.objects.open_for(request.user).select_related(*CASE)
    found = get_object_or_404(rows, pk=pk)
    disputed = found.disputed.select_related("competency").order_by("position")
    context = {"disputed": disputed, "versions": [found.submission.vignette_version]}
    return render(request, "assessments/reviewing/adjudication.html", context)


@reviews_blind
@require_safe
def reading(request: UserRequest, pk: UUID) -> HttpResponse:
    """A flagged passage on which two people differ, for a fresh reader."""
    rows = HarmJudgement.objects.open_for(request.user).select_related(
        "flag__criterion", "flag__option__item", *(f"flag__{path}" for path in CASE)
    )
    found = get_object_or_404(rows, pk=pk)
    context = {"flag": found.flag, "versions": [found.flag.submission.vignette_version]}
    return render(request, "assessments/reviewing/reading.html", context)


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
