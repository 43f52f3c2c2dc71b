"""A roster between its dry run and the word that imports it."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from competency.foundation.models import Stateful, known_state, state_field
from competency.foundation.triggers import FollowsTable, Frozen
from competency.programs.models import Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.rosters.states import ROSTER, RosterState

PERSON: Any = settings.AUTH_USER_MODEL


class RosterQuerySet(models.QuerySet["Roster"]):
    def visible_to(self, person: Any) -> "RosterQuerySet":
        """Those of programs that this person runs."""
        return self.filter(program__in=programs_where(person, Permission.PROGRAM_RUN))


class Roster(Stateful):
    """What an uploaded file holds, and what came of it.

    The rows are other people's data: they are kept until the import is settled, a day at most.
    """

    class Kind(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"
        ONEROSTER = "oneroster", "OneRoster 1.2"

    transitions = ROSTER

    program = models.ForeignKey(Program, models.PROTECT, related_name="rosters")
    uploaded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    state = state_field(RosterState, RosterState.CHECKED)
    rows = models.JSONField(null=True)
    unread = models.JSONField(default=list)
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    summary = models.JSONField(null=True)

    objects = RosterQuerySet.as_manager()

    class Meta:
        constraints = [
            known_state(RosterState, "roster_known_state"),
            models.CheckConstraint(
                condition=Q(kind__in=["csv", "xlsx", "oneroster"]), name="roster_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="roster_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, rows__isnull=False)
                & ~Q(state__in=["applied", "dropped", "expired"])
                | Q(settled_at__isnull=False, rows__isnull=True)
                & (
                    Q(state__in=["applied", "dropped"], settled_by__isnull=False)
                    | Q(state="expired", settled_by=None)
                ),
                name="roster_rows_only_until_settled",
            ),
            models.CheckConstraint(
                condition=Q(summary=None) | Q(state="applied"), name="roster_summary_of_an_import"
            ),
        ]
        triggers: list[pgtrigger.Trigger] = [
            FollowsTable(ROSTER),
            Frozen(name="settled", when_sql="OLD.settled_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"roster {self.file_name}"
