"""Sittings: an attempt, its submissions, the path taken and the answers given."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assessments.attempts.states import ATTEMPT, SUBMISSION, AttemptState, Marking
from assessments.instruments.models import Assessment, Form
from assessments.vignettes.models import Item, Key, Stage, VignetteVersion
from competency.decisions.models import SittingMode
from competency.foundation.models import BaseModel, Stateful, known_state, state_field
from competency.foundation.states import Transitions
from competency.foundation.triggers import FollowsTable, Frozen, FrozenWith
from competency.programs.models import Enrolment
from competency.programs.policies import in_reach, programs_where
from competency.programs.roles import Permission

PERSON: Any = settings.AUTH_USER_MODEL
DRAFTING = (Marking.DRAFTING.value,)


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def of_trainee(self, person: Any) -> "AttemptQuerySet":
        return self.filter(enrolment__trainee=person)

    def visible_to(self, person: Any) -> "AttemptQuerySet":
        """One's own, and those of programs that let this person see attempts by name."""
        reach = in_reach(person, Permission.ATTEMPT_VIEW, "enrolment__cohort")
        return self.filter(Q(enrolment__trainee=person) | reach)

    def overseen_by(self, person: Any) -> "AttemptQuerySet":
        """Those of other people, in programs that let this person see attempts by name."""
        reach = in_reach(person, Permission.ATTEMPT_VIEW, "enrolment__cohort")
        return self.filter(reach).exclude(enrolment__trainee=person)

    def run_by(self, person: Any) -> "AttemptQuerySet":
        """Those of programs this person runs."""
        programs = programs_where(person, Permission.PROGRAM_RUN)
        return self.filter(enrolment__cohort__program__in=programs)

    def to_release(self) -> "AttemptQuerySet":
        return self.filter(state=AttemptState.DECIDED, released_at=None)

    def awaiting_reviewer(self) -> "AttemptQuerySet":
        """Attempts of which something waits because nobody eligible is there to judge it."""
        return self.filter(submissions__state=Marking.AWAITING_REVIEWER).distinct()


class Attempt(Stateful):
    """One sitting of one form of an assessment."""

    transitions: ClassVar[Transitions] = ATTEMPT

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attempts")
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="attempts")
    form = models.ForeignKey(Form, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=1)
    state = state_field(AttemptState, AttemptState.ASSIGNED)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    allowed_seconds = models.PositiveIntegerField(help_text="Including any accommodation.")
    accommodated = models.BooleanField(default=False)
    pause_seconds = models.PositiveIntegerField(default=0, help_text="Pauses allowed in all.")
    sitting_mode = models.CharField(max_length=20, choices=SittingMode)
    identity_check = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    handed_in_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    void_reason = models.TextField(blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "assessment", "number"],
                name="attempt_number_unique",
            ),
            known_state(AttemptState, "attempt_known_state"),
            models.CheckConstraint(condition=Q(number__gte=1), name="attempt_number_from_one"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="attempt_window_is_open"
            ),
            models.CheckConstraint(
                condition=Q(allowed_seconds__gte=60), name="attempt_has_some_time"
            ),
            models.CheckConstraint(
                condition=Q(started_at=None, due_at=None)
                | Q(started_at__isnull=False, due_at__isnull=False, due_at__gt=F("started_at")),
                name="attempt_due_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["assigned", "lapsed"]) | Q(started_at=None),
                name="attempt_not_started_yet",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["in_progress", "handed_in", "marked", "decided"])
                | Q(started_at__isnull=False),
                name="attempt_started",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["handed_in", "marked", "decided"])
                | Q(handed_in_at__isnull=False),
                name="attempt_handed_in",
            ),
            models.CheckConstraint(
                condition=Q(state="void") & ~Q(void_reason="")
                | ~Q(state="void") & Q(void_reason=""),
                name="attempt_void_with_reason",
            ),
        ]
        triggers = [FollowsTable(ATTEMPT)]

    def __str__(self) -> str:
        return f"attempt {self.number} at {self.assessment}"

    @property
    def program_id(self) -> Any:
        return self.enrolment.program_id


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def of_trainee(self, person: Any) -> "SubmissionQuerySet":
        return self.filter(attempt__enrolment__trainee=person)


class Submission(Stateful):
    """What a trainee answered to one vignette: drafted, then frozen with its hash."""

    transitions: ClassVar[Transitions] = SUBMISSION

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="submissions")
    position = models.PositiveSmallIntegerField()
    vignette_version = models.ForeignKey(
        VignetteVersion, models.PROTECT, related_name="submissions"
    )
    key = models.ForeignKey(Key, models.PROTECT, related_name="submissions")
    state = state_field(Marking, Marking.DRAFTING)
    round = models.PositiveSmallIntegerField(default=1)
    base_round = models.PositiveSmallIntegerField(
        default=1, help_text="Judgements count from this round on."
    )
    extra_reviews = models.PositiveSmallIntegerField(default=0)
    reserve = models.BooleanField(default=False)
    current_stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "vignette_version"], name="submission_per_vignette"
            ),
            models.UniqueConstraint(fields=["attempt", "position"], name="submission_position"),
            known_state(Marking, "submission_known_state"),
            models.CheckConstraint(
                condition=Q(state="drafting", received_at=None, content_hash="")
                | ~Q(state="drafting") & Q(received_at__isnull=False) & ~Q(content_hash=""),
                name="submission_received_with_hash",
            ),
            models.CheckConstraint(
                condition=Q(base_round__gte=1, base_round__lte=F("round")),
                name="submission_base_round_known",
            ),
        ]
        triggers = [
            FollowsTable(SUBMISSION),
            Frozen(
                when_sql="OLD.state <> 'drafting'",
                except_fields=("state", "round", "base_round", "extra_reviews"),
            ),
        ]

    def __str__(self) -> str:
        return f"submission {self.position}"

    @property
    def program_id(self) -> Any:
        return self.attempt.program_id


class StageCommit(BaseModel):
    """A stage the trainee finished, in order: the path can be replayed from these rows."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="commits")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    committed_at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "stage"], name="stagecommit_once"),
            models.UniqueConstraint(fields=["submission", "position"], name="stagecommit_order"),
        ]
        triggers = [
            Frozen(name="append_only"),
            FrozenWith(path="submission", open_states=DRAFTING),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.stage_id}"


class Answer(BaseModel):
    """The answer to one item. Choices are plain; the trainee's own words are sealed."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="answers")
    item = models.ForeignKey(Item, models.PROTECT, related_name="answers")
    choices = models.JSONField(default=dict)
    sealed_text = models.BinaryField(null=True)
    words = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    idempotency_key = models.UUIDField(null=True, help_text="Of the write that made it.")
    locked = models.BooleanField(default=False, help_text="Its stage was committed.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "item"], name="answer_once_per_item")
        ]
        triggers = [
            FrozenWith(path="submission", open_states=DRAFTING),
            Frozen(name="locked", when_sql="OLD.locked"),
        ]

    def __str__(self) -> str:
        return f"answer to {self.item_id}"


class LateAnswerQuerySet(models.QuerySet["LateAnswer"]):
    def run_by(self, person: Any) -> "LateAnswerQuerySet":
        """Those of programs this person runs; never one's own."""
        programs = programs_where(person, Permission.PROGRAM_RUN)
        return self.filter(submission__attempt__enrolment__cohort__program__in=programs).exclude(
            submission__attempt__enrolment__trainee=person
        )


class LateAnswer(BaseModel):
    """An answer that came after time and grace: kept, unscored, for a director's ruling."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="late_answers")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    choices = models.JSONField(default=dict)
    sealed_text = models.BinaryField(null=True)
    arrived_at = models.DateTimeField()
    idempotency_key = models.UUIDField(null=True)

    objects = LateAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["arrived_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "idempotency_key"], name="lateanswer_write_once"
            )
        ]
        triggers = [Frozen(name="append_only")]

    def __str__(self) -> str:
        return f"late answer to {self.item_id}"


class LateRuling(BaseModel):
    """A director's ruling on a late answer: it counts, or it does not."""

    late_answer = models.OneToOneField(LateAnswer, models.PROTECT, related_name="ruling")
    counts = models.BooleanField()
    reason = models.TextField()
    ruled_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="lateruling_has_reason")
        ]
        triggers = [Frozen(name="append_only")]

    def __str__(self) -> str:
        return "counts" if self.counts else "does not count"


class Pause(BaseModel):
    """A stretch in which the clock stood still."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="pauses")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt"], condition=Q(ended_at=None), name="pause_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="pause_ends_after_start",
            ),
        ]
        triggers = [Frozen(when_sql="OLD.ended_at IS NOT NULL")]

    def __str__(self) -> str:
        return f"pause from {self.started_at:%H:%M}"
