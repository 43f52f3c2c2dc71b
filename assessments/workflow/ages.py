"""Since when has work been due? For whoever watches the site; the sweep itself asks `due`.

Read from the rows and the trail: a row has been due since the last act on it or on a part of it.
What waits for a person, and what is parked, is not due. No more is looked at than one sweep takes.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, Model

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.pauses import effective_due
from assessments.attempts.states import AttemptState, Marking
from assessments.harm.models import HarmFlag
from assessments.harm.states import FlagState
from assessments.referrals.models import Opinion
from assessments.reviews.models import Adjudication, Review
from assessments.workflow import due
from competency.audit.models import AuditEvent
from competency.decisions.models import Decision

Since = dict[UUID, datetime]

WAITING_FOR_PEOPLE = (Marking.AWAITING_REVIEWER, Marking.MARKED)


def submissions() -> Since:
    """Since when the step of each submission has been due."""
    rows = Submission.objects.filter(pk__in=due.submissions())
    return _since(
        rows.exclude(state__in=WAITING_FOR_PEOPLE).values_list("pk", "received_at"),
        (Review, "submission"),
        (Adjudication, "submission"),
    )


def awaiting_reviewer() -> Since:
    """Since when submissions have waited for somebody who may review them, oldest first."""
    rows = Submission.objects.filter(state=Marking.AWAITING_REVIEWER).order_by("received_at")
    return _since(rows.values_list("pk", "received_at")[: due.AT_MOST])


def attempts() -> Since:
    """Since when the step of each attempt has been due."""
    rows = Attempt.objects.filter(pk__in=due.attempts())
    flagged = HarmFlag.objects.filter(state=FlagState.RAISED).values("submission__attempt")
    asked = Opinion.objects.filter(given_at=None).values("attempt")
    closed = rows.filter(state=AttemptState.ASSIGNED).values_list("pk", "closes_at")
    handed_in = rows.exclude(state__in=[AttemptState.ASSIGNED, AttemptState.IN_PROGRESS])
    handed_in = handed_in.exclude(pk__in=flagged).exclude(pk__in=asked)
    return (
        dict(closed)
        | dict(_out_of_time(rows.filter(state=AttemptState.IN_PROGRESS)))
        | _since(
            handed_in.values_list("pk", "handed_in_at"),
            (Submission, "attempt"),
            (Decision, "attempt_id"),
        )
    )


def _out_of_time(rows: Iterable[Attempt]) -> Iterator[tuple[UUID, datetime]]:
    """When the clock of a sitting ran out, its pauses and the grace included."""
    for attempt in rows:
        grace = timedelta(seconds=attempt.assessment.standard_version.grace_seconds)
        if over := effective_due(attempt):
            yield attempt.pk, over + grace


def _since(rows: Iterable[tuple[UUID, datetime | None]], *parts: tuple[type[Model], str]) -> Since:
    """The last act on each row or on a part of it; a part names its row in the field given."""
    since = {pk: begun for pk, begun in rows if begun}
    row_of = {pk: pk for pk in since}
    for model, field in parts:
        found = model._default_manager.filter(**{f"{field}__in": list(since)})
        row_of |= {part: row for row, part in found.values_list(field, "pk")}
    acts = AuditEvent.objects.filter(subject_id__in=list(row_of)).order_by()
    for subject, last in acts.values_list("subject_id").annotate(last=Max("at")):
        since[row_of[subject]] = max(since[row_of[subject]], last)
    return since
