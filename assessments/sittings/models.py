"""Sittings: a window for a cohort or one person, everyone's place in it, time given beyond."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q

from assessments.attempts.models import Attempt
from assessments.instruments.models import Assessment, Form
from assessments.sittings.states import GOING, SITTING, LeftOut, SittingState
from competency.accounts.sealing import Sealer
from competency.decisions.models import SittingMode
from competency.foundation.models import BaseModel, Stateful, known_state, state_field
from competency.foundation.states import Transitions
from competency.foundation.triggers import FollowsTable, Frozen
from competency.programs.models import Cohort, Enrolment
from competency.programs.policies import in_reach, programs_where
from competency.programs.roles import Permission

PERSON: Any = settings.AUTH_USER_MODEL


class SittingQuerySet(models.QuerySet["Sitting"]):
    def visible_to(self, person: Any) -> "SittingQuerySet":
        """Those of programs that let this person see attempts by name."""
        return self.filter(in_reach(person, Permission.ATTEMPT_VIEW, "cohort"))

    def run_by(self, person: Any) -> "SittingQuerySet":
        """Those of programs this person runs."""
        programs = programs_where(person, Permission.PROGRAM_RUN)
        return self.filter(cohort__program__in=programs)

    def going(self) -> "SittingQuerySet":
        return self.filter(state__in=GOING)

    def with_progress(self) -> "SittingQuerySet":
        """With `total`, `opened`, `left_out` and `to_open`, counted from the places."""
        return self.annotate(
            total=Count("places"),
            opened=Count("places__attempt"),
            left_out=Count("places", filter=~Q(places__left_out="")),
            to_open=Count("places", filter=Q(places__settled_at=None)),
        )


class Sitting(Stateful):
    """An assessment, opened for a whole cohort, or for one person of it, during a window."""

    transitions: ClassVar[Transitions] = SITTING

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="sittings")
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, null=True, related_name="+", help_text="Of the one it is for."
    )
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="sittings")
    first_form = models.ForeignKey(
        Form, models.PROTECT, null=True, related_name="+", help_text="None: they take turns."
    )
    state = state_field(SittingState, SittingState.PLANNED)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    sitting_mode = models.CharField(max_length=20, choices=SittingMode)
    opened_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    idempotency_key = models.UUIDField(help_text="Of the press of the button that opened it.")
    cancelled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    cancelled_reason = models.TextField(blank=True)

    objects = SittingQuerySet.as_manager()

    class Meta:
        constraints = [
            known_state(SittingState, "sitting_known_state"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="sitting_window_is_open"
            ),
            models.CheckConstraint(
                condition=Q(sitting_mode__in=SittingMode.values), name="sitting_known_mode"
            ),
            models.UniqueConstraint(
                fields=["cohort", "idempotency_key"], name="sitting_opened_once"
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_by__isnull=False) & ~Q(cancelled_reason="")
                | ~Q(state="cancelled") & Q(cancelled_by=None, cancelled_reason=""),
                name="sitting_cancelled_with_reason",
            ),
        ]
        triggers = [
            FollowsTable(SITTING),
            Frozen(when_sql="OLD.state IN ('closed', 'cancelled')"),
        ]

    def __str__(self) -> str:
        return f"sitting of {self.assessment} in {self.cohort}"

    @property
    def program_id(self) -> Any:
        return self.cohort.program_id

    @property
    def is_going(self) -> bool:
        return self.state in GOING


class PlaceQuerySet(models.QuerySet["Place"]):
    def visible_to(self, person: Any) -> "PlaceQuerySet":
        """Those of other people, in programs that let this person see attempts by name."""
        reach = in_reach(person, Permission.ATTEMPT_VIEW, "sitting__cohort")
        return self.filter(reach).exclude(enrolment__trainee=person)


class Place(BaseModel):
    """One person in a sitting: an attempt once it is opened, or why there is none."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="places")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="places")
    form = models.ForeignKey(Form, models.PROTECT, null=True, related_name="+")
    attempt = models.OneToOneField(Attempt, models.PROTECT, null=True, related_name="place")
    left_out = models.CharField(max_length=20, choices=LeftOut, blank=True)
    waits_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "enrolment"], name="place_once"),
            models.CheckConstraint(
                condition=Q(left_out__in=["", *LeftOut.values]), name="place_known_reason"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, attempt=None, left_out="")
                | Q(settled_at__isnull=False, attempt__isnull=False, left_out="")
                | Q(settled_at__isnull=False, attempt=None) & ~Q(left_out=""),
                name="place_settled_one_way",
            ),
            models.CheckConstraint(
                condition=Q(waits_until=None) | Q(left_out="too_early"), name="place_waits_for_date"
            ),
        ]
        indexes = [
            models.Index(fields=["sitting"], condition=Q(settled_at=None), name="place_to_open")
        ]
        triggers = [Frozen(name="settled", when_sql="OLD.settled_at IS NOT NULL")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} in {self.sitting_id}"

    @property
    def program_id(self) -> Any:
        return self.sitting.program_id


class Extension(BaseModel):
    """More time for one attempt, or longer to begin it. Why is for directors alone, and sealed
    under the trainee's key, like that of an accommodation."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="extensions")
    extra_seconds = models.PositiveIntegerField(default=0)
    closes_at = models.DateTimeField(null=True)
    sealed_reason = models.BinaryField()
    granted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(extra_seconds__gt=0) | Q(closes_at__isnull=False),
                name="extension_gives_something",
            )
        ]
        triggers = [Frozen(name="append_only")]

    def __str__(self) -> str:
        return f"extension of {self.attempt_id}"

    @property
    def words(self) -> str:
        """Why it was given; a plain notice where the trainee was erased since."""
        return Sealer(self.attempt.enrolment.trainee_id).unseal(bytes(self.sealed_reason))

    @property
    def minutes(self) -> int:
        return self.extra_seconds // 60

    @property
    def program_id(self) -> Any:
        return self.attempt.program_id
