"""Two fresh people who judge a referred attempt when more evidence did not settle it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.attempts.models import Attempt
from competency.decisions.states import Outcome
from competency.foundation.models import BaseModel
from competency.foundation.triggers import Frozen

PERSON: Any = settings.AUTH_USER_MODEL


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def open_for(self, person: Any) -> "OpinionQuerySet":
        return self.filter(judge=person, given_at=None)

    def given_by(self, person: Any) -> "OpinionQuerySet":
        return self.filter(judge=person, given_at__isnull=False)


class Opinion(BaseModel):
    """One person's opinion on a referred attempt, blind to the other's. Empty until given."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="opinions")
    round = models.PositiveSmallIntegerField()
    judge = models.ForeignKey(PERSON, models.PROTECT, related_name="opinions")
    pseudonym = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    reason = models.TextField(blank=True)
    given_at = models.DateTimeField(null=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "round", "judge"], name="opinion_once"),
            models.CheckConstraint(
                condition=Q(given_at=None, outcome="", reason="")
                | Q(given_at__isnull=False, outcome__in=[Outcome.COMPETENT, Outcome.NOT_YET])
                & ~Q(reason=""),
                name="opinion_given_with_reason",
            ),
        ]
        triggers = [Frozen(when_sql="OLD.given_at IS NOT NULL")]

    def __str__(self) -> str:
        return f"opinion on {self.pseudonym}"

    @property
    def program_id(self) -> Any:
        return self.attempt.program_id
