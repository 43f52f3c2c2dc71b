"""How the trainees of the story sit: stage by stage, through the site's own services."""

from typing import Any

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.pauses import pause_attempt, resume_attempt
from assessments.attempts.services import commit_stage, save_answer, start_attempt
from assessments.attempts.states import AttemptState, Marking
from assessments.demo.script import Script
from assessments.workflow.services import hand_in
from competency.accounts.models import User
from competency.privacy.policies import notice_to_accept
from competency.privacy.purposes import Purpose
from competency.privacy.services import give_consent

IDENTITY = "Photo identity checked by the program"


def begin(attempt: Attempt) -> None:
    """Accept the privacy notice, where one has to be, and start the clock."""
    trainee = attempt.enrolment.trainee
    if notice := notice_to_accept(trainee):
        give_consent(Purpose.SITTING, notice=notice, by=trainee)
    start_attempt(attempt, by=trainee, identity_check=IDENTITY)


def sit(script: Script, attempt: Attempt, *, pausing: bool = False) -> None:
    """Start, answer every stage on the way, hand in."""
    trainee = attempt.enrolment.trainee
    begin(attempt)
    if pausing:
        pause_attempt(attempt, by=trainee)
        resume_attempt(attempt, by=trainee)
    finish(script, attempt)


def finish(script: Script, attempt: Attempt) -> None:
    """Write what is still open, a reserve vignette for instance, and hand in."""
    trainee = attempt.enrolment.trainee
    drafting = attempt.submissions.filter(state=Marking.DRAFTING).order_by("position")
    for submission in drafting.select_related("vignette_version__vignette"):
        code = submission.vignette_version.vignette.code
        _work_through(submission, script.sitting(trainee.email, code)["answers"], trainee)
    hand_in(attempt, by=trainee)


def _work_through(submission: Submission, answers: dict[str, Any], by: User) -> None:
    stage = submission.current_stage
    while stage is not None:
        for item in stage.items.all():
            if item.code in answers:
                save_answer(submission, item.code, answers[item.code], by=by)
        stage = commit_stage(submission, stage.code, by=by)


def assigned_attempts(number: int) -> list[Attempt]:
    """Attempts nobody has begun, at this version of the assessment."""
    attempts = Attempt.objects.filter(state=AttemptState.ASSIGNED, assessment__number=number)
    return list(
        attempts.select_related(
            "enrolment__trainee", "enrolment__cohort", "assessment__standard_version"
        ).order_by("enrolment__trainee_number", "number")
    )
