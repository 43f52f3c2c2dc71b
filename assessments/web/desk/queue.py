"""A reviewer's queue, own comments and record: what waits, and how one's own ratings stood."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.desk import record as records
from assessments.desk import services
from assessments.desk.models import Comment, DeskChoice
from assessments.desk.queue import first_of, usual_minutes
from assessments.harm.models import HarmJudgement
from assessments.reviews.models import Adjudication
from assessments.web.desk.access import reviews_blind
from assessments.web.desk.page import PROGRAM, queue
from competency.foundation.errors import DomainError
from competency.web.http import UserRequest, status_of
from competency.web.memberships import within
from competency.web.paging import page_of

CASE = "submission__vignette_version__vignette"


@reviews_blind
@require_safe
def reviews(request: UserRequest) -> HttpResponse:
    """What is assigned, case by case, with the time each may take and usually takes."""
    rows = queue(request).select_related(CASE, PROGRAM)
    context = {
        "page": page_of(request, rows),
        "adjudications": within(
            request, Adjudication.objects.open_for(request.user), PROGRAM
        ).count(),
        "readings": within(
            request, HarmJudgement.objects.open_for(request.user), f"flag__{PROGRAM}"
        ).count(),
        "usual": usual_minutes(request.user),
        "comments": page_of(
            request,
            Comment.objects.kept_by(request.user).order_by("criterion", "created_at", "pk"),
            name="comments",
            size=10,
        ),
        "single_keys": DeskChoice.objects.single_keys_of(request.user),
    }
    return render(request, "assessments/desk/queue.html", context)


@reviews_blind
@require_safe
def following(request: UserRequest) -> HttpResponse:
    """To the review to open next, or to the queue where none waits."""
    found = first_of(queue(request))
    return redirect(reverse("review", args=[found.pk]) if found else reverse("reviews"))


@reviews_blind
@require_safe
def record(request: UserRequest) -> HttpResponse:
    """How one's ratings stood beside others', one's time and use of levels; after release."""
    rows = records.released_to(request.user).select_related(CASE).order_by("-completed_at", "pk")
    page = page_of(request, rows, size=10)
    lines = records.lines_of(list(page))
    context = {
        "page": page,
        "rows": [(review, lines[review.pk]) for review in page],
        "levels": records.use_of_levels(request.user),
        "compared": records.compared(request.user),
        "minutes": records.median_minutes(request.user),
    }
    return render(request, "assessments/desk/record.html", context)


@reviews_blind
@require_POST
def keep_comment(request: UserRequest) -> HttpResponse:
    """Keep words to use again on a criterion, or on any."""
    text, criterion = request.POST.get("text", ""), request.POST.get("criterion", "")
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        kept = services.keep_comment(text, criterion=criterion, by=request.user)
    except DomainError as error:
        if wants_json:
            return JsonResponse({"detail": error.message}, status=status_of(error))
        messages.error(request, error.message)
        return redirect(_back(request))
    if wants_json:
        return JsonResponse({"id": str(kept.pk), "text": kept.text})
    messages.success(request, _("Kept among your comments."))
    return redirect(_back(request))


@reviews_blind
@require_POST
def forget_comment(request: UserRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Comment.objects.kept_by(request.user), pk=pk)
    services.forget_comment(found, by=request.user)
    return redirect(_back(request))


@reviews_blind
@require_POST
def choose_keys(request: UserRequest) -> HttpResponse:
    """Switch commands by single letters on or off."""
    services.choose_keys(single_keys=request.POST.get("single_keys") == "on", by=request.user)
    return redirect(_back(request))


def _back(request: UserRequest) -> str:
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return back if safe else resolve_url("reviews")
