"""Ids in, steps taken, and a sweep for whatever was missed."""

from typing import Any
from uuid import UUID

from celery import shared_task
from django.db import OperationalError

from assessments.workflow import due, pipeline

RETRY: dict[str, Any] = {
    "acks_late": True,
    "autoretry_for": (OperationalError,),
    "retry_backoff": True,
    "max_retries": 8,
}


@shared_task(**RETRY)
def advance_submission(submission_id: str) -> None:
    """Take every step that is due for a submission, then for its attempt."""
    while pipeline.advance_submission(UUID(submission_id)):
        pass
    advance_attempt(str(due.attempt_of(UUID(submission_id))))


@shared_task(**RETRY)
def advance_attempt(attempt_id: str) -> None:
    """Take every step that is due for an attempt; a new state may wake its submissions."""
    while pipeline.advance_attempt(UUID(attempt_id)):
        for submission_id in due.submissions_to_seat(UUID(attempt_id)):
            advance_submission.delay(str(submission_id))


@shared_task
def sweep() -> None:
    """Do again whatever has been due too long: the queue is a hint, the rows are the truth."""
    due.lapse_leases()
    for submission_id in due.submissions():
        advance_submission.delay(str(submission_id))
    for attempt_id in due.attempts():
        advance_attempt.delay(str(attempt_id))
