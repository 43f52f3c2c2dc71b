"""How the trainees of the story sit: stage by stage, through the site's own services."""

from typing import Any

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.services import commit_stage, save_answer, start_attempt
from assessments.demo.script import Script
from assessments.workflow.services import hand_in
from competency.accounts.models import User


def sit(attempt: Attempt, sitting: dict[str, Any], *, by: User) -> None:
    """Answer every stage on the way and hand in."""
    start_attempt(attempt, by=by, identity_check="Photo identity checked by the program")
    for submission in attempt.submissions.order_by("position"):
        _work_through(submission, sitting["answers"], by)
    hand_in(attempt, by=by)


def _work_through(submission: Submission, answers: dict[str, Any], by: User) -> None:
    stage = submission.current_stage
    while stage is not None:
        for item in stage.items.all():
            if item.code in answers:
                save_answer(submission, item.code, answers[item.code], by=by)
        stage = commit_stage(submission, stage.code, by=by)


def everyone_sits(script: Script) -> int:
    """Every trainee with an open attempt sits it; returns how many did."""
    attempts = Attempt.objects.filter(state="assigned").select_related(
        "enrolment__trainee", "enrolment__cohort", "assessment__standard_version"
    )
    rows = list(attempts.order_by("enrolment__trainee_number"))
    for attempt in rows:
        trainee = attempt.enrolment.trainee
        sit(attempt, script.sittings[trainee.email], by=trainee)
    return len(rows)
