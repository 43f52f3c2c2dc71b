"""Assign, start, answer, commit, freeze."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.attempts import rules
from assessments.attempts.answers import answers_given, sealer_of, split
from assessments.attempts.models import (
    Answer,
    Attempt,
    LateAnswer,
    StageCommit,
    Submission,
)
from assessments.attempts.pauses import effective_due, end_pause, open_pause
from assessments.attempts.states import AttemptState, Marking
from assessments.instruments.models import Assessment, Form
from assessments.vignettes.contents import stages_of, story_of
from assessments.vignettes.items import FreeText, ResponseError
from assessments.vignettes.models import Item, Stage
from assessments.vignettes.rules import StoryError, next_stage
from competency.accounts.models import User
from competency.audit.services import Actor, record
from competency.audit.transitions import move
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.hashing import content_hash
from competency.foundation.text import require_words
from competency.frameworks.states import VersionState
from competency.programs.models import Enrolment
from competency.programs.policies import check_permission
from competency.programs.roles import Permission
from competency.programs.services import accommodation_in_force


class TimeOver(DomainError):
    """The clock ran out. What arrived was kept for a director's ruling."""

    code = "time_over"


class StaleRevision(DomainError):
    """Another tab or device saved a newer answer; both versions are with the person."""

    code = "stale_revision"


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
    if assessment.program_id != enrolment.program_id:
        raise DomainError("This assessment belongs to another program.", field="assessment")
    if assessment.state != VersionState.PUBLISHED:
        raise DomainError(f"{assessment} is not published.", field="assessment")
    if form.assessment_id != assessment.pk:
        raise DomainError(f"{form} is not a form of {assessment}.", field="form")
    if closes_at <= opens_at:
        raise InvalidInput({"closes_at": "The window closes before it opens."})
    standard = assessment.standard_version
    granted = accommodation_in_force(enrolment)
    percent, more_pause = (
        (granted.extra_percent, granted.extra_pause_minutes) if granted else (0, 0)
    )
    earlier = Attempt.objects.filter(enrolment=enrolment, assessment=assessment)
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        assessment=assessment,
        form=form,
        number=earlier.count() + 1,
        opens_at=opens_at,
        closes_at=closes_at,
        allowed_seconds=standard.minutes * 60 * (100 + percent) // 100 + extra_seconds,
        pause_seconds=(standard.pause_minutes + more_pause) * 60,
        accommodated=extra_seconds > 0 or granted is not None,
        sitting_mode=standard.sitting_mode,
    )
    placed = form.vignettes.select_related("vignette_version", "key")
    Submission.objects.bulk_create(
        Submission(
            attempt=attempt,
            position=row.position,
            vignette_version=row.vignette_version,
            key=row.key,
        )
        for row in placed
    )
    record("attempt.assigned", attempt, by=by)
    return attempt


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
    started = {
        "started_at": now,
        "due_at": rules.due_at(now, attempt.allowed_seconds),
        "identity_check": identity_check,
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
) -> Answer:
    """Save one answer of the current stage.

    `revision` is the one the person last saw; a newer one on the server raises StaleRevision.
    After time and grace the answer is kept apart, unscored, and TimeOver is raised.
    """
    _own(submission.attempt, by)
    due = effective_due(submission.attempt)
    if due is None:
        raise DomainError("Start the attempt first.", code="not_started")
    grace = submission.attempt.assessment.standard_version.grace_seconds
    if rules.arrives_in_time(timezone.now(), due, grace):
        if open_pause(submission.attempt):
            raise DomainError("The clock stands still; go on before you write.", code="paused")
        return _save(submission, item_code, response, revision=revision)
    _keep_late(submission, item_code, response)
    raise TimeOver(
        "Time is over. This answer was kept as it is, but it does not count unless your "
        "program’s director rules that it does."
    )


def _cleaned(submission: Submission, item_code: str, response: Any) -> tuple[Item, dict[str, Any]]:
    item = (
        Item.objects.select_related("stage")
        .prefetch_related("options")
        .filter(stage__version=submission.vignette_version_id, code=item_code)
        .first()
    )
    if item is None:
        raise InvalidInput({"item": f"This vignette has no item “{item_code}”."})
    try:
        return item, item.rules.clean(item.shape(), response)
    except ResponseError as error:
        raise InvalidInput({item_code: str(error)}) from error


def _open(submission: Submission) -> Submission:
    """The submission, locked. Raises DomainError unless its attempt is still being sat."""
    rows = Submission.objects.select_for_update(of=("self",)).select_related("attempt")
    locked = rows.get(pk=submission.pk)
    if locked.attempt.state == AttemptState.VOID:
        raise DomainError("This attempt is void.", code="void")
    if locked.state != Marking.DRAFTING:
        raise DomainError("This was handed in; it cannot change any more.", code="handed_in")
    return locked


@transaction.atomic
def _save(submission: Submission, item_code: str, response: Any, *, revision: int | None) -> Answer:
    locked = _open(submission)
    item, cleaned = _cleaned(locked, item_code, response)
    if item.stage_id != locked.current_stage_id:
        raise DomainError("Only the current stage can be answered.", code="stage_closed")
    columns = split(cleaned, sealer_of(submission))
    columns |= {"words": FreeText().words(cleaned), "saved_at": timezone.now()}
    answer = Answer.objects.filter(submission=locked, item=item).first()
    if answer is None:
        return Answer.objects.create(submission=locked, item=item, **columns)
    if revision is not None and revision != answer.revision:
        raise StaleRevision(
            "This answer was changed in another tab or on another device.",
            field=item_code,
        )
    for name, value in columns.items():
        setattr(answer, name, value)
    answer.revision += 1
    answer.save()
    return answer


@transaction.atomic
def _keep_late(submission: Submission, item_code: str, response: Any) -> None:
    item, cleaned = _cleaned(submission, item_code, response)
    late = LateAnswer.objects.create(
        submission=submission,
        item=item,
        arrived_at=timezone.now(),
        **split(cleaned, sealer_of(submission)),
    )
    record("answer.late", submission, by=None, answer=str(late.pk), item=item_code)


@transaction.atomic
def commit_stage(submission: Submission, stage_code: str, *, by: User) -> Stage | None:
    """Finish the current stage for good; return the stage that follows, None at the end.

    Raises DomainError when the stage is not the current one, its branch is undecided, or the
    clock stands still: a pause is no time to read on.
    """
    _own(submission.attempt, by)
    if open_pause(submission.attempt):
        raise DomainError("The clock stands still; go on before you read on.", code="paused")
    locked = _open(submission)
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


@transaction.atomic
def freeze(attempt: Attempt, *, by: Actor) -> None:
    """Freeze every submission with its content hash, and the attempt with them.

    A trainee can hand in once every vignette is finished; the workflow (`by=None`) hands in
    what there is when the clock has run out.
    """
    locked = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if locked.state in (AttemptState.ASSIGNED, AttemptState.LAPSED, AttemptState.VOID):
        raise DomainError("Only an attempt that is being sat is handed in.", code="not_started")
    if locked.state != AttemptState.IN_PROGRESS:
        raise DomainError("This attempt was handed in already.", code="handed_in")
    submissions = list(
        locked.submissions.filter(state=Marking.DRAFTING)
        .select_for_update(of=("self",))
        .select_related("vignette_version__vignette", "attempt__enrolment")
    )
    if by is not None:
        _own(attempt, by)
        if open_ones := [s for s in submissions if s.current_stage_id is not None]:
            titles = ", ".join(s.vignette_version.vignette.title for s in open_ones)
            raise DomainError(f"Finish every stage first: {titles}.", code="unfinished")
    now = timezone.now()
    for submission in submissions:
        hashed = content_hash(_content_of(submission))
        received = {"received_at": now, "content_hash": hashed}
        move(submission, Marking.RECEIVED, by=by, changes=received, content_hash=hashed)
    if pause := open_pause(locked):
        end_pause(locked, pause)
    move(attempt, AttemptState.HANDED_IN, by=by, changes={"handed_in_at": now})


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
