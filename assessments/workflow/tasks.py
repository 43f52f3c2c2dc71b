"""Ids in, steps taken, and a sweep for whatever was missed."""

from uuid import UUID

from celery import Task, shared_task

from assessments.workflow import due, notices, pipeline
from competency.foundation.retrying import RETRY
from competency.parking.services import watched


@shared_task(bind=True, **RETRY)
def advance_submission(self: Task, submission_id: str) -> None:
    """Take every step that is due for a submission, then for its attempt."""
    pk = UUID(submission_id)
    with watched(self, "submission", pk) as go:
        while go and pipeline.advance_submission(pk):
            pass
    attempt_id = due.attempt_waiting_for(pk)
    if attempt_id:
        advance_attempt.delay(str(attempt_id))


@shared_task(bind=True, **RETRY)
def advance_attempt(self: Task, attempt_id: str) -> None:
    """Take every step that is due for an attempt; a new state may wake its submissions."""
    pk = UUID(attempt_id)
    with watched(self, "attempt", pk) as go:
        while go and pipeline.advance_attempt(pk):
            for submission_id in due.submissions_to_seat(pk):
                advance_submission.delay(str(submission_id))


@shared_task
def sweep() -> None:
    """Do again whatever has been due too long: the queue is a hint, the rows are the truth."""
    notices.warn_of_leases()
    for submission_id in [*due.lapse_leases(), *due.submissions()]:
        advance_submission.delay(str(submission_id))
    for attempt_id in due.attempts():
        advance_attempt.delay(str(attempt_id))
