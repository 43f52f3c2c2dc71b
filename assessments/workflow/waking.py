"""Wake the workflow once an act is committed: a hint, never the truth."""

from uuid import UUID

from django.db import transaction

from assessments.workflow.tasks import advance_attempt, advance_submission


def wake_submission(submission_id: UUID) -> None:
    # robust: a broker that is away must not undo the act; the sweep finds it.
    transaction.on_commit(lambda: advance_submission.delay(str(submission_id)), robust=True)


def wake_attempt(attempt_id: UUID) -> None:
    transaction.on_commit(lambda: advance_attempt.delay(str(attempt_id)), robust=True)
