"""Where a program wants to be told of events, and each event on its way there."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from competency.foundation.models import BaseModel, Stateful, known_state, state_field
from competency.foundation.states import Transitions
from competency.foundation.triggers import FollowsTable
from competency.programs.models import Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.webhooks.states import DELIVERY, WAITING, DeliveryState

PERSON: Any = settings.AUTH_USER_MODEL


class Event(models.TextChoices):
    """What a program can be told of."""

    SUBMISSION_MARKED = "submission.marked", _("A response was marked")
    DECISION_RATIFIED = "decision.ratified", _("A decision was ratified")
    CERTIFICATE_ISSUED = "certificate.issued", _("A certificate was issued")
    CERTIFICATE_REVOKED = "certificate.revoked", _("A certificate was revoked")
    CERTIFICATE_EXPIRING = "certificate.expiring", _("A certificate expires soon")
    REPORT_READY = "report.ready", _("A report is ready")


class Stopped(models.TextChoices):
    """Why nothing is sent to an endpoint."""

    PERSON = "person", _("Switched off")
    FAILING = "failing", _("Switched off after failing for days")
    GONE = "gone", _("Switched off because it answered that it is gone")


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def run_by(self, person: Any) -> "EndpointQuerySet":
        """Those of programs this person runs."""
        return self.filter(program__in=programs_where(person, Permission.PROGRAM_RUN))

    def in_use(self) -> "EndpointQuerySet":
        return self.filter(stopped="")


class Endpoint(BaseModel):
    """An address that is told of chosen events. Its secret is sealed, see `runs.secrets_of`."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="webhooks")
    url = models.CharField(max_length=500)
    note = models.CharField(max_length=120, blank=True)
    events = ArrayField(models.CharField(max_length=40, choices=Event))
    sealed_secret = models.BinaryField()
    sealed_previous = models.BinaryField(null=True)
    previous_until = models.DateTimeField(null=True)
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    stopped = models.CharField(max_length=10, choices=Stopped, blank=True)
    stopped_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = "webhook"
        constraints = [
            models.CheckConstraint(
                condition=Q(events__contained_by=Event.values, events__len__gt=0),
                name="endpoint_known_events",
            ),
            models.CheckConstraint(
                condition=Q(sealed_previous=None, previous_until=None)
                | Q(sealed_previous__isnull=False, previous_until__isnull=False),
                name="endpoint_previous_secret_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(stopped="", stopped_at=None)
                | Q(stopped__in=Stopped.values, stopped_at__isnull=False),
                name="endpoint_stopped_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def run_by(self, person: Any) -> "DeliveryQuerySet":
        programs = programs_where(person, Permission.PROGRAM_RUN)
        return self.filter(endpoint__program__in=programs)

    def with_last_try(self) -> "DeliveryQuerySet":
        """With what the last request brought: `last_status`, or `last_error` in words."""
        tries = Try.objects.filter(delivery=OuterRef("pk")).order_by("-number")
        return self.annotate(
            last_status=Subquery(tries.values("status")[:1]),
            last_error=Subquery(tries.values("error")[:1]),
        )

    def waiting(self) -> "DeliveryQuerySet":
        return self.filter(state__in=WAITING)


class Delivery(Stateful):
    """One event for one endpoint: there is never a second row for it. Its key is the message's id,
    so that a receiver knows a repeat. `next_at` is when it is tried, and a lease while it is."""

    transitions: ClassVar[Transitions] = DELIVERY

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40, choices=Event)
    subject_id = models.UUIDField()
    occasion = models.CharField(max_length=60, blank=True)
    occurred_at = models.DateTimeField()
    state = state_field(DeliveryState, DeliveryState.DUE)
    tries = models.PositiveSmallIntegerField(default=0)
    tries_before = models.PositiveSmallIntegerField(default=0, help_text="Before it was replayed.")
    next_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state__in=WAITING), name="delivery_waiting"
            ),
            models.Index(fields=["endpoint", "-created_at", "id"], name="delivery_latest"),
        ]
        constraints = [
            known_state(DeliveryState, "delivery_known_state"),
            models.UniqueConstraint(
                fields=["endpoint", "event", "subject_id", "occasion"], name="delivery_once"
            ),
            models.CheckConstraint(
                condition=Q(event__in=Event.values), name="delivery_known_event"
            ),
            models.CheckConstraint(
                condition=Q(state__in=WAITING, next_at__isnull=False)
                | ~Q(state__in=WAITING) & Q(next_at=None),
                name="delivery_waits_until",
            ),
        ]
        triggers = [FollowsTable(DELIVERY)]

    def __str__(self) -> str:
        return f"{self.event} to {self.endpoint_id}"

    @property
    def program_id(self) -> UUID:
        return self.endpoint.program_id

    @property
    def message_id(self) -> str:
        return f"msg_{self.pk.hex}"


class Try(BaseModel):
    """One request and what came back; heads alone, shortened."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries_made")
    number = models.PositiveSmallIntegerField()
    request_head = models.TextField()
    status = models.PositiveSmallIntegerField(null=True)
    response_head = models.TextField(blank=True)
    error = models.CharField(max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "tries"
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="try_once"),
            models.CheckConstraint(
                condition=Q(status=None) & ~Q(error="") | Q(status__isnull=False, error=""),
                name="try_answered_or_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.status or self.error}"
