"""The sitting itself: read a stage, answer it, finish it. Works as a plain form as well."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.attempts import services
from assessments.attempts.models import Submission
from assessments.attempts.saving import StaleRevision, TimeOver
from assessments.vignettes.models import Item
from assessments.web.sitting.answers import fields_in, newer_version, response_in
from assessments.web.sitting.clock import clock_of, is_open
from assessments.web.sitting.scenes import in_words
from assessments.web.sitting.sheets import Changed, Sheet, own_submission, sheet_of
from competency.foundation.errors import DomainError
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest

Problems = dict[str, Changed]


@opens_to(requires(Permission.ATTEMPT_SIT))
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: UserRequest, pk: UUID, position: int) -> HttpResponse:
    """The current stage of a case, or with `?stage=` one that was finished, to read again."""
    submission = own_submission(request, pk, position)
    attempt = submission.attempt
    if not is_open(attempt) or submission.state != "drafting":
        return redirect("attempt", pk=pk)
    if (clock := clock_of(attempt)) and clock.paused:
        return redirect("attempt", pk=pk)
    if request.method == "POST":
        return _taken(request, submission)
    if submission.current_stage_id is None and "stage" not in request.GET:
        return redirect("attempt", pk=pk)
    return _shown(request, sheet_of(submission, request.GET.get("stage", "")))


def _shown(
    request: UserRequest, sheet: Sheet, problems: Problems | None = None, refused: str = ""
) -> HttpResponse:
    submission = sheet.submission
    tasks = sheet.tasks(problems)
    context: dict[str, Any] = {
        "attempt": submission.attempt,
        "submission": submission,
        "title": submission.vignette_version.vignette.title,
        "content_note": submission.vignette_version.content_note,
        "home": reverse("attempt", args=[submission.attempt_id]),
        "here": request.path,
        "still_open": submission.current_stage_id is not None,
        "sheet": sheet,
        "stage": sheet.shown,
        "tasks": tasks,
        "answered": sum(not task.blank for task in tasks),
        "clock": clock_of(submission.attempt),
        "cases": submission.attempt.submissions.count(),
        "refused": refused,
        "problems": [task for task in tasks if task.problem],
        "segments": range(1, sheet.most + 1),
    }
    status = 422 if problems or refused else 200
    return render(request, "assessments/sitting/stage.html", context, status=status)


def _taken(request: UserRequest, submission: Submission) -> HttpResponse:
    """Save what came with the form; with `act=finish` commit the stage as well."""
    sheet = sheet_of(submission)
    if request.POST.get("stage") != sheet.shown.code or not sheet.open:
        messages.success(request, _("That stage is finished; this is where the story stands."))
        return redirect("sitting-stage", pk=submission.attempt_id, position=submission.position)
    try:
        problems = _save_all(request, sheet)
    except TimeOver as error:
        messages.success(request, error.message)
        return redirect("attempt", pk=submission.attempt_id)
    if problems:
        return _shown(request, sheet_of(submission), problems)
    if request.POST.get("act") != "finish":
        messages.success(request, _("Saved."))
        return redirect(request.path)
    return _finished(request, submission, sheet.shown.code)


def _finished(request: UserRequest, submission: Submission, code: str) -> HttpResponse:
    try:
        following = services.commit_stage(submission, code, by=request.user)
    except DomainError as error:
        return _shown(request, sheet_of(submission), refused=error.message)
    if following is None:
        return redirect("attempt", pk=submission.attempt_id)
    return redirect("sitting-stage", pk=submission.attempt_id, position=submission.position)


def _save_all(request: UserRequest, sheet: Sheet) -> Problems:
    form = dict(request.POST.lists())
    problems: Problems = {}
    for item in sheet.shown.items.all():
        before = sheet.answers.get(item.pk)
        if problem := _save(request, sheet.submission, item, form, before):
            problems[item.code] = problem
    return problems


def _save(
    request: UserRequest, submission: Submission, item: Item, form: Any, before: Any
) -> Changed | None:
    """Save one answer of the form; what cannot be taken stays on the page, with the reason."""
    fields = fields_in(form, item.code)
    revision = form.get(f"{item.code}.revision", ["0"])[0]
    try:
        response = response_in(form, item)
        cleaned = item.rules.clean(item.shape(), response)
        if before is None and item.rules.is_blank(cleaned):
            return None
        if before is not None and before[1] == cleaned:
            return None
        services.save_answer(
            submission,
            item.code,
            response,
            by=request.user,
            revision=int(revision) if revision.isdecimal() else 0,
        )
    except TimeOver:
        raise
    except StaleRevision as error:
        newer = newer_version(submission, item.code)["fields"]
        options = [(option.code, option.text) for option in item.options.all()]
        bare = {name.removeprefix(f"{item.code}."): values for name, values in newer.items()}
        return Changed(fields, error.message, in_words(bare, options))
    except (DomainError, ValueError) as error:
        return Changed(fields, getattr(error, "message", str(error)))
    return None
