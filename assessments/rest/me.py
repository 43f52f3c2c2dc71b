"""Who is signed in, in which roles, and what waits for them."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.attempts.models import Attempt
from assessments.attempts.states import AttemptState
from assessments.rest.visible import (
    adjudications_of,
    harm_readings_of,
    reviews_of,
)
from assessments.reviews.states import OPEN
from competency.accounts.models import User
from competency.decisions.models import Decision
from competency.programs.access import signed_in
from competency.programs.models import Membership
from competency.rest.people import ProgramNameSerializer
from competency.rest.views import RestView


class HeldRoleSerializer(serializers.ModelSerializer[Membership]):
    program = ProgramNameSerializer(read_only=True)

    class Meta:
        model = Membership
        fields = ("program", "role", "starts_on", "ends_on")
        read_only_fields = fields


class WaitingSerializer(serializers.Serializer[Any]):
    """How many of each wait for this person to act."""

    attempts = serializers.IntegerField(help_text="To sit, open now.")
    reviews = serializers.IntegerField()
    adjudications = serializers.IntegerField()
    harm_readings = serializers.IntegerField()
    decisions = serializers.IntegerField(help_text="Proposals to ratify or return.")
    releases = serializers.IntegerField(help_text="Decided, results not released yet.")
    without_reviewer = serializers.IntegerField(
        help_text="Attempts of which something waits for somebody eligible to judge it."
    )


class MeSerializer(serializers.ModelSerializer[User]):
    roles = serializers.SerializerMethodField()
    waiting = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ("id", "name", "email", "timezone", "roles", "waiting")
        read_only_fields = fields

    @extend_schema_field(HeldRoleSerializer(many=True))
    def get_roles(self, person: User) -> Any:
        held = Membership.objects.current().of(person).select_related("program")
        return HeldRoleSerializer(held.order_by("program__name", "role"), many=True).data

    @extend_schema_field(WaitingSerializer)
    def get_waiting(self, person: User) -> Any:
        return {kind: rows.count() for kind, rows in waiting_for(person).items()}


def waiting_for(person: User) -> dict[str, QuerySet[Any]]:
    """The rows that wait for this person, by kind."""
    now = timezone.now()
    own, run = Attempt.objects.of_trainee(person), Attempt.objects.run_by(person)
    openable = own.filter(state=AttemptState.ASSIGNED, opens_at__lte=now, closes_at__gte=now)
    return {
        "attempts": openable | own.filter(state=AttemptState.IN_PROGRESS),
        "reviews": reviews_of(person).filter(state__in=OPEN),
        "adjudications": adjudications_of(person).filter(completed_at=None),
        "harm_readings": harm_readings_of(person).filter(judged_at=None),
        "decisions": Decision.objects.waiting_for(person),
        "releases": run.to_release(),
        "without_reviewer": run.awaiting_reviewer(),
    }


class Me(RestView):
    """One's own account, the roles one holds today, and what waits for one."""

    policy = signed_in
    model = User
    shows = MeSerializer
    pagination_class = None

    def get(self, request: Request) -> Response:
        return self.shown(self.person)
