"""A referred attempt that more evidence did not settle: one of two fresh people says what it is."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.desk.response import response_of
from assessments.referrals.models import Opinion
from assessments.reviews.judgements import mapped_criteria
from assessments.web.desk.access import done_already, reviews_blind
from assessments.web.desk.saving import filled_in
from assessments.workflow import services as workflow
from competency.foundation.errors import InvalidInput
from competency.web.http import UserRequest


@reviews_blind
@require_safe
def opinion(request: UserRequest, pk: UUID) -> HttpResponse:
    """The whole attempt, every vignette of it, with the rubric; nobody's earlier judgement."""
    if Opinion.objects.given_by(request.user).filter(pk=pk).exists():
        return done_already(request)
    return _page(request, _asked(request, pk))


@reviews_blind
@require_POST
def give_opinion(request: UserRequest, pk: UUID) -> HttpResponse:
    """Say whether the trainee is competent, and why."""
    found = _asked(request, pk)
    try:
        workflow.give_opinion(
            found,
            outcome=request.POST.get("outcome", ""),
            reason=request.POST.get("reason", ""),
            by=request.user,
        )
    except InvalidInput as error:
        return _page(request, found, error.problems)
    messages.success(request, _("Given. The certifier sees it once the other person has spoken."))
    return redirect("reviews")


def _asked(request: UserRequest, pk: UUID) -> Opinion:
    rows = Opinion.objects.open_for(request.user).select_related(
        "attempt__assessment__standard_version__standard",
        "attempt__assessment__rubric_version",
        "attempt__enrolment__cohort",
    )
    found: Opinion = get_object_or_404(rows, pk=pk)
    return found


def _page(
    request: UserRequest, found: Opinion, problems: Mapping[str, str] | None = None
) -> HttpResponse:
    rows = found.attempt.submissions.select_related(
        "vignette_version__vignette", "attempt__assessment", "attempt__enrolment"
    ).order_by("position")
    submissions = list(rows)
    criteria = {
        criterion.pk: criterion for each in submissions for criterion in mapped_criteria(each)
    }
    context = filled_in(request, found) | {
        "opinion": found,
        "standard": found.attempt.assessment.standard_version,
        "minima": found.attempt.assessment.standard_version.minima.order_by("competency_code"),
        "responses": [(each, response_of(each)) for each in submissions],
        "criteria": sorted(criteria.values(), key=lambda row: row.position),
        "problems": problems or {},
    }
    status = 422 if problems else 200
    return render(request, "assessments/desk/opinion.html", context, status=status)
