"""What waits for oneself, and what of it one wants to hear of."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competency.accounts.models import User
from competency.notifications import services
from competency.notifications.kinds import Channel, Kind
from competency.notifications.models import Muted, Notification
from competency.programs.access import signed_in
from competency.rest.fields import Input
from competency.rest.filters import TruthFilter
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    """That something waits: its kind and the key of the row. A day, not an hour."""

    on = serializers.SerializerMethodField()

    class Meta:
        model = Notification
        fields = ("id", "kind", "subject_id", "on", "read_at")
        read_only_fields = fields

    def get_on(self, row: Notification) -> date:
        return row.created_at.date()


class NotificationFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=Kind.choices)
    unread = TruthFilter(field_name="read_at", lookup_expr="isnull")


class OwnNotifications(RestView):
    policy = signed_in
    model = Notification
    shows = NotificationSerializer

    def rows(self, person: User) -> QuerySet[Notification]:
        return Notification.objects.visible_to(person).on_page()


class NotificationList(OwnNotifications, ListView):
    """One's own, newest first."""

    filterset_class = NotificationFilter


class NotificationDetail(OwnNotifications, DetailView):
    """One of one's own."""


class ReadNotification(OwnNotifications, ActView):
    """Note that one has seen it; a repeat changes nothing."""

    conflicts = False

    def act(self, subject: Notification, **given: Any) -> None:
        services.mark_read([subject], by=self.person)
        subject.refresh_from_db()


class PairSerializer(Input):
    kind = serializers.ChoiceField(Kind.choices)
    channel = serializers.ChoiceField(Channel.choices)


@extend_schema_serializer(
    examples=[
        example("No mail about reviews", {"off": [{"kind": "review.assigned", "channel": "mail"}]})
    ]
)
class ChoicesGiven(Input):
    """Exactly what is turned off; everything else is on."""

    off = PairSerializer(many=True)


class ChoicesSerializer(serializers.Serializer[Any]):
    off = PairSerializer(many=True, read_only=True)


class Choices(RestView):
    """What one has turned off, by kind and channel; PUT replaces it."""

    policy = signed_in
    model = Muted
    takes, shows = ChoicesGiven, ChoicesSerializer
    pagination_class = None

    def get(self, request: Request) -> Response:
        return self.shown({"off": self._off()})

    def put(self, request: Request) -> Response:
        off = [(pair["kind"], pair["channel"]) for pair in self.given()["off"]]
        services.choose_channels(off, by=self.person)
        return self.shown({"off": self._off()})

    def _off(self) -> list[dict[str, str]]:
        rows = Muted.objects.visible_to(self.person).order_by("kind", "channel")
        return [{"kind": row.kind, "channel": row.channel} for row in rows]
