"""The marking desk: a response on the left, its rubric on the right, a draft kept as it grows."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.desk.drafts import as_judgement, missing
from assessments.desk.models import Comment, DeskChoice, ReviewDraft
from assessments.desk.queue import first_of, queue_of
from assessments.desk.response import response_of
from assessments.desk.services import Kept, StaleDraft, draft_of, save_draft
from assessments.reviews.models import Review
from assessments.reviews.states import OPEN
from assessments.web.desk.access import reviews_blind
from assessments.web.desk.form import Fields, content_of, fields_of, posted
from assessments.web.desk.panels import Subject
from assessments.web.desk.saving import answered
from assessments.web.sitting.answers import sent_with
from assessments.workflow import services as workflow
from competency.foundation.errors import InvalidInput
from competency.web.http import UserRequest
from competency.web.memberships import within

CASE = ("submission__vignette_version__vignette", "submission__vignette_version__rubric_version",
        "submission__attempt__enrolment__cohort")  # fmt: skip
PROGRAM = "submission__attempt__enrolment__cohort__program"
READY = "ready"  # in the address of a page that was fetched before it was wanted


def queue(request: UserRequest) -> QuerySet[Review]:
    """What waits for this person in the chosen program, or in all of theirs."""
    return within(request, queue_of(request.user), PROGRAM)


@reviews_blind
@require_safe
def review(request: UserRequest, pk: UUID) -> HttpResponse:
    """One's own review: open, the desk; complete, what was judged."""
    rows = Review.objects.assigned_to(request.user).select_related(*CASE)
    found = get_object_or_404(rows, pk=pk)
    if found.state not in OPEN:
        return _complete(request, found)
    response = desk(request, found)
    if READY in request.GET:  # this address is opened once, by the page that fetched it
        response["Cache-Control"] = "private, max-age=60"
    return response


def desk(
    request: UserRequest,
    found: Review,
    *,
    fields: Fields | None = None,
    problems: Mapping[str, str] | None = None,
    newer: Kept | None = None,
    status: int = 200,
) -> HttpResponse:
    """The desk with the draft as it is kept, or with what was just typed and its problems."""
    subject, kept, problems = Subject(found), newer or draft_of(found), problems or {}
    response = response_of(found.submission, subject.marks(kept.content))
    if fields is None:
        fields = fields_of(kept.content, list(response.sentences))
    comments = Comment.objects.kept_by(request.user).order_by("created_at", "pk")
    waiting = queue(request)
    following = first_of(waiting.exclude(pk=found.pk))
    panels = subject.panels(fields, comments, problems)
    context = {
        "review": found,
        "version": found.submission.vignette_version,
        "response": response,
        "panels": panels,
        "flags": subject.flags_shown(fields, problems),
        "first_open": next((panel.number for panel in panels if panel.chosen is None), 1),
        "rated": sum(panel.chosen is not None for panel in panels),
        "summary": (fields.get("summary") or [""])[-1],
        "summary_number": len(panels) + len(subject.flags) + 1,
        "kept": kept,
        "stale": newer is not None,
        "theirs": fields_of(newer.content, list(response.sentences)) if newer else {},
        "problems": problems,
        "waiting": waiting.count(),
        "following": following,
        "following_url": following and f"{reverse('review', args=[following.pk])}?{READY}",
        "single_keys": DeskChoice.objects.single_keys_of(request.user),
    }
    return render(request, "assessments/desk/desk.html", context, status=status)


def _complete(request: UserRequest, found: Review) -> HttpResponse:
    """What was judged, as it was judged; it cannot change."""
    subject = Subject(found)
    ratings = found.ratings.select_related("criterion").prefetch_related(
        "citations__answer__item", "citations__late_answer__item"
    )
    rows = list(ratings.order_by("criterion__position"))
    marks = [
        (item.code, cited.start, cited.end, str(number))
        for number, row in enumerate(rows, 1)
        for cited in row.citations.all()
        if (item := (cited.answer or cited.late_answer).item)  # type: ignore[union-attr]
    ]
    context = {
        "review": found,
        "version": found.submission.vignette_version,
        "response": response_of(found.submission, marks),
        "ratings": rows,
        "harms": found.harm_observations.select_related("indicator").order_by("indicator__code"),
        "criteria": subject.criteria,
    }
    return render(request, "assessments/desk/complete.html", context)


@reviews_blind
@require_POST
def save_review(request: UserRequest, pk: UUID) -> JsonResponse:
    """Keep the draft; refused with the newer one where another tab or device has written it."""
    found = get_object_or_404(Review.objects.given_to(request.user).select_related(*CASE), pk=pk)

    def save() -> ReviewDraft:
        body = sent_with(request)
        content = content_of(body["fields"], _asked(found))
        return save_draft(
            found, content, revision=body["revision"], idem=body["idem"], by=request.user
        )

    def fields(newer: Kept) -> Fields:
        return fields_of(newer.content, list(response_of(found.submission).sentences))

    return answered(save, fields)


def _asked(found: Review) -> Any:
    return Subject(found).asked(response_of(found.submission))


@reviews_blind
@require_POST
def submit(request: UserRequest, pk: UUID) -> HttpResponse:
    """Keep what the form says, and complete the review unless only keeping was asked for."""
    found = get_object_or_404(Review.objects.given_to(request.user).select_related(*CASE), pk=pk)
    fields = posted(request.POST)
    try:
        _keep(request, found, fields)
        if "keep" in request.POST:
            messages.success(request, _("Kept. Nobody else sees it yet."))
            return redirect("review", pk)
        _complete_with(request, found)
    except StaleDraft as error:
        return desk(request, found, fields=fields, newer=error.newer, status=409)
    except InvalidInput as error:
        return desk(request, found, fields=fields, problems=error.problems, status=422)
    messages.success(
        request, _("Review %(name)s is complete and locked.") % {"name": found.pseudonym}
    )
    return redirect(_onward(request, found))


def _keep(request: UserRequest, found: Review, fields: Fields) -> None:
    """A form without a revision, or one just saved by its page, writes over nothing newer."""
    content = content_of(fields, _asked(found))
    kept = draft_of(found)
    given = request.POST.get("revision", "")
    revision = int(given) if given.isascii() and given.isdigit() else 0
    if kept.content == content and found.state in OPEN:
        return
    save_draft(found, content, revision=revision, idem=uuid4(), by=request.user)


def _complete_with(request: UserRequest, found: Review) -> None:
    content = draft_of(found).content
    texts = response_of(found.submission).texts
    if lacks := missing(content, texts):
        raise InvalidInput(lacks)
    workflow.complete_review(found, **as_judgement(content), by=request.user)


def _onward(request: UserRequest, done: Review) -> str:
    """The review whose page was fetched already, if it is still open; else the next, or none."""
    wanted = request.POST.get("next", "")
    rows = queue(request).exclude(pk=done.pk)
    for row in rows.filter(pk=wanted) if _is_key(wanted) else rows.none():
        return f"{reverse('review', args=[row.pk])}?{READY}"
    return reverse("next-review")


def _is_key(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


@reviews_blind
@require_POST
def recuse(request: UserRequest, pk: UUID) -> HttpResponse:
    """Step back, saying why; only the director reads it."""
    found = get_object_or_404(Review.objects.open_for(request.user).select_related(*CASE), pk=pk)
    try:
        workflow.recuse(found, reason=request.POST.get("reason", ""), by=request.user)
    except InvalidInput as error:
        return desk(request, found, problems=error.problems, status=422)
    messages.success(request, _("You have stepped back. The seat is drawn again."))
    return redirect("reviews")
