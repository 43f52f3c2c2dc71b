"""Who may review: a licence per rubric, which lapses."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from competency.foundation.models import BaseModel
from competency.frameworks.models import RubricVersion

PERSON: Any = settings.AUTH_USER_MODEL


class LicenceQuerySet(models.QuerySet["Licence"]):
    def in_standing(self) -> "LicenceQuerySet":
        now = timezone.now()
        return self.filter(granted_at__lte=now, lapses_at__gt=now, suspended_at=None)


class Licence(BaseModel):
    """A reviewer's licence to judge with one rubric version, with what it rests on."""

    reviewer = models.ForeignKey(PERSON, models.PROTECT, related_name="licences")
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="licences")
    grounds = models.TextField()
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    lapses_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True)
    suspended_reason = models.TextField(blank=True)

    objects = LicenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "rubric_version"],
                condition=Q(suspended_at=None),
                name="licence_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(lapses_at__gt=F("granted_at")),
                name="licence_lapses_after_grant",
            ),
            models.CheckConstraint(condition=~Q(grounds=""), name="licence_has_grounds"),
            models.CheckConstraint(
                condition=Q(suspended_at=None, suspended_reason="")
                | Q(suspended_at__isnull=False) & ~Q(suspended_reason=""),
                name="licence_suspended_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer} for {self.rubric_version}"
