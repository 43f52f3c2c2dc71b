"""The Standard a trainee is judged by, and the decision a named person ratifies."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT

from competency.decisions.states import DECISION, DecisionState, Outcome, Referral
from competency.foundation.models import BaseModel, Stateful, known_state, state_field
from competency.foundation.states import Transitions
from competency.foundation.triggers import FollowsTable, Frozen
from competency.frameworks.models import Content, content_constraints
from competency.frameworks.versions import (
    Version,
    part_of,
    version_constraints,
    version_triggers,
)
from competency.programs.models import Enrolment
from competency.programs.policies import in_reach, programs_where
from competency.programs.roles import Permission

PERSON: Any = settings.AUTH_USER_MODEL


def level_field(**options: Any) -> "models.DecimalField[Any, Any]":
    """A number on the level scale, or an error on that scale."""
    return models.DecimalField(max_digits=6, decimal_places=4, **options)


def probability_field(**options: Any) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(max_digits=7, decimal_places=6, **options)


class SittingMode(models.TextChoices):
    INVIGILATED = "invigilated", "Invigilated"
    UNSUPERVISED = "unsupervised", "Not invigilated"


class Standard(Content):
    """A body's policy on when a trainee is competent."""

    class Meta:
        constraints = content_constraints("standard")


class StandardVersion(Version):
    """One frozen statement of the policy, cut scores and all."""

    owner_path = "standard__owner"
    shared_path = "standard__shared"

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="versions")
    pilot = models.BooleanField(default=True)
    formative = models.BooleanField(default=False)
    status_note = models.TextField(blank=True)
    required_reviews = models.PositiveSmallIntegerField(default=2)
    cut = level_field()
    cut_error = level_field(default=0)
    cut_method = models.TextField()
    keyed_cut = probability_field()
    competent_at = probability_field(default="0.95")
    not_yet_at = probability_field(default="0.05")
    variance_components = models.JSONField(null=True, blank=True)
    resit_days = models.PositiveSmallIntegerField(default=30)
    resit_limit = models.PositiveSmallIntegerField(default=3)
    appeal_days = models.PositiveSmallIntegerField(default=30)
    validity_months = models.PositiveSmallIntegerField(default=24)
    rehearsal_seconds = models.PositiveSmallIntegerField(
        null=True, help_text="In a rehearsal certificates hold so long, instead of months."
    )
    minutes = models.PositiveSmallIntegerField()
    pause_minutes = models.PositiveSmallIntegerField(default=0)
    grace_seconds = models.PositiveSmallIntegerField(default=60)
    sitting_mode = models.CharField(max_length=20, choices=SittingMode)

    class Meta:
        constraints = [
            *version_constraints("standardversion", "standard"),
            models.CheckConstraint(
                condition=Q(cut__gte=1, cut__lte=4), name="standardversion_cut_1_to_4"
            ),
            models.CheckConstraint(
                condition=Q(keyed_cut__gte=0, keyed_cut__lte=1),
                name="standardversion_keyed_cut_share",
            ),
            models.CheckConstraint(
                condition=Q(
                    not_yet_at__gte=0,
                    not_yet_at__lt=F("competent_at"),
                    competent_at__lte=1,
                ),
                name="standardversion_thresholds_ordered",
            ),
            models.CheckConstraint(
                condition=Q(required_reviews__gte=1),
                name="standardversion_some_reviews",
            ),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="standardversion_some_time"),
            models.CheckConstraint(
                condition=Q(validity_months__gte=1),
                name="standardversion_some_validity",
            ),
            models.CheckConstraint(
                condition=Q(rehearsal_seconds=None) | Q(rehearsal_seconds__gte=1, pilot=True),
                name="standardversion_rehearses_as_pilot",
            ),
        ]
        triggers = version_triggers()

    def __str__(self) -> str:
        return f"{self.standard.code}/{self.number}"

    @property
    def program_id(self) -> Any:
        return self.standard.owner_id


class Minimum(BaseModel):
    """The least level of one competency, whatever the composite says."""

    version = models.ForeignKey(StandardVersion, models.CASCADE, related_name="minima")
    competency_code = models.CharField(max_length=20)
    level = level_field()

    class Meta:
        verbose_name_plural = "minima"
        constraints = [
            models.UniqueConstraint(fields=["version", "competency_code"], name="minimum_once"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=4), name="minimum_level_1_to_4"
            ),
        ]
        triggers = part_of("version")

    def __str__(self) -> str:
        return f"{self.competency_code} at least {self.level}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, person: Any) -> "DecisionQuerySet":
        """Decisions of the programs that let this person see decisions; never one's own."""
        reach = in_reach(person, Permission.DECISION_VIEW, "enrolment__cohort")
        return self.filter(reach).exclude(enrolment__trainee=person)

    def in_brief(self) -> "DecisionQuerySet":
        """Without the weight of the dossier; with the title of what was assessed."""
        return self.defer("dossier").annotate(assessment_title=KT("dossier__assessment__title"))

    def with_judges(self) -> "DecisionQuerySet":
        """With the ids of whoever had a hand in the marking, out of the dossier."""
        return self.annotate(judged_by=F("dossier__judged_by"))

    def of_trainee(self, person: Any) -> "DecisionQuerySet":
        """A trainee's own decisions, once ratified; a proposal is nobody's result."""
        shown = [DecisionState.RATIFIED, DecisionState.SUPERSEDED]
        return self.filter(enrolment__trainee=person, state__in=shown)

    def waiting_for(self, person: Any) -> "DecisionQuerySet":
        """Proposals this certifier could ratify or return."""
        programs = programs_where(person, Permission.DECISION_RATIFY)
        return self.filter(
            enrolment__cohort__program__in=programs, state=DecisionState.PROPOSED
        ).exclude(enrolment__trainee=person)


class Decision(Stateful):
    """What follows for one trainee from one attempt: computed, then ratified by a person.

    The dossier is frozen with the proposal: every rule and how it was met, every version used,
    every person by role. Reports are built from dossiers alone.
    """

    transitions: ClassVar[Transitions] = DECISION

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="decisions")
    standard_version = models.ForeignKey(StandardVersion, models.PROTECT, related_name="decisions")
    attempt_id = models.UUIDField(db_index=True)
    round = models.PositiveSmallIntegerField(default=1)
    state = state_field(DecisionState, DecisionState.PROPOSED)
    outcome = models.CharField(max_length=20, choices=Outcome)
    reasons = ArrayField(models.CharField(max_length=60))
    composite = level_field(null=True)
    standard_error = level_field(null=True)
    probability = probability_field(null=True)
    dossier = models.JSONField()
    dossier_hash = models.CharField(max_length=64)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    settled_reason = models.TextField(blank=True)
    formative = models.BooleanField(default=False)
    referral = models.CharField(max_length=20, choices=Referral, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt_id", "round"], name="decision_per_round"),
            models.UniqueConstraint(
                fields=["attempt_id"],
                condition=Q(state__in=["proposed", "ratified"]),
                name="decision_one_in_force",
            ),
            known_state(DecisionState, "decision_known_state"),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="decision_known_outcome"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", settled_at=None, settled_by=None)
                | ~Q(state="proposed") & Q(settled_at__isnull=False, settled_by__isnull=False)
                | ~Q(state="proposed") & Q(settled_at__isnull=False, formative=True),
                name="decision_settled_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(referral="")
                | Q(referral__in=Referral.values, outcome="refer") & ~Q(state="proposed"),
                name="decision_referral_of_a_refer",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(settled_reason=""),
                name="decision_returned_with_reason",
            ),
            models.CheckConstraint(condition=Q(reasons__len__gte=1), name="decision_has_reasons"),
            models.CheckConstraint(
                condition=Q(round__gte=1, round__lte=20), name="decision_round_known"
            ),
        ]
        triggers = [
            FollowsTable(DECISION),
            Frozen(
                name="proposal_frozen",
                except_fields=("state", "settled_at", "settled_by", "settled_reason", "referral"),
            ),
            Frozen(
                name="settled_frozen",
                when_sql="OLD.state <> 'proposed'",
                except_fields=("state",),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} ({self.state})"

    @property
    def program_id(self) -> Any:
        return self.enrolment.program_id
