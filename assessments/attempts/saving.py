"""One write of one answer: in time, repeated, overtaken by another device, or late."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from assessments.attempts.answers import join, sealer_of, split
from assessments.attempts.models import Answer, LateAnswer, Pause, Submission
from assessments.attempts.states import AttemptState, Marking
from assessments.vignettes.contents import items_of
from assessments.vignettes.items import FreeText, ResponseError
from assessments.vignettes.models import Item
from competency.audit.services import record
from competency.foundation.errors import DomainError, InvalidInput


class TimeOver(DomainError):
    """The clock ran out. What arrived was kept for a director's ruling."""

    code = "time_over"


class StaleRevision(DomainError):
    """Another tab or device saved a newer answer; both versions are with the person."""

    code = "stale_revision"


@dataclass(frozen=True)
class Given:
    """What was sent: a response over the revision last seen, under a key of its own."""

    item_code: str
    response: Any
    revision: int | None = None
    idempotency_key: UUID | None = None


def open_submission(submission: Submission) -> Submission:
    """The submission, locked. Raises DomainError unless its attempt is still being sat."""
    paused = Exists(Pause.objects.filter(attempt=OuterRef("attempt"), ended_at=None))
    rows = Submission.objects.select_for_update(of=("self",)).select_related("attempt")
    locked = rows.annotate(paused=paused).get(pk=submission.pk)
    if locked.paused:
        raise DomainError("The clock stands still; go on with the sitting first.", code="paused")
    if locked.attempt.state == AttemptState.VOID:
        raise DomainError("This attempt is void.", code="void")
    if locked.state != Marking.DRAFTING:
        raise DomainError("This was handed in; it cannot change any more.", code="handed_in")
    return locked


def item_asked(submission: Submission, code: str) -> Item:
    """The item of this code. Raises InvalidInput where the vignette has none."""
    item = items_of(submission.vignette_version).get(code)
    if item is None:
        raise InvalidInput({"item": f"This vignette has no item “{code}”."})
    return item


def _cleaned(submission: Submission, given: Given) -> tuple[Item, dict[str, Any]]:
    item = item_asked(submission, given.item_code)
    try:
        return item, item.rules.clean(item.shape(), given.response)
    except ResponseError as error:
        raise InvalidInput({given.item_code: str(error)}) from error


@transaction.atomic
def save_in_time(submission: Submission, given: Given) -> Answer:
    locked = open_submission(submission)
    item, cleaned = _cleaned(submission, given)
    answer = Answer.objects.filter(submission=locked, item=item).first()
    if answer:
        answer.item = item
    if answer and given.idempotency_key and answer.idempotency_key == given.idempotency_key:
        return answer
    if item.stage_id != locked.current_stage_id:
        raise DomainError("Only the current stage can be answered.", code="stage_closed")
    sealer = sealer_of(submission)
    columns = split(cleaned, sealer) | {
        "words": FreeText().words(cleaned),
        "saved_at": timezone.now(),
        "idempotency_key": given.idempotency_key,
    }
    if answer is None:
        return Answer.objects.create(submission=locked, item=item, **columns)
    if given.revision is not None and given.revision != answer.revision:
        if cleaned == join(answer, sealer):
            return answer
        raise StaleRevision(
            "This answer was changed in another tab or on another device.",
            field=given.item_code,
        )
    for name, value in columns.items():
        setattr(answer, name, value)
    answer.revision += 1
    answer.save()
    return answer


@transaction.atomic
def keep_late(submission: Submission, given: Given) -> None:
    item, cleaned = _cleaned(submission, given)
    Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    key = given.idempotency_key
    if key and submission.late_answers.filter(idempotency_key=key).exists():
        return
    late = LateAnswer.objects.create(
        submission=submission,
        item=item,
        arrived_at=timezone.now(),
        idempotency_key=key,
        **split(cleaned, sealer_of(submission)),
    )
    record("answer.late", submission, by=None, answer=str(late.pk), item=given.item_code)
