"""Rows that hold from a day to a day: ended, never deleted."""

from datetime import date
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from competency.foundation.triggers import Frozen


def dated(prefix: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            name=f"{prefix}_ends_after_start",
        )
    ]


def only_ends(*also: str) -> list[pgtrigger.Trigger]:
    """A dated row may end, or end sooner. Nothing else about it changes, and it stays ended."""
    later = "NEW.ends_on IS NULL OR NEW.ends_on > OLD.ends_on"
    return [
        Frozen(name="only_ends", except_fields=("ends_on", *also)),
        Frozen(name="stays_ended", when_sql=f"OLD.ends_on IS NOT NULL AND ({later})"),
    ]


class DatedQuerySet(models.QuerySet[Any]):
    """Rows that hold from a first day to a last day, both inclusive."""

    def current(self, on: date | None = None) -> Any:
        on = on or timezone.now().date()
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gte=on))
