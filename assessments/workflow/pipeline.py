"""The life of a submission: state → the automatic step that is due. Read it from top to bottom.

A step runs under a lock on its row and returns the state to move to, or None while it waits for a
person. Repeats do nothing. Once marked, a submission waits for the others of its attempt, and the
attempt goes on in deciding.py.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from assessments.attempts.answers import answers_given
from assessments.attempts.models import Attempt, Submission
from assessments.attempts.states import Marking
from assessments.grading.services import score_submission
from assessments.harm.services import raise_option_flags, raise_review_flags, settle_flags
from assessments.reviews.allocation import completed
from assessments.reviews.services import open_adjudication
from assessments.workflow.comparison import disputed_in, required_reviews, seated
from assessments.workflow.deciding import ATTEMPT_STEPS
from assessments.workflow.notices import tell_directors, tell_marked
from competency.audit.transitions import move
from competency.foundation.timings import note_when_committed


def score(submission: Submission) -> Marking:
    answers = answers_given(submission, keyed=True)
    score_submission(submission, answers)
    raise_option_flags(submission, answers)
    return Marking.SCORED


def seat_reviewers(submission: Submission) -> Marking:
    return Marking.UNDER_REVIEW if seated(submission) else Marking.AWAITING_REVIEWER


def compare_reviews(submission: Submission) -> Marking | None:
    if not seated(submission):
        return Marking.AWAITING_REVIEWER
    reviews = completed(submission)
    if len(reviews) < required_reviews(submission):
        return None
    raise_review_flags(submission, reviews)
    settle_flags(submission)
    disputed = disputed_in(submission, reviews)
    if not disputed:
        return Marking.MARKED
    adjudication = open_adjudication(submission, disputed)
    return Marking.ADJUDICATING if adjudication else Marking.AWAITING_REVIEWER


def look_again_for_people(submission: Submission) -> Marking | None:
    still_nobody = compare_reviews(submission) == Marking.AWAITING_REVIEWER
    return None if still_nobody else Marking.UNDER_REVIEW


def finish_adjudication(submission: Submission) -> Marking | None:
    rows = submission.adjudications.filter(round=submission.round, completed_at__isnull=False)
    return Marking.MARKED if rows.exists() else None


def settle_harm(submission: Submission) -> None:
    settle_flags(submission)


SUBMISSION_STEPS: dict[str, Callable[[Submission], Marking | None]] = {
    Marking.RECEIVED: score,
    Marking.SCORED: seat_reviewers,
    Marking.UNDER_REVIEW: compare_reviews,
    Marking.AWAITING_REVIEWER: look_again_for_people,
    Marking.ADJUDICATING: finish_adjudication,
    Marking.MARKED: settle_harm,
}


OF_ATTEMPT = ("assessment__standard_version", "enrolment__cohort")
OF_SUBMISSION = ("vignette_version", "key", *(f"attempt__{path}" for path in OF_ATTEMPT))


def advance_submission(submission_id: UUID) -> bool:
    """Take the one automatic step that is due, if any; say whether it moved anything."""
    rows = Submission.objects.select_related(*OF_SUBMISSION)
    return _advance(rows, submission_id, SUBMISSION_STEPS)


def advance_attempt(attempt_id: UUID) -> bool:
    """Take the one automatic step that is due, if any; say whether it moved anything."""
    return _advance(Attempt.objects.select_related(*OF_ATTEMPT), attempt_id, ATTEMPT_STEPS)


@transaction.atomic
def _advance(
    rows: QuerySet[Any], pk: UUID, steps: Mapping[str, Callable[[Any], str | None]]
) -> bool:
    began = time.perf_counter()
    row = rows.select_for_update(of=("self",)).get(pk=pk)
    origin = row.state
    step = steps.get(origin)
    to = step(row) if step else None
    if step and to:
        move(row, to, by=None)
        if to == Marking.AWAITING_REVIEWER:
            tell_directors(row)
        if to == Marking.MARKED and isinstance(row, Submission):
            tell_marked(row)
        note_when_committed(step.__name__, began)
    return bool(row.state != origin)  # a step may have moved it itself, as handing in does
