"""What each sweep deleted: the proof that the rules were kept."""

from django.db import models
from django.db.models import F, Q

from competency.foundation.models import BaseModel
from competency.foundation.triggers import Frozen


class RetentionSweepQuerySet(models.QuerySet["RetentionSweep"]):
    def open(self) -> "RetentionSweepQuerySet":
        """Begun and not at its end: under way, or its worker was killed."""
        return self.filter(finished_at=None)

    def finished(self) -> "RetentionSweepQuerySet":
        return self.filter(finished_at__isnull=False)


class RetentionSweep(BaseModel):
    """One pass over all rules. `deleted` counts rows by the code of the rule that took them."""

    finished_at = models.DateTimeField(null=True)
    deleted = models.JSONField(default=dict, blank=True)

    objects = RetentionSweepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finished_at"],
                condition=Q(finished_at=None),
                nulls_distinct=False,
                name="retentionsweep_one_open",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("created_at")),
                name="retentionsweep_ends_after_it_began",
            ),
        ]
        triggers = [Frozen(name="finished", when_sql="OLD.finished_at IS NOT NULL")]

    def __str__(self) -> str:
        return f"sweep of {self.created_at:%Y-%m-%d %H:%M}"
