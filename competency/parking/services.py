"""Note what failed, park what keeps failing, let staff release it."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog
from celery import Task
from django.db import OperationalError, transaction
from django.utils import timezone

from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError, NotAllowed
from competency.foundation.text import require_words
from competency.parking.models import Mishap

TRIES = 5
LONGEST_ERROR = 4_000
WORKER_DIED = "The worker died during this step, or was killed."

log = structlog.get_logger(__name__)


@contextmanager
def watched(task: Task, subject_type: str, subject_id: UUID) -> Iterator[bool]:
    """Run one background step on a row: `True` to go ahead, `False` when the row is parked.

    A step that fails is noted, and tried again by the sweep, a few times; then it is parked. A
    database that is away is nobody's mishap: that error goes on to Celery, which tries again.
    """
    noted = Mishap.objects.standing().of(subject_type, subject_id).first()
    if noted and noted.parked_at:
        yield False
        return
    if (task.request.delivery_info or {}).get("redelivered"):
        noted = note_mishap(subject_type, subject_id, WORKER_DIED)
    try:
        yield True
    except OperationalError:
        raise
    except Exception as error:
        log.exception("step_failed", subject_type=subject_type, subject_id=str(subject_id))
        note_mishap(subject_type, subject_id, "".join(traceback.format_exception(error)))
    else:
        if noted:
            Mishap.objects.standing().of(subject_type, subject_id).delete()


@transaction.atomic
def note_mishap(subject_type: str, subject_id: UUID, error: str) -> Mishap:
    """Count a failure; park the row when it has failed too often."""
    now = timezone.now()
    mishap, _ = Mishap.objects.standing().get_or_create(
        subject_type=subject_type,
        subject_id=subject_id,
        released_at=None,
        defaults={"last_at": now, "error": ""},
    )
    mishap = Mishap.objects.select_for_update(of=("self",)).get(pk=mishap.pk)
    mishap.times += 1
    mishap.last_at = now
    mishap.error = _storable(error)[-LONGEST_ERROR:]
    if mishap.times >= TRIES and mishap.parked_at is None:
        mishap.parked_at = now
        record(f"{subject_type}.parked", mishap, by=None, row=str(subject_id))
    mishap.save()
    return mishap


def _storable(error: str) -> str:
    """An error may quote what could not be stored; noting it must not fail for that."""
    encodable = error.encode("utf-8", "backslashreplace").decode()
    return encodable.replace("\x00", "\\x00")


@transaction.atomic
def release(mishap: Mishap, *, reason: str, by: User) -> None:
    """Staff have looked, and say what they did; the next sweep tries again."""
    if not by.is_staff:
        raise NotAllowed("Only staff release parked work.")
    reason = require_words("reason", reason, "Say what was repaired, or why it may be tried again.")
    rows = Mishap.objects.parked().filter(pk=mishap.pk)
    if not rows.update(released_at=timezone.now(), released_by=by):
        raise DomainError("This is not parked.")
    mishap.refresh_from_db()
    record("mishap.released", mishap, by=by, reason=reason, row=str(mishap.subject_id))
