"""Blind judgements of submissions, and what settles their disagreements."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from assessments.attempts.models import Answer, LateAnswer, Submission
from assessments.reviews.states import IN_FORCE, OPEN, REVIEW, ReviewState
from competency.foundation.models import BaseModel, Stateful, known_state, state_field
from competency.foundation.states import Transitions
from competency.foundation.triggers import FollowsTable, Frozen, FrozenWith
from competency.frameworks.models import Criterion, Indicator
from competency.programs.policies import programs_where
from competency.programs.roles import Permission

PERSON: Any = settings.AUTH_USER_MODEL
IN_PROGRESS = (ReviewState.IN_PROGRESS.value,)


class ReviewQuerySet(models.QuerySet["Review"]):
    def assigned_to(self, person: Any) -> "ReviewQuerySet":
        """A reviewer's own reviews that stand: recused and lapsed seats are no longer theirs."""
        return self.filter(reviewer=person, state__in=IN_FORCE)

    def open_for(self, person: Any) -> "ReviewQuerySet":
        return self.filter(reviewer=person, state__in=OPEN)

    def given_to(self, person: Any) -> "ReviewQuerySet":
        """Whatever became of them: for telling a reviewer why a seat is no longer theirs."""
        return self.filter(reviewer=person)

    def visible_to(self, person: Any) -> "ReviewQuerySet":
        """A reviewer's own; everyone else's only once the results are released.

        Directors and auditors see reviews of their programs after release, and so does a
        reviewer of the same submission.
        """
        released = Q(submission__attempt__released_at__isnull=False, state="completed")
        overseen = Q(
            submission__attempt__enrolment__cohort__program__in=programs_where(
                person, Permission.ATTEMPT_VIEW
            )
        )
        judged = Review.objects.assigned_to(person).values("submission")
        return self.filter(
            Q(pk__in=Review.objects.assigned_to(person).values("pk"))
            | released & (overseen | Q(submission__in=judged))
        )


class Review(Stateful):
    """One reviewer's judgement of one submission, formed without seeing anyone else's."""

    transitions: ClassVar[Transitions] = REVIEW

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(PERSON, models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField(default=1)
    seat = models.PositiveSmallIntegerField()
    state = state_field(ReviewState, ReviewState.ASSIGNED)
    pseudonym = models.CharField(max_length=20, help_text="The trainee's, in this review alone.")
    leased_until = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    active_seconds = models.PositiveIntegerField(null=True, help_text="At the desk, if known.")
    recused_reason = models.TextField(blank=True)
    summary = models.TextField(blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "reviewer"], name="review_one_per_reviewer"
            ),
            models.UniqueConstraint(
                fields=["submission", "round", "seat"],
                condition=Q(state__in=IN_FORCE),
                name="review_one_per_seat",
            ),
            known_state(ReviewState, "review_known_state"),
            models.CheckConstraint(condition=Q(seat__gte=1), name="review_seat_from_one"),
            models.CheckConstraint(
                condition=Q(state="completed", completed_at__isnull=False)
                | ~Q(state="completed") & Q(completed_at=None),
                name="review_completed_at",
            ),
            models.CheckConstraint(
                condition=Q(state="recused") & ~Q(recused_reason="")
                | ~Q(state="recused") & Q(recused_reason=""),
                name="review_recused_with_reason",
            ),
        ]
        triggers = [
            FollowsTable(REVIEW),
            Frozen(when_sql="OLD.state IN ('completed', 'recused', 'lapsed')"),
        ]

    def __str__(self) -> str:
        return f"review {self.pseudonym}"

    @property
    def program_id(self) -> Any:
        return self.submission.program_id

    @property
    def days_left(self) -> int:
        """Whole days until the seat is drawn again; the hour would tell that of the hand-in."""
        return max(0, (self.leased_until - timezone.now()).days)


def cited(prefix: str) -> list[models.BaseConstraint]:
    """A passage is a code-point range of one answer, with the hash of its words."""
    return [
        models.CheckConstraint(
            condition=Q(answer__isnull=False, late_answer=None)
            | Q(answer=None, late_answer__isnull=False),
            name=f"{prefix}_of_one_answer",
        ),
        models.CheckConstraint(condition=Q(end__gt=F("start")), name=f"{prefix}_range_not_empty"),
        models.CheckConstraint(condition=~Q(text_hash=""), name=f"{prefix}_words_hashed"),
    ]


class Passage(BaseModel):
    """Words of the trainee: a code-point range of one answer, and the hash of those words."""

    answer = models.ForeignKey(Answer, models.PROTECT, null=True, related_name="+")
    late_answer = models.ForeignKey(LateAnswer, models.PROTECT, null=True, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text_hash = models.CharField(max_length=64)

    class Meta:
        abstract = True


class Rating(BaseModel):
    """The level one reviewer gave on one criterion, and why."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="ratings", db_index=False)
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="ratings")
    level = models.PositiveSmallIntegerField()
    rationale = models.TextField()

    class Meta:
        constraints = [
            # With the level in the index, agreement is counted without reading any words.
            models.UniqueConstraint(
                fields=["review", "criterion"], include=["level"], name="rating_once"
            ),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=4), name="rating_level_1_to_4"
            ),
            models.CheckConstraint(condition=~Q(rationale=""), name="rating_has_rationale"),
        ]
        triggers = [FrozenWith(path="review", open_states=IN_PROGRESS)]

    def __str__(self) -> str:
        return f"{self.criterion_id}: level {self.level}"


class Citation(Passage):
    """The trainee's own words that earned a rating."""

    rating = models.ForeignKey(Rating, models.PROTECT, related_name="citations")

    class Meta:
        constraints = cited("citation")
        triggers = [FrozenWith(path="rating__review", open_states=IN_PROGRESS)]

    def __str__(self) -> str:
        return f"{self.start}–{self.end}"


class HarmObservation(Passage):
    """A harm indicator that a reviewer ticked, deliberately and with evidence."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="harm_observations")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    note = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "indicator"], name="harmobservation_once"),
            models.CheckConstraint(condition=~Q(note=""), name="harmobservation_has_note"),
            *cited("harmobservation"),
        ]
        triggers = [FrozenWith(path="review", open_states=IN_PROGRESS)]

    def __str__(self) -> str:
        return f"{self.indicator_id} observed"


class AdjudicationQuerySet(models.QuerySet["Adjudication"]):
    def open_for(self, person: Any) -> "AdjudicationQuerySet":
        return self.filter(adjudicator=person, completed_at=None)

    def given_by(self, person: Any) -> "AdjudicationQuerySet":
        return self.filter(adjudicator=person, completed_at__isnull=False)


class Adjudication(BaseModel):
    """A third person settles what two reviewers disagree on, seeing both without names."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="adjudications")
    round = models.PositiveSmallIntegerField(default=1)
    adjudicator = models.ForeignKey(PERSON, models.PROTECT, related_name="adjudications")
    disputed = models.ManyToManyField(Criterion, related_name="+")
    completed_at = models.DateTimeField(null=True)

    objects = AdjudicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "round"], name="adjudication_per_round")
        ]
        triggers = [Frozen(when_sql="OLD.completed_at IS NOT NULL")]

    def __str__(self) -> str:
        return f"adjudication of {self.submission_id}"

    @property
    def program_id(self) -> Any:
        return self.submission.program_id


class Settlement(BaseModel):
    """The level that stands on one disputed criterion, with the reason."""

    adjudication = models.ForeignKey(Adjudication, models.PROTECT, related_name="settlements")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="settlements")
    level = models.PositiveSmallIntegerField()
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["adjudication", "criterion"], name="settlement_once"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=4), name="settlement_level_1_to_4"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="settlement_has_reason"),
        ]
        triggers = [Frozen(name="append_only")]

    def __str__(self) -> str:
        return f"{self.criterion_id}: level {self.level}"
