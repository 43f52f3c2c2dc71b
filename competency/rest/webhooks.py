"""Webhooks of a program, and what became of each event."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competency.accounts.models import User
from competency.programs.access import Policies, requires
from competency.programs.models import Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.rest.fields import SHORT, Input, Text, Truth
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView
from competency.webhooks import services
from competency.webhooks.models import Delivery, Endpoint, Event, Try
from competency.webhooks.states import DeliveryState

RUNNERS = requires(Permission.PROGRAM_RUN)
ADDRESS, NOTE = 500, 120


class WebhookSerializer(serializers.ModelSerializer[Endpoint]):
    """`stopped` says why nothing is sent there; empty while it is in use."""

    events = serializers.ListField(child=serializers.ChoiceField(Event.choices), read_only=True)

    class Meta:
        model = Endpoint
        fields: tuple[str, ...] = (
            *("id", "program", "url", "note", "events", "created_at"),
            *("stopped", "stopped_at", "failing_since", "previous_until"),
        )
        read_only_fields = fields


class WebhookWithSecretSerializer(WebhookSerializer):
    """With its secret, which is told this once."""

    secret = serializers.CharField(read_only=True)

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")
        read_only_fields = fields


class Told(Input):
    url = Text(max_length=ADDRESS)
    events = serializers.ListField(
        child=serializers.ChoiceField(Event.choices), min_length=1, max_length=len(Event)
    )


@extend_schema_serializer(
    examples=[
        example(
            "Certificates",
            {
                "url": "https://records.example.edu/credence",
                "events": ["certificate.issued", "certificate.revoked"],
            },
        )
    ]
)
class WebhookGiven(Told):
    """Where to, and of what to tell; by https, and not into a private network."""

    note = Text(required=False, allow_blank=True, max_length=NOTE)


@extend_schema_serializer(
    examples=[
        example(
            "Off for now",
            {
                "url": "https://records.example.edu/credence",
                "events": ["certificate.issued"],
                "note": "",
                "in_use": False,
            },
        )
    ]
)
class WebhookChanged(Told):
    """Everything that is told of it, as it should stand."""

    note = Text(allow_blank=True, max_length=NOTE)
    in_use = Truth()


class TrySerializer(serializers.ModelSerializer[Try]):
    class Meta:
        model = Try
        fields = ("number", "created_at", "status", "error", "milliseconds", "response_head")
        read_only_fields = fields


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """One event for one endpoint; `message` is the `webhook-id` of every try."""

    message = serializers.CharField(source="message_id", read_only=True)

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = (
            *("id", "endpoint", "message", "event", "subject_id", "occurred_at"),
            *("state", "tries", "next_at"),
        )
        read_only_fields = fields


class DeliveryInFullSerializer(DeliverySerializer):
    tries_made = serializers.SerializerMethodField()

    class Meta(DeliverySerializer.Meta):
        fields = (*DeliverySerializer.Meta.fields, "tries_made")
        read_only_fields = fields

    @extend_schema_field(TrySerializer(many=True))
    def get_tries_made(self, delivery: Delivery) -> list[dict[str, Any]]:
        rows = delivery.tries_made.order_by("-number")[:SHORT]
        return list(TrySerializer(rows, many=True).data)


class DeliveryFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=DeliveryState.choices)
    event = django_filters.ChoiceFilter(choices=Event.choices)


class RunsWebhooks(RestView):
    policy: Policies = RUNNERS
    model = Endpoint
    shows = WebhookSerializer

    def rows(self, person: User) -> QuerySet[Any]:
        return Endpoint.objects.run_by(person)


class WebhookList(RunsWebhooks, ListView):
    """The webhooks of one program; POST sets one up, and tells its secret this once."""

    takes = WebhookGiven
    success = 201
    acts = {"POST": "MakeWebhook"}

    def program(self) -> Program:
        programs = programs_where(self.person, Permission.PROGRAM_RUN)
        return get_object_or_404(programs, pk=self.kwargs["pk"])

    def rows(self, person: User) -> QuerySet[Any]:
        return super().rows(person).filter(program=self.program())

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        program = self.program()
        endpoint, secret = services.make_endpoint(program, **self.given(), by=self.person)
        return Response({**WebhookSerializer(endpoint).data, "secret": secret}, status=201)


class WebhookDetail(RunsWebhooks, DetailView):
    """One webhook."""


class ChangeWebhook(RunsWebhooks, ActView):
    """Another address, other events, on or off."""

    takes = WebhookChanged

    def act(self, subject: Endpoint, **given: Any) -> None:
        services.change_endpoint(subject, **given, by=self.person)


class RotateSecret(RunsWebhooks, ActView):
    """A new secret, told this once; for a day the earlier one signs as well."""

    shows = WebhookWithSecretSerializer
    conflicts = False

    def act(self, subject: Endpoint, **given: Any) -> Any:
        secret = services.rotate_secret(subject, by=self.person)
        subject.secret = secret  # type: ignore[attr-defined]
        return subject


class SeesDeliveries(RestView):
    policy: Policies = RUNNERS
    model = Delivery
    shows = DeliverySerializer

    def rows(self, person: User) -> QuerySet[Any]:
        return Delivery.objects.run_by(person)


class DeliveryList(SeesDeliveries, ListView):
    """What was sent to one webhook, or waits to be."""

    filterset_class = DeliveryFilter

    def rows(self, person: User) -> QuerySet[Any]:
        endpoint = get_object_or_404(Endpoint.objects.run_by(person), pk=self.kwargs["pk"])
        return super().rows(person).filter(endpoint=endpoint)


class DeliveryDetail(SeesDeliveries, DetailView):
    """One event on its way, with every try."""

    shows = DeliveryInFullSerializer


class ReplayDelivery(SeesDeliveries, ActView):
    """Send it again, under the same id."""

    def act(self, subject: Delivery, **given: Any) -> None:
        services.replay(subject, by=self.person)
