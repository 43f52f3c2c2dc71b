"""Scores of keyed items."""

from django.db import models
from django.db.models import Q

from assessments.attempts.models import Submission
from assessments.vignettes.models import Item, Key
from competency.foundation.models import BaseModel
from competency.foundation.triggers import Frozen


class Score(BaseModel):
    """What a key made of one answer: 0 to 1, with the weight it carries."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="scores")
    item = models.ForeignKey(Item, models.PROTECT, related_name="scores")
    key = models.ForeignKey(Key, models.PROTECT, related_name="scores")
    value = models.DecimalField(max_digits=7, decimal_places=6)
    weight = models.DecimalField(max_digits=5, decimal_places=2)
    late = models.BooleanField(default=False, help_text="Of a late answer ruled to count.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "item", "late"], name="score_once_per_item"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0, value__lte=1), name="score_from_0_to_1"
            ),
            models.CheckConstraint(condition=Q(weight__gt=0), name="score_weight_positive"),
        ]
        triggers = [Frozen(name="append_only")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.value}"
