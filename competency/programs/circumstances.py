"""What holds of a place for a while, leave, supervision, more time; and who may not judge whom."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from competency.accounts.sealing import Sealer
from competency.foundation.models import BaseModel
from competency.programs.dated import DatedQuerySet, dated, only_ends
from competency.programs.models import Enrolment, Program

PERSON: Any = settings.AUTH_USER_MODEL


class Leave(BaseModel):
    """A trainee's time away from the program. Why is sealed, as with an accommodation."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="leaves")
    starts_on = models.DateField()
    expected_on = models.DateField(null=True, help_text="When the trainee means to be back.")
    ends_on = models.DateField(null=True)
    sealed_reason = models.BinaryField()
    granted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "leave of absence"
        verbose_name_plural = "leaves of absence"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(ends_on=None), name="leave_one_open"
            ),
            models.CheckConstraint(
                condition=Q(expected_on=None) | Q(expected_on__gt=F("starts_on")),
                name="leave_back_after_start",
            ),
            *dated("leave"),
        ]
        triggers = only_ends()

    def __str__(self) -> str:
        return f"leave of {self.enrolment_id}"

    @property
    def words(self) -> str:
        """Why; a plain notice where the trainee was erased since."""
        return Sealer(self.enrolment.trainee_id).unseal(bytes(self.sealed_reason))

    @property
    def program_id(self) -> Any:
        return self.enrolment.program_id


class Placement(BaseModel):
    """A trainee's own supervisor, who therefore never judges that trainee."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="placements")
    supervisor = models.ForeignKey(PERSON, models.PROTECT, related_name="placements")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "supervisor"],
                condition=Q(ends_on=None),
                name="placement_one_open",
            ),
            *dated("placement"),
        ]

    def __str__(self) -> str:
        return f"{self.supervisor} supervises {self.enrolment}"

    @property
    def program_id(self) -> Any:
        return self.enrolment.program_id


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def standing(self) -> "ConflictQuerySet":
        """Declared, and not taken back since."""
        return self.filter(lifted_at=None)


class Conflict(BaseModel):
    """A declared conflict of interest: these two never judge each other.

    One that was declared by mistake is lifted by a director who is neither of the two.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="conflicts")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="conflicts_declared")
    other = models.ForeignKey(PERSON, models.PROTECT, related_name="conflicts_named")
    reason = models.TextField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    lifted_reason = models.TextField(blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = "conflict of interest"
        verbose_name_plural = "conflicts of interest"
        constraints = [
            models.UniqueConstraint(
                fields=["program", "person", "other"],
                condition=Q(lifted_at=None),
                name="conflict_unique",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_reason="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_reason=""),
                name="conflict_lifted_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None) | ~Q(lifted_by=F("person")) & ~Q(lifted_by=F("other")),
                name="conflict_lifted_by_a_third",
            ),
            models.CheckConstraint(condition=~Q(person=F("other")), name="conflict_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="conflict_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.person} / {self.other}"


class Accommodation(BaseModel):
    """More time for one trainee. Why is for directors alone, and sealed under the trainee's key:
    it often speaks of health. A certificate says only that."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="accommodations")
    extra_percent = models.PositiveSmallIntegerField(default=0)
    extra_pause_minutes = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True, help_text="Only in rows from before it was sealed.")
    sealed_reason = models.BinaryField(null=True)
    granted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(ends_on=None), name="accommodation_one_open"
            ),
            models.CheckConstraint(
                condition=Q(extra_percent__gt=0) | Q(extra_pause_minutes__gt=0),
                name="accommodation_gives_something",
            ),
            models.CheckConstraint(
                condition=Q(extra_percent__lte=300), name="accommodation_at_most_fourfold"
            ),
            models.CheckConstraint(
                condition=Q(sealed_reason=None) & ~Q(reason="")
                | Q(sealed_reason__isnull=False, reason=""),
                name="accommodation_has_reason",
            ),
            *dated("accommodation"),
        ]
        triggers = only_ends()

    def __str__(self) -> str:
        return f"accommodation for {self.enrolment_id}"

    @property
    def words(self) -> str:
        """Why it was granted; a plain notice where the trainee was erased since."""
        if self.sealed_reason is None:
            return self.reason
        return Sealer(self.enrolment.trainee_id).unseal(bytes(self.sealed_reason))

    @property
    def program_id(self) -> Any:
        return self.enrolment.program_id
