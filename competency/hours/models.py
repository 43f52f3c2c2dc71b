"""Hours, who approved them, and what is required of whom."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from competency.accounts.sealing import Sealer
from competency.foundation.models import BaseModel, Stateful, known_state, state_field
from competency.foundation.triggers import FollowsTable, Frozen
from competency.hours.states import HOURS, HoursState
from competency.programs.circumstances import Placement
from competency.programs.models import Cohort, Enrolment, Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission

PERSON: Any = settings.AUTH_USER_MODEL


class HoursProfileQuerySet(models.QuerySet["HoursProfile"]):
    def visible_to(self, person: Any) -> "HoursProfileQuerySet":
        """Those of programs that this person belongs to."""
        return self.filter(program__in=programs_where(person, Permission.PROGRAM_VIEW))

    def newest(self) -> "HoursProfileQuerySet":
        """Of each profile the version in force."""
        later = HoursProfile.objects.filter(
            program=models.OuterRef("program"),
            code=models.OuterRef("code"),
            number__gt=models.OuterRef("number"),
        )
        return self.filter(~models.Exists(later))


class HoursProfile(BaseModel):
    """What a jurisdiction requires, in one version. Unverified until a director confirms it."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="hours_profiles")
    code = models.SlugField(max_length=40)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    objects = HoursProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "code", "number"], name="hoursprofile_number_unique"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="hoursprofile_from_one"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="hoursprofile_confirmed_by_somebody",
            ),
        ]
        triggers: list[pgtrigger.Trigger] = [
            Frozen(name="as_written", except_fields=("confirmed_by", "confirmed_at")),
            Frozen(name="confirmed", when_sql="OLD.confirmed_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.content.get('title', self.code)} ({self.number})"

    @property
    def required(self) -> dict[str, Any]:
        """The content, with its version and whether it is verified."""
        verified = self.confirmed_at is not None
        return {**self.content, "number": self.number, "verified": verified}


class HoursChoice(BaseModel):
    """The profile that a cohort's hours are held against."""

    cohort = models.OneToOneField(Cohort, models.PROTECT, related_name="hours_choice")
    profile = models.ForeignKey(HoursProfile, models.PROTECT, related_name="choices")
    chosen_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.cohort}: {self.profile}"

    @property
    def program_id(self) -> Any:
        return self.cohort.program_id


class HoursEntryQuerySet(models.QuerySet["HoursEntry"]):
    def of_trainee(self, person: Any) -> "HoursEntryQuerySet":
        return self.filter(trainee=person)

    def visible_to(self, person: Any) -> "HoursEntryQuerySet":
        """One's own, those of programs one runs, and those of whom one supervises today."""
        running = programs_where(person, Permission.PROGRAM_RUN)
        own = Placement.objects.current().filter(supervisor=person).values("enrolment__line")
        return self.filter(
            Q(trainee=person)
            | Q(enrolment__cohort__program__in=running)
            | Q(enrolment__line__in=own)
        )


class HoursEntry(Stateful):
    """Hours of training, practicum or consultation, handed in once and settled by another.

    Note and evidence are sealed under the trainee's key; hours, date and approver stay.
    """

    class Kind(models.TextChoices):
        TRAINING = "training", "Training"
        PRACTICUM = "practicum", "Practicum"
        CONSULTATION = "consultation", "Consultation"

    transitions = HOURS

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="hours")
    trainee = models.ForeignKey(PERSON, models.PROTECT, related_name="hours")
    kind = models.CharField(max_length=20, choices=Kind)
    module = models.CharField(max_length=40, blank=True)
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    on = models.DateField()
    sealed_note = models.BinaryField(null=True)
    sealed_evidence = models.BinaryField(null=True)
    evidence_name = models.CharField(max_length=200, blank=True)
    evidence_type = models.CharField(max_length=40, blank=True)
    submitted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    state = state_field(HoursState, HoursState.SUBMITTED)
    settled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_reason = models.TextField(blank=True)

    objects = HoursEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "hours"
        verbose_name_plural = "hours"
        constraints = [
            known_state(HoursState, "hoursentry_known_state"),
            models.CheckConstraint(
                condition=Q(kind__in=["training", "practicum", "consultation"]),
                name="hoursentry_known_kind",
            ),
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=200), name="hoursentry_some_hours"
            ),
            models.CheckConstraint(
                condition=Q(module="") | Q(kind="training"), name="hoursentry_module_of_training"
            ),
            models.CheckConstraint(
                condition=Q(sealed_evidence=None, evidence_name="", evidence_type="")
                | Q(sealed_evidence__isnull=False) & ~Q(evidence_name="") & ~Q(evidence_type=""),
                name="hoursentry_evidence_whole",
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None, settled_at=None, settled_reason="")
                & ~Q(state__in=["approved", "returned", "withdrawn", "struck"])
                | Q(settled_by__isnull=False, settled_at__isnull=False)
                & ~Q(state="submitted")
                & (~Q(state__in=["returned", "struck"]) | ~Q(settled_reason="")),
                name="hoursentry_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None)
                | Q(state="withdrawn")
                | ~Q(settled_by=F("trainee")) & ~Q(settled_by=F("submitted_by")),
                name="hoursentry_settled_by_another",
            ),
        ]
        triggers: list[pgtrigger.Trigger] = [
            FollowsTable(HOURS),
            Frozen(
                name="as_submitted",
                except_fields=("state", "settled_by", "settled_at", "settled_reason"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hours} hours of {self.get_kind_display()}"

    @property
    def program_id(self) -> Any:
        return self.enrolment.program_id

    @property
    def note(self) -> str:
        """What was done; a plain notice where the trainee was erased since."""
        if self.sealed_note is None:
            return ""
        return Sealer(self.trainee_id).unseal(bytes(self.sealed_note))
