"""What lies on a reviewer's desk: unfinished reviews, comments of their own, how they work."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.reviews.models import Review
from assessments.reviews.states import OPEN
from competency.foundation.models import BaseModel
from competency.foundation.triggers import FrozenWith

PERSON: Any = settings.AUTH_USER_MODEL


class Draft(BaseModel):
    """Work as far as it has come. It may quote the trainee, so the trainee's key seals it."""

    sealed = models.BinaryField()
    revision = models.PositiveIntegerField(default=1)
    idem = models.UUIDField(help_text="Of the save that made this revision: it may come twice.")
    saved_at = models.DateTimeField()

    class Meta:
        abstract = True


class ReviewDraft(Draft):
    """A review as far as it has come."""

    review = models.OneToOneField(Review, models.PROTECT, related_name="draft")
    active_seconds = models.PositiveIntegerField(default=0, help_text="Spent between saves.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(revision__gte=1), name="reviewdraft_from_one"),
        ]
        triggers = [FrozenWith(path="review", open_states=OPEN, may_go=True)]

    def __str__(self) -> str:
        return f"draft of {self.review_id}, revision {self.revision}"


class Jotting(Draft):
    """What somebody wrote so far to settle a dispute, judge a passage or give an opinion."""

    writer = models.ForeignKey(PERSON, models.CASCADE, related_name="jottings")
    task = models.UUIDField(help_text="The adjudication, harm judgment or opinion it is for.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["writer", "task"], name="jotting_once"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="jotting_from_one"),
        ]

    def __str__(self) -> str:
        return f"jotting for {self.task}, revision {self.revision}"


class CommentQuerySet(models.QuerySet["Comment"]):
    def kept_by(self, person: Any) -> "CommentQuerySet":
        """One's own; nobody sees anyone else's."""
        return self.filter(reviewer=person)


class Comment(BaseModel):
    """Words a reviewer uses again: on one criterion, or on any where none is named."""

    reviewer = models.ForeignKey(PERSON, models.PROTECT, related_name="comments")
    criterion = models.CharField(max_length=20, blank=True, help_text="Its code, in any rubric.")
    text = models.TextField()

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_has_text"),
            models.UniqueConstraint(fields=["reviewer", "criterion", "text"], name="comment_once"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class DeskChoiceQuerySet(models.QuerySet["DeskChoice"]):
    def single_keys_of(self, person: Any) -> bool:
        """Whether single letters are commands for this person; they are, until switched off."""
        return not self.filter(reviewer=person, single_keys=False).exists()


class DeskChoice(BaseModel):
    """How a reviewer wants the desk to work."""

    reviewer = models.OneToOneField(PERSON, models.PROTECT, related_name="desk_choice")
    single_keys = models.BooleanField(default=True, help_text="Single letters are commands.")

    objects = DeskChoiceQuerySet.as_manager()

    def __str__(self) -> str:
        return "single keys" if self.single_keys else "no single keys"
