"""Runs that issue many certificates: what each is about, and how far it is."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q

from competency.certificates.models import Certificate
from competency.foundation.models import BaseModel
from competency.foundation.triggers import Frozen
from competency.programs.models import Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission

PERSON: Any = settings.AUTH_USER_MODEL


class IssuingRunQuerySet(models.QuerySet["IssuingRun"]):
    def visible_to(self, person: Any) -> "IssuingRunQuerySet":
        return self.filter(program__in=programs_where(person, Permission.CERTIFICATE_VIEW))

    def going(self) -> "IssuingRunQuerySet":
        return self.filter(finished_at=None, stopped_at=None)

    def with_progress(self) -> "IssuingRunQuerySet":
        """With `issued` and `failed`, counted from the items."""
        settled = Q(items__settled_at__isnull=False)
        return self.annotate(
            issued=Count("items", filter=settled & Q(items__error="")),
            failed=Count("items", filter=settled & ~Q(items__error="")),
        ).annotate(settled=F("issued") + F("failed"))


class IssuingRun(BaseModel):
    """Everything that a program had to issue when somebody asked for it."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="issuing_runs")
    started_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    total = models.PositiveIntegerField()
    stopped_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = IssuingRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program"], condition=Q(finished_at=None), name="issuingrun_one_open"
            ),
            models.CheckConstraint(condition=Q(total__gte=1), name="issuingrun_has_something"),
            models.CheckConstraint(
                condition=Q(finished_at=None)
                | Q(stopped_at=None) & Q(finished_at__gte=F("created_at")),
                name="issuingrun_finished_going",
            ),
        ]
        triggers = [Frozen(name="finished", when_sql="OLD.finished_at IS NOT NULL")]

    def __str__(self) -> str:
        return f"issuing of {self.total} for {self.program}"

    @property
    def going(self) -> bool:
        return self.finished_at is None and self.stopped_at is None


class IssuingItem(BaseModel):
    """One certificate of a run; once settled it was issued, or `error` says why not."""

    run = models.ForeignKey(IssuingRun, models.PROTECT, related_name="items")
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "certificate"], name="issuingitem_once"),
            models.CheckConstraint(
                condition=Q(error="") | Q(settled_at__isnull=False), name="issuingitem_failed_when"
            ),
        ]
        indexes = [
            models.Index(fields=["run"], condition=Q(settled_at=None), name="issuingitem_waiting")
        ]
        triggers = [Frozen(name="settled", when_sql="OLD.settled_at IS NOT NULL")]

    def __str__(self) -> str:
        return f"{self.certificate} in {self.run}"
