"""Suspected breaches and complaints: opened, looked into, closed with a finding."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from competency.accounts.sealing import Sealer
from competency.foundation.models import BaseModel
from competency.foundation.triggers import Frozen
from competency.programs.models import Enrolment, Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission

PERSON: Any = settings.AUTH_USER_MODEL


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, person: Any) -> "CaseQuerySet":
        """Cases of the programs that this person runs or certifies for; never about oneself."""
        running = programs_where(person, Permission.PROGRAM_RUN)
        certifying = programs_where(person, Permission.DECISION_RATIFY)
        return self.filter(
            Q(enrolment__cohort__program__in=running) | Q(enrolment__cohort__program__in=certifying)
        ).exclude(enrolment__trainee=person)

    def open_about(self, attempts: Collection[UUID]) -> "CaseQuerySet":
        """Open cases that hold the decisions of these attempts."""
        return self.filter(attempt_id__in=attempts, closed_at=None)

    def holding(self, attempt_id: UUID) -> "CaseQuerySet":
        """Open cases that hold the decision of this attempt."""
        return self.open_about([attempt_id])


class Case(BaseModel):
    """A suspected breach in one attempt. While it is open no decision is settled; it never
    touches a score."""

    class Kind(models.TextChoices):
        COPYING = "copying", "Copying"
        UNDISCLOSED_AI = "undisclosed_ai", "Undisclosed use of AI"
        IDENTITY = "identity", "Somebody else sat"
        CONDUCT = "conduct", "Conduct in the sitting"
        OTHER = "other", "Other"

    class Finding(models.TextChoices):
        UPHELD = "upheld", "Upheld"
        NOT_UPHELD = "not_upheld", "Not upheld"

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="cases")
    attempt_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20, choices=Kind)
    grounds = models.TextField()
    opened_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    finding = models.CharField(max_length=20, choices=Finding, blank=True)
    finding_reason = models.TextField(blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["copying", "undisclosed_ai", "identity", "conduct", "other"]),
                name="case_known_kind",
            ),
            models.CheckConstraint(condition=~Q(grounds=""), name="case_has_grounds"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, finding="", finding_reason="")
                | Q(closed_at__isnull=False, closed_by__isnull=False)
                & Q(finding__in=["upheld", "not_upheld"])
                & ~Q(finding_reason=""),
                name="case_closed_with_finding",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | ~Q(closed_by=F("opened_by")),
                name="case_closed_by_another",
            ),
        ]
        triggers: list[pgtrigger.Trigger] = [Frozen(when_sql="OLD.closed_at IS NOT NULL")]

    def __str__(self) -> str:
        return f"case: {self.get_kind_display()}"

    @property
    def program_id(self) -> Any:
        return self.enrolment.program_id


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, person: Any) -> "ComplaintQuerySet":
        """One's own, and those of programs this person runs or audits."""
        registers = programs_where(person, Permission.AUDIT_VIEW)
        return self.filter(Q(complainant=person) | Q(program__in=registers))

    def run_by(self, person: Any) -> "ComplaintQuerySet":
        """Those that this person may have to answer: of programs they run."""
        return self.filter(program__in=programs_where(person, Permission.PROGRAM_RUN))


class Complaint(BaseModel):
    """A line of the complaints register, with dates and outcome.

    Whoever has an account is named by it, and their words are sealed under their own key.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="complaints")
    number = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    complainant = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    complainant_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    sealed_text = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    outcome = models.TextField(blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="complaint_number_unique"),
            models.CheckConstraint(
                condition=~Q(subject="")
                & (Q(sealed_text=None) & ~Q(text="") | Q(sealed_text__isnull=False, text="")),
                name="complaint_says_something",
            ),
            models.CheckConstraint(
                condition=Q(sealed_text=None) | Q(complainant__isnull=False),
                name="complaint_sealed_for_somebody",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, outcome="")
                | Q(answered_at__isnull=False, answered_by__isnull=False)
                & Q(answered_at__gte=F("received_at"))
                & ~Q(outcome=""),
                name="complaint_answered_with_outcome",
            ),
        ]
        triggers: list[pgtrigger.Trigger] = [
            Frozen(when_sql="OLD.answered_at IS NOT NULL"),
            Frozen(name="as_received", except_fields=("answered_at", "answered_by", "outcome")),
        ]

    def __str__(self) -> str:
        return f"complaint {self.number}: {self.subject}"

    @property
    def from_whom(self) -> str:
        return self.complainant.name if self.complainant else self.complainant_name

    @property
    def words(self) -> str:
        """What was said; a plain notice where the person was erased since."""
        if self.sealed_text is None or self.complainant_id is None:
            return self.text
        return Sealer(self.complainant_id).unseal(bytes(self.sealed_text))
