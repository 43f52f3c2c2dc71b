"""The one way to leave a trail."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.foundation.models import BaseModel

Actor = User | None


def record(
    action: str,
    subject: BaseModel,
    *,
    by: Actor,
    reason: str = "",
    program_id: UUID | None = None,
    on_behalf: bool = False,
    **detail: Any,
) -> AuditEvent:
    """Write what `by` did to `subject`, in the transaction that did it.

    `by=None` is the workflow itself. An anonymous or inactive actor is refused: nothing is
    done by nobody. `on_behalf`: the workflow carries out what this person did before, whose
    account may be closed since.
    """
    event = written(
        action,
        subject,
        by=by,
        reason=reason,
        program_id=program_id,
        on_behalf=on_behalf,
        **detail,
    )
    event.save(force_insert=True)
    return event


def record_each(events: Iterable[AuditEvent]) -> None:
    """Write several acts of one transaction, each made by `written`, in one statement."""
    AuditEvent.objects.bulk_create(events)


def written(
    action: str,
    subject: BaseModel,
    *,
    by: Actor,
    reason: str = "",
    program_id: UUID | None = None,
    on_behalf: bool = False,
    **detail: Any,
) -> AuditEvent:
    """An act as `record` writes it, not yet written."""
    if by is not None and not (by.is_authenticated and (by.is_active or on_behalf)):
        raise ValueError("an act needs a known, active person")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an act and its trail belong in one transaction")
    return AuditEvent(
        action=action,
        actor_id=by.pk if by else None,
        subject_type=subject._meta.model_name or "",
        subject_id=subject.pk,
        program_id=program_id or getattr(subject, "program_id", None),
        reason=reason,
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
        detail=detail,
    )
