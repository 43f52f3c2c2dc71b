"""What follows a decision that is not *competent*: an appeal, or a plan and a re-sit."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from competency.accounts.sealing import Sealer
from competency.appeals.states import APPEAL, AppealState
from competency.decisions.models import Decision
from competency.foundation.models import BaseModel, Stateful, known_state, state_field
from competency.foundation.states import Transitions
from competency.foundation.triggers import FollowsTable, Frozen
from competency.frameworks.models import Competency
from competency.programs.policies import in_reach, programs_where
from competency.programs.roles import Permission

PERSON: Any = settings.AUTH_USER_MODEL


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, person: Any) -> "AppealQuerySet":
        """One's own, and those of programs whose decisions this person sees."""
        reach = in_reach(person, Permission.DECISION_VIEW, "decision__enrolment__cohort")
        return self.filter(Q(decision__enrolment__trainee=person) | reach)

    def of_trainee(self, person: Any) -> "AppealQuerySet":
        return self.filter(decision__enrolment__trainee=person)

    def waiting_for(self, person: Any) -> "AppealQuerySet":
        """Lodged in programs where this person certifies, or taken up by them; never one's own."""
        programs = programs_where(person, Permission.DECISION_RATIFY)
        waits = Q(state=AppealState.LODGED) | Q(state=AppealState.UNDER_REVIEW, decider=person)
        here = self.filter(waits, decision__enrolment__cohort__program__in=programs)
        return here.exclude(decision__enrolment__trainee=person)


class Appeal(Stateful):
    """A trainee asks fresh people to look again. Grounds are the trainee's words: sealed."""

    transitions: ClassVar[Transitions] = APPEAL

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="appeal")
    state = state_field(AppealState, AppealState.LODGED)
    sealed_grounds = models.BinaryField()
    lodged_at = models.DateTimeField()
    decider = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        constraints = [
            known_state(AppealState, "appeal_known_state"),
            models.CheckConstraint(
                condition=~Q(state__in=["under_review", "granted", "denied"])
                | Q(decider__isnull=False),
                name="appeal_has_a_decider",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["granted", "denied"], decided_at__isnull=False)
                & ~Q(reason="")
                | ~Q(state__in=["granted", "denied"]) & Q(decided_at=None, reason=""),
                name="appeal_decided_with_reason",
            ),
        ]
        triggers: list[pgtrigger.Trigger] = [
            FollowsTable(APPEAL),
            Frozen(when_sql="OLD.state IN ('granted', 'denied', 'withdrawn')"),
            Frozen(name="as_lodged", except_fields=("state", "decider", "decided_at", "reason")),
        ]

    def __str__(self) -> str:
        return f"appeal ({self.state})"

    @property
    def program_id(self) -> Any:
        return self.decision.program_id

    @property
    def grounds(self) -> str:
        """The trainee's words; a plain notice where they were erased since."""
        return Sealer(self.decision.enrolment.trainee_id).unseal(bytes(self.sealed_grounds))


class RemediationPlan(BaseModel):
    """What a trainee works on before a re-sit, agreed with a supervisor or director."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="remediation_plan")
    competencies = models.ManyToManyField(Competency, related_name="+")
    steps = models.TextField()
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    review_on = models.DateField()
    completed_at = models.DateTimeField(null=True)
    completion_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(steps=""), name="remediationplan_has_steps"),
            models.CheckConstraint(
                condition=Q(completed_at=None, completion_note="")
                | Q(completed_at__isnull=False) & ~Q(completion_note=""),
                name="remediationplan_completed_with_note",
            ),
        ]
        triggers: list[pgtrigger.Trigger] = [Frozen(when_sql="OLD.completed_at IS NOT NULL")]

    def __str__(self) -> str:
        return f"remediation after {self.decision_id}"

    @property
    def program_id(self) -> Any:
        return self.decision.program_id
