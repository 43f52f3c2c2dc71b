"""Save one answer of a sitting as its page sends it: the server's side of `drafts.js`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import JsonResponse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments.attempts import services
from assessments.attempts.answers import join, sealer_of
from assessments.attempts.models import Answer, Submission
from assessments.attempts.saving import StaleRevision, TimeOver, item_asked
from assessments.vignettes.items import ResponseError
from assessments.vignettes.models import Item
from assessments.web.sitting.sheets import own_submission
from competency.foundation.errors import DomainError, InvalidInput
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest, status_of


def fields_of(answer: Answer | None, item: Item) -> dict[str, list[str]]:
    """The fields of a page that hold an answer, by their names on it."""
    if answer is None:
        return {}
    response = join(answer, sealer_of(answer.submission))
    return {f"{item.code}.{name}": all_ for name, all_ in item.rules.to_form(response).items()}


def fields_in(form: Mapping[str, Sequence[str]], code: str) -> dict[str, Sequence[str]]:
    """The fields of one item among those of a page, by their names in its kind."""
    prefix = f"{code}."
    return {
        name.removeprefix(prefix): values
        for name, values in form.items()
        if values and name.startswith(prefix)
    }


def response_in(form: Mapping[str, Sequence[str]], item: Item) -> dict[str, Any]:
    """What a page's fields say of one item. Raises InvalidInput, naming the item."""
    try:
        return item.rules.from_form(item.shape(), fields_in(form, item.code))
    except ResponseError as error:
        raise InvalidInput({item.code: str(error)}) from error


@opens_to(requires(Permission.ATTEMPT_SIT))
@require_POST
def save(request: UserRequest, pk: UUID, position: int, item: str) -> JsonResponse:
    """Keep an answer; refused with a newer version where another device has written one."""
    submission = own_submission(request, pk, position)
    try:
        sent = sent_with(request)
        asked = item_asked(submission, item)
        answer = services.save_answer(
            submission,
            item,
            response_in(sent["fields"], asked),
            by=request.user,
            revision=sent["revision"],
            idempotency_key=sent["idem"],
        )
    except StaleRevision as error:
        return JsonResponse(refused(error) | newer_version(submission, item), status=409)
    except DomainError as error:
        return JsonResponse(refused(error), status=status_of(error))
    at = time_format(timezone.localtime(answer.saved_at), "H:i")
    return JsonResponse({"revision": answer.revision, "at": at, "words": answer.words})


def sent_with(request: UserRequest) -> dict[str, Any]:
    """The body: a revision, a key and fields of lists of strings. Raises InvalidInput."""
    try:
        body = json.loads(request.body)
        fields = {str(name): list(map(str, values)) for name, values in body["fields"].items()}
        revision, idem = int(body["revision"]), UUID(body["idem"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidInput({"": _("This answer came in a form that cannot be read.")}) from error
    return {"fields": fields, "revision": revision, "idem": idem}


def newer_version(submission: Submission, code: str) -> dict[str, Any]:
    answer = submission.answers.select_related("item", "submission").get(item__code=code)
    return {
        "revision": answer.revision,
        "idem": answer.idempotency_key and str(answer.idempotency_key),
        "fields": fields_of(answer, answer.item),
    }


def refused(error: DomainError) -> dict[str, Any]:
    """`kept`: the words are on the server all the same."""
    return {"code": error.code, "detail": error.message, "kept": isinstance(error, TimeOver)}
