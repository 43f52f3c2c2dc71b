"""Programs, the bodies that certify, and who belongs to them from when to when."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from competency.accounts.models import validate_timezone
from competency.accounts.sealing import Sealer
from competency.foundation.models import BaseModel, Stateful, known_state, state_field
from competency.foundation.triggers import FollowsTable, Frozen
from competency.programs.dated import DatedQuerySet, dated, only_ends
from competency.programs.roles import OF_A_COHORT, Area, Permission, Role, granted
from competency.programs.states import COHORT, HELD, OVER, PLACE, CohortState, PlaceState

PERSON: Any = settings.AUTH_USER_MODEL


class Issuer(BaseModel):
    """The body that certifies. It need not be the body that trains (ISO/IEC 17024)."""

    name = models.CharField(max_length=200, unique=True)
    url = models.URLField()
    email = models.EmailField()

    def __str__(self) -> str:
        return self.name


class ProgramQuerySet(models.QuerySet["Program"]):
    def visible_to(self, person: Any) -> "ProgramQuerySet":
        """Programs in which this person holds any role today."""
        return self.filter(pk__in=Membership.objects.current().of(person).values("program"))


class Program(BaseModel):
    """A training program: the tenant. Nothing is visible across programs without a role."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="programs")
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    approval_number = models.CharField(max_length=80, blank=True)

    objects = ProgramQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def program_id(self) -> Any:
        return self.pk


PLACE_CHANGES = ("trainee_number", "state", "ended_on", "sealed_reason")
COHORT_CHANGES = ("name", "starts_on", "ends_on", "state")


class Cohort(Stateful):
    """Trainees who go through the program together. Into a closed one nobody comes any more."""

    transitions = COHORT

    program = models.ForeignKey(Program, models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    state = state_field(CohortState, CohortState.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "name"], name="cohort_unique"),
            known_state(CohortState, "cohort_known_state"),
            *dated("cohort"),
        ]
        triggers = [FollowsTable(COHORT), Frozen(name="stays", except_fields=COHORT_CHANGES)]

    def __str__(self) -> str:
        return self.name


def scoped(prefix: str, role: Q, ends_on: str) -> list[models.CheckConstraint]:
    """Who audits has a scope in words, an end, and named areas; nobody else has any."""
    whole = Q(**{f"{ends_on}__isnull": False}, areas__contained_by=Area.values, areas__len__gt=0)
    nothing = Q(areas=[], cohort=None)
    return [
        models.CheckConstraint(
            condition=~role | whole & ~Q(scope=""), name=f"{prefix}_auditor_has_scope_and_end"
        ),
        models.CheckConstraint(condition=role | nothing, name=f"{prefix}_areas_are_an_auditors"),
        models.CheckConstraint(
            condition=Q(cohort=None) | Q(areas__contained_by=OF_A_COHORT),
            name=f"{prefix}_cohort_has_records_only",
        ),
    ]


class MembershipQuerySet(DatedQuerySet):
    def current(self, on: date | None = None) -> "MembershipQuerySet":
        found: MembershipQuerySet = super().current(on).filter(withdrawn_at=None)
        return found

    def of(self, person: Any) -> "MembershipQuerySet":
        return self.filter(person=person)


class Membership(BaseModel):
    """One person's one role in one program, from a day to a day: ended, never deleted."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    scope = models.CharField(max_length=200, blank=True, help_text="An auditor's mandate.")
    areas = ArrayField(
        models.CharField(max_length=20, choices=Area), default=list, blank=True,
        help_text="What an auditor may see.",
    )  # fmt: skip
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="audits",
        help_text="The only one that an auditor may see; empty: the whole program.",
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(null=True, help_text="Closed at once, before its last day.")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "person", "role"],
                condition=Q(ends_on=None),
                name="membership_one_open_per_role",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_known_role"),
            *scoped("membership", Q(role=Role.AUDITOR), "ends_on"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(role=Role.AUDITOR),
                name="membership_withdrawn_from_auditors",
            ),
            *dated("membership"),
        ]
        triggers = [
            *only_ends("withdrawn_at"),
            Frozen(name="stays_closed", when_sql="OLD.withdrawn_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.role}"

    @property
    def grants(self) -> frozenset[Permission]:
        """What it lets its holder do; an auditor of one cohort, there alone."""
        return granted(self.role, self.areas)

    @property
    def area_names(self) -> list[str]:
        return [str(area.label) for area in Area if area in self.areas]


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def held(self) -> "EnrolmentQuerySet":
        """Places that are not over: in training, or on leave."""
        return self.filter(state__in=HELD)


class Enrolment(Stateful):
    """A trainee's place in a cohort, and so in its program.

    A transfer ends one place and begins another. What was sat and decided stays with the place
    where it was; `came_from` leads back to it, and all places of one such way share their `line`.
    """

    transitions = PLACE

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="enrolments")
    trainee = models.ForeignKey(PERSON, models.PROTECT, related_name="enrolments")
    trainee_number = models.CharField(max_length=40)
    state = state_field(PlaceState, PlaceState.ACTIVE)
    line = models.UUIDField(default=uuid4, db_index=True, editable=False)
    came_from = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="went_to", editable=False
    )
    ended_on = models.DateField(null=True)
    sealed_reason = models.BinaryField(null=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "trainee"], condition=Q(state__in=HELD), name="enrolment_unique"
            ),
            models.UniqueConstraint(
                fields=["cohort", "trainee_number"],
                condition=Q(state__in=HELD),
                name="enrolment_number_unique",
            ),
            known_state(PlaceState, "enrolment_known_state"),
            models.CheckConstraint(
                condition=~Q(state__in=OVER) & Q(ended_on=None, sealed_reason=None)
                | Q(state__in=OVER, ended_on__isnull=False, sealed_reason__isnull=False),
                name="enrolment_ended_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(came_from=F("pk")), name="enrolment_came_from_another"
            ),
        ]
        triggers = [
            FollowsTable(PLACE),
            Frozen(name="place", except_fields=PLACE_CHANGES),
            Frozen(name="over", when_sql="OLD.ended_on IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.trainee} in {self.cohort}"

    @property
    def program_id(self) -> Any:
        return self.cohort.program_id

    @property
    def why_over(self) -> str:
        """Why it ended, for directors; empty while it is held, a notice after an erasure."""
        if self.sealed_reason is None:
            return ""
        return Sealer(self.trainee_id).unseal(bytes(self.sealed_reason))
