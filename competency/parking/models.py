"""Work that failed in the background: tried a few times, then parked for staff."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from competency.accounts.models import User
from competency.foundation.models import BaseModel

PERSON: Any = settings.AUTH_USER_MODEL


class MishapQuerySet(models.QuerySet["Mishap"]):
    def standing(self) -> "MishapQuerySet":
        return self.filter(released_at=None)

    def parked(self) -> "MishapQuerySet":
        """What nobody takes up again until staff have looked."""
        return self.standing().filter(parked_at__isnull=False)

    def visible_to(self, person: User) -> "MishapQuerySet":
        """What was ever parked; for staff alone, who run the site."""
        return self.filter(parked_at__isnull=False) if person.is_staff else self.none()

    def of(self, subject_type: str, subject_id: UUID) -> "MishapQuerySet":
        return self.filter(subject_type=subject_type, subject_id=subject_id)


class Mishap(BaseModel):
    """A row whose automatic step failed, how often and how; parked once that was too often."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    times = models.PositiveSmallIntegerField(default=0)
    error = models.TextField()
    last_at = models.DateTimeField()
    parked_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    objects = MishapQuerySet.as_manager()

    class Meta:
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=Q(released_at=None),
                name="mishap_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False, parked_at__isnull=False)
                & Q(released_at__gte=F("parked_at")),
                name="mishap_released_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}: {self.times} times"

    @property
    def summary(self) -> str:
        """The last line of the error: what it was, without the way there."""
        lines = self.error.strip().splitlines()
        return lines[-1] if lines else ""
