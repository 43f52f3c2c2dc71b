"""Assign, start, answer, commit, freeze."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessments.attempts import rules
from assessments.attempts.answers import answers_given
from assessments.attempts.assigning import Window, check_assignable, make_attempt
from assessments.attempts.models import (
    Answer,
    Attempt,
    StageCommit,
    Submission,
)
from assessments.attempts.pauses import effective_due, end_pause, open_pause
from assessments.attempts.saving import (
    Given,
    TimeOver,
    keep_late,
    open_submission,
    save_in_time,
)
from assessments.attempts.states import AttemptState, Marking
from assessments.instruments.models import Assessment, Form
from assessments.vignettes.contents import stages_of, story_of
from assessments.vignettes.models import Stage
from assessments.vignettes.rules import StoryError, next_stage
from competency.accounts.models import User
from competency.audit.services import Actor, record
from competency.audit.transitions import move
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.hashing import content_hash
from competency.foundation.text import require_words, take_line
from competency.foundation.transactions import joined
from competency.notifications.kinds import Kind
from competency.notifications.services import notify
from competency.privacy.policies import check_accepted
from competency.programs.models import Enrolment
from competency.programs.places import check_in_training
from competency.programs.policies import check_permission
from competency.programs.roles import Permission


@transaction.atomic
def assign_attempt(
    enrolment: Enrolment,
    assessment: Assessment,
    form: Form,
    *,
    opens_at: datetime,
    closes_at: datetime,
    by: User,
    extra_seconds: int = 0,
) -> Attempt:
    """Open an assessment for a trainee. `extra_seconds` is an accommodation.

    Raises DomainError when the assessment is not published, belongs to another program or the
    form to another assessment.
    """
    check_permission(by, Permission.PROGRAM_RUN, enrolment.program_id)
    check_assignable(assessment, enrolment.program_id, form, opens_at, closes_at)
    check_in_training(enrolment)
    given = Window(opens_at, closes_at, assessment.standard_version.sitting_mode)
    return make_attempt(enrolment, assessment, form, given, by=by, extra_seconds=extra_seconds)


def _own(attempt: Attempt, by: User) -> None:
    if attempt.enrolment.trainee_id != by.pk:
        raise NotAllowed("This attempt is somebody else's.")
    check_permission(by, Permission.ATTEMPT_SIT, attempt.program_id)


@transaction.atomic
def start_attempt(attempt: Attempt, *, by: User, identity_check: str = "") -> None:
    """Start the clock. The server owns it from here on."""
    _own(attempt, by)
    now = timezone.now()
    if not attempt.opens_at <= now <= attempt.closes_at:
        raise DomainError("This assessment is not open at the moment.", code="not_open")
    check_in_training(attempt.enrolment)
    check_accepted(by)
    started = {
        "started_at": now,
        "due_at": rules.due_at(now, attempt.allowed_seconds),
        "identity_check": take_line("identity_check", identity_check),
    }
    move(attempt, AttemptState.IN_PROGRESS, by=by, changes=started)
    for submission in attempt.submissions.select_related("vignette_version"):
        entry = submission.vignette_version.stages.order_by("position").first()
        Submission.objects.filter(pk=submission.pk).update(current_stage=entry)


def save_answer(
    submission: Submission,
    item_code: str,
    response: Any,
    *,
    by: User,
    revision: int | None = None,
    idempotency_key: UUID | None = None,
) -> Answer:
    """Save one answer of the current stage.

    `revision` is the one the person last saw; a newer one on the server raises StaleRevision.
    A write whose key was seen already changes nothing. After time and grace the answer is kept
    apart, unscored, and TimeOver is raised.
    """
    _own(submission.attempt, by)
    due = effective_due(submission.attempt)
    if due is None:
        raise DomainError("Start the attempt first.", code="not_started")
    given = Given(item_code, response, revision, idempotency_key)
    if _in_time(submission.attempt, due):
        return save_in_time(submission, given)
    keep_late(submission, given)
    raise TimeOver(
        "Time is over. This answer was kept as it is, but it does not count unless your "
        "program’s director rules that it does."
    )


def _in_time(attempt: Attempt, due: datetime) -> bool:
    now = timezone.now()
    if rules.arrives_in_time(now, due, 0):
        return True  # most do, and need not ask the Standard for its grace
    return rules.arrives_in_time(now, due, attempt.assessment.standard_version.grace_seconds)


@transaction.atomic
def commit_stage(submission: Submission, stage_code: str, *, by: User) -> Stage | None:
    """Finish the current stage for good; return the stage that follows, None at the end.

    Raises DomainError when the stage is not the current one, its branch is undecided, or the
    clock stands still: a pause is no time to read on.
    """
    _own(submission.attempt, by)
    locked = open_submission(submission)
    stages = {stage.code: stage for stage in stages_of(locked.vignette_version)}
    stage = stages.get(stage_code)
    if stage is None:
        raise InvalidInput({"stage": f"This vignette has no stage “{stage_code}”."})
    if stage.pk != locked.current_stage_id:
        raise DomainError("This stage is not open: a finished stage stays as it is.",
                          code="stage_closed")  # fmt: skip
    answers = locked.answers.filter(item__stage=stage).select_related("item")
    choices = {answer.item.code: answer.choices.get("choice") for answer in answers}
    try:
        following = next_stage(story_of(list(stages.values())), stage_code, choices)
    except StoryError as error:
        raise DomainError(str(error), code="undecided") from error
    answers.update(locked=True)
    StageCommit.objects.create(
        submission=locked,
        stage=stage,
        position=locked.commits.count() + 1,
        committed_at=timezone.now(),
    )
    locked.current_stage = stages[following] if following else None
    locked.save(update_fields=["current_stage"])
    submission.current_stage = locked.current_stage
    record("stage.committed", locked, by=by, stage=stage_code)
    return locked.current_stage


@joined()
def freeze(attempt: Attempt, *, by: Actor) -> list[Submission]:
    """Freeze every submission with its content hash, and the attempt with them; return them.

    A trainee can hand in once every vignette is finished; the workflow (`by=None`) hands in
    what there is when the clock has run out.
    """
    rows = Attempt.objects.select_for_update(of=("self",)).select_related("enrolment__cohort")
    locked = rows.get(pk=attempt.pk)
    if locked.state in (AttemptState.ASSIGNED, AttemptState.LAPSED, AttemptState.VOID):
        raise DomainError("Only an attempt that is being sat is handed in.", code="not_started")
    if locked.state != AttemptState.IN_PROGRESS:
        raise DomainError("This attempt was handed in already.", code="handed_in")
    submissions = list(
        locked.submissions.filter(state=Marking.DRAFTING)
        .select_for_update(of=("self",))
        .select_related("vignette_version__vignette")
    )
    if by is not None:
        _own(locked, by)
        if open_ones := [s for s in submissions if s.current_stage_id is not None]:
            titles = ", ".join(s.vignette_version.vignette.title for s in open_ones)
            raise DomainError(f"Finish every stage first: {titles}.", code="unfinished")
    now = timezone.now()
    for submission in submissions:
        submission.attempt = locked
        hashed = content_hash(_content_of(submission))
        received = {"received_at": now, "content_hash": hashed}
        move(submission, Marking.RECEIVED, by=by, changes=received, content_hash=hashed)
    if pause := open_pause(locked):
        end_pause(locked, pause)
    move(locked, AttemptState.HANDED_IN, by=by, changes={"handed_in_at": now})
    attempt.state, attempt.handed_in_at = locked.state, now
    return submissions


def _content_of(submission: Submission) -> Mapping[str, Any]:
    version = submission.vignette_version
    path = submission.commits.order_by("position").values_list("stage__code", flat=True)
    return rules.submission_content(
        {"version": str(version), "content_hash": version.content_hash},
        list(path),
        {given.item.code: given.response for given in answers_given(submission)},
    )


@transaction.atomic
def void_attempt(attempt: Attempt, *, by: User, reason: str) -> None:
    """Void an attempt that was never handed in. The reason stays on the record."""
    check_permission(by, Permission.PROGRAM_RUN, attempt.program_id)
    reason = require_words("reason", reason, "Say why the attempt is void.")
    move(
        attempt,
        AttemptState.VOID,
        by=by,
        reason=reason,
        changes={"void_reason": reason},
    )


@joined()
def withdraw_unbegun(attempt: Attempt, *, by: User, reason: str) -> None:
    """Void an attempt nobody has begun, as part of an act `by` was allowed to do before."""
    move(
        attempt,
        AttemptState.VOID,
        by=by,
        reason=reason,
        changes={"void_reason": reason},
        on_behalf=True,
    )


@transaction.atomic
def release_results(attempt: Attempt, *, by: User) -> None:
    """Show the results of a decided attempt; only now do people see each other's reviews."""
    check_permission(by, Permission.PROGRAM_RUN, attempt.program_id)
    if attempt.state != AttemptState.DECIDED:
        raise DomainError("Results are released once the decision is ratified.")
    rows = Attempt.objects.filter(pk=attempt.pk, released_at=None)
    if not rows.update(released_at=timezone.now()):
        raise DomainError("These results were released already.")
    attempt.refresh_from_db(fields=["released_at"])
    record("attempt.released", attempt, by=by)
    notify(Kind.RESULTS_RELEASED, attempt.pk, [attempt.enrolment.trainee_id])
