"""Checks of the trail: who asked for one, and what it found."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from competency.foundation.models import BaseModel
from competency.foundation.triggers import Frozen
from competency.programs.models import Program

PERSON: Any = settings.AUTH_USER_MODEL
UNANSWERED = Q(finished_at=None, found=None, head="", findings=[])
ANSWERED = Q(started_at__isnull=False, finished_at__gte=F("started_at"), found__isnull=False)


class IntegrityCheckQuerySet(models.QuerySet["IntegrityCheck"]):
    def open(self) -> "IntegrityCheckQuerySet":
        """Asked for and not answered yet."""
        return self.filter(finished_at=None)

    def answered(self) -> "IntegrityCheckQuerySet":
        return self.filter(finished_at__isnull=False)


class IntegrityCheck(BaseModel):
    """One check of a program's chain, or of every chain where it names no program."""

    program = models.ForeignKey(Program, models.PROTECT, null=True, related_name="integrity_checks")
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    head = models.CharField(max_length=64, blank=True, help_text="The last hash of the chain.")
    seals = models.PositiveIntegerField(default=0)
    events = models.PositiveBigIntegerField(default=0)
    unsealed = models.PositiveBigIntegerField(default=0)
    found = models.PositiveIntegerField(null=True, help_text="How much is wrong; 0 is whole.")
    findings = models.JSONField(default=list, blank=True)

    objects = IntegrityCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(finished_at=None),
                nulls_distinct=False,
                name="integritycheck_one_open",
            ),
            models.CheckConstraint(
                condition=UNANSWERED | ANSWERED, name="integritycheck_answered_once_finished"
            ),
        ]
        triggers = [Frozen(name="finished", when_sql="OLD.finished_at IS NOT NULL")]

    def __str__(self) -> str:
        return f"check of {self.program or 'every chain'}"

    @property
    def whole(self) -> bool:
        """Nothing is wrong; False as well while nobody knows yet."""
        return self.found == 0
