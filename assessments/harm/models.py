"""Harm is a level of its own: raised by a rule or a reviewer, judged by two people."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.attempts.models import Submission
from assessments.harm.states import HARM_FLAG, FlagState
from assessments.vignettes.models import Option
from competency.foundation.models import BaseModel, Stateful, known_state, state_field
from competency.foundation.states import Transitions
from competency.foundation.triggers import FollowsTable, Frozen
from competency.frameworks.models import Criterion

PERSON: Any = settings.AUTH_USER_MODEL


class HarmFlag(Stateful):
    """Possible harm in one submission: a critical option that was chosen, or a criterion on
    which a reviewer saw harm."""

    transitions: ClassVar[Transitions] = HARM_FLAG

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="harm_flags")
    round = models.PositiveSmallIntegerField(default=1)
    option = models.ForeignKey(Option, models.PROTECT, null=True, related_name="+")
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, related_name="+")
    state = state_field(FlagState, FlagState.RAISED)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            known_state(FlagState, "harmflag_known_state"),
            models.CheckConstraint(
                condition=Q(option__isnull=False, criterion=None)
                | Q(option=None, criterion__isnull=False),
                name="harmflag_one_ground",
            ),
            models.UniqueConstraint(
                fields=["submission", "option", "round"],
                condition=Q(option__isnull=False),
                name="harmflag_once_per_option",
            ),
            models.UniqueConstraint(
                fields=["submission", "criterion", "round"],
                condition=Q(criterion__isnull=False),
                name="harmflag_once_per_criterion",
            ),
            models.CheckConstraint(
                condition=Q(state="raised", settled_at=None)
                | ~Q(state="raised") & Q(settled_at__isnull=False),
                name="harmflag_settled_at",
            ),
        ]
        triggers = [FollowsTable(HARM_FLAG), Frozen(when_sql="OLD.state <> 'raised'")]

    def __str__(self) -> str:
        return f"harm flag ({self.state})"

    @property
    def program_id(self) -> Any:
        return self.submission.program_id


class HarmJudgementQuerySet(models.QuerySet["HarmJudgement"]):
    def open_for(self, person: Any) -> "HarmJudgementQuerySet":
        """Passages this person was asked to read afresh."""
        return self.filter(judge=person, judged_at=None)

    def given_by(self, person: Any) -> "HarmJudgementQuerySet":
        return self.filter(judge=person, judged_at__isnull=False)


class HarmJudgement(BaseModel):
    """One person's judgement of one flag, blind to the other's. Empty until given."""

    flag = models.ForeignKey(HarmFlag, models.PROTECT, related_name="judgements")
    judge = models.ForeignKey(PERSON, models.PROTECT, related_name="harm_judgements")
    fresh_reader = models.BooleanField(default=False)
    harmful = models.BooleanField(null=True)
    reason = models.TextField(blank=True)
    judged_at = models.DateTimeField(null=True)

    objects = HarmJudgementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["flag", "judge"], name="harmjudgement_once"),
            models.UniqueConstraint(
                fields=["flag"],
                condition=Q(fresh_reader=True, judged_at=None),
                name="harmjudgement_one_reader",
            ),
            models.CheckConstraint(
                condition=Q(judged_at=None, harmful=None, reason="")
                | Q(judged_at__isnull=False, harmful__isnull=False) & ~Q(reason=""),
                name="harmjudgement_given_with_reason",
            ),
        ]
        triggers = [Frozen(when_sql="OLD.judged_at IS NOT NULL")]

    def __str__(self) -> str:
        return f"judgement of {self.flag_id}"

    @property
    def program_id(self) -> Any:
        return self.flag.submission.program_id
