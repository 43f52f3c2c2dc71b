"""What is known about one trainee's competency, and how surely."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q

from competency.foundation.models import BaseModel
from competency.foundation.triggers import Frozen
from competency.frameworks.models import Competency
from competency.programs.models import Enrolment


class Evidence(BaseModel):
    """A level (1–4) for one competency with its standard error, once per source and round.

    The source is whatever produced it: today an attempt, later perhaps a workplace observation.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="evidence")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="evidence")
    source_type = models.CharField(max_length=40, default="attempt")
    source_id = models.UUIDField(db_index=True)
    round = models.PositiveSmallIntegerField(default=1)
    value = models.DecimalField(max_digits=6, decimal_places=4)
    standard_error = models.DecimalField(max_digits=6, decimal_places=4)
    ratings = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [
            models.UniqueConstraint(
                fields=["source_type", "source_id", "competency", "round"],
                name="evidence_once_per_source",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=1, value__lte=4), name="evidence_value_1_to_4"
            ),
            models.CheckConstraint(
                condition=Q(standard_error__gte=0), name="evidence_error_not_negative"
            ),
            models.CheckConstraint(condition=Q(ratings__gte=1), name="evidence_has_ratings"),
        ]
        triggers: list[pgtrigger.Trigger] = [Frozen(name="append_only")]

    def __str__(self) -> str:
        return f"{self.competency_id}: {self.value} ± {self.standard_error}"

    @property
    def program_id(self) -> Any:
        return self.enrolment.program_id
