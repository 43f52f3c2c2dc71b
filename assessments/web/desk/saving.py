"""Saves of drafts: what `drafts.js` is answered, and what a form on the desk holds so far."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import time_format
from django.views.decorators.http import require_POST

from assessments.desk.jottings import Task, jotting_of, save_jotting
from assessments.desk.models import Draft
from assessments.desk.services import Kept, StaleDraft
from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from assessments.reviews.models import Adjudication
from assessments.web.desk.access import reviews_blind
from assessments.web.desk.form import Fields, posted
from assessments.web.sitting.answers import sent_with
from competency.foundation.errors import DomainError
from competency.web.http import UserRequest, status_of


def answered(save: Callable[[], Draft], fields_of: Callable[[Kept], Fields]) -> JsonResponse:
    """The new revision; or a refusal, with the newer version where another tab wrote one."""
    try:
        saved = save()
    except StaleDraft as error:
        newer: dict[str, Any] = {
            "revision": error.newer.revision,
            "idem": error.newer.idem,
            "fields": fields_of(error.newer),
        }
        return JsonResponse({"code": error.code, "detail": error.message} | newer, status=409)
    except DomainError as error:
        refused = {"code": error.code, "detail": error.message}
        return JsonResponse(refused, status=status_of(error))
    at = time_format(timezone.localtime(saved.saved_at), "H:i")
    return JsonResponse({"revision": saved.revision, "at": at})


@reviews_blind
@require_POST
def save_adjudication(request: UserRequest, pk: UUID) -> JsonResponse:
    return _jot(request, get_object_or_404(Adjudication.objects.open_for(request.user), pk=pk))


@reviews_blind
@require_POST
def save_reading(request: UserRequest, pk: UUID) -> JsonResponse:
    return _jot(request, get_object_or_404(HarmJudgement.objects.open_for(request.user), pk=pk))


@reviews_blind
@require_POST
def save_opinion(request: UserRequest, pk: UUID) -> JsonResponse:
    return _jot(request, get_object_or_404(Opinion.objects.open_for(request.user), pk=pk))


def _jot(request: UserRequest, task: Task) -> JsonResponse:
    return answered(
        lambda: save_jotting(task, **sent_with(request), by=request.user),
        lambda newer: newer.content,
    )


def filled_in(request: UserRequest, task: Task) -> dict[str, Any]:
    """For a page: what was just sent or kept before (`said`, by name), and what is `kept`."""
    kept = jotting_of(task, by=request.user)
    fields: Mapping[str, Any] = posted(request.POST) if request.method == "POST" else kept.content
    return {"kept": kept, "said": {name: values[-1] for name, values in fields.items() if values}}
