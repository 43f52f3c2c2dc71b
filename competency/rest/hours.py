"""The hours ledger: hand in, settle, and read how far they reach."""

import base64
import binascii
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competency.accounts.models import User
from competency.foundation.errors import InvalidInput
from competency.hours import services
from competency.hours.ledger import hours_of
from competency.hours.models import HoursEntry
from competency.hours.states import HoursState
from competency.programs.access import requires
from competency.programs.models import Enrolment
from competency.programs.people import own_places, places_of, run_by
from competency.programs.roles import Permission
from competency.rest.fields import SHORT, Input, Reason, Text
from competency.rest.people import PersonSerializer
from competency.rest.views import ActView, DetailView, ListView, RestView

OPENS = requires(Permission.ATTEMPT_SIT, Permission.REVIEW_DO, Permission.PROGRAM_RUN)
HANDS_IN = requires(Permission.ATTEMPT_SIT, Permission.PROGRAM_RUN)
SETTLES = requires(Permission.REVIEW_DO, Permission.PROGRAM_RUN)


class HoursSerializer(serializers.ModelSerializer[HoursEntry]):
    trainee = PersonSerializer(read_only=True)
    settled_by = PersonSerializer(read_only=True)
    note = serializers.CharField(read_only=True)

    class Meta:
        model = HoursEntry
        fields = (
            *("id", "enrolment", "trainee", "kind", "module", "hours", "on", "note"),
            *("evidence_name", "state", "settled_by", "settled_at", "settled_reason"),
        )
        read_only_fields = fields


class HoursLineSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    required = serializers.DecimalField(  # type: ignore[assignment]
        max_digits=8, decimal_places=2
    )
    approved = serializers.DecimalField(max_digits=8, decimal_places=2)
    waiting = serializers.DecimalField(max_digits=8, decimal_places=2)
    met = serializers.BooleanField()


class HoursRecordSerializer(serializers.Serializer[Any]):
    """How far a trainee's hours reach; `verified` once a director confirmed the profile."""

    profile = serializers.CharField()
    version = serializers.IntegerField()
    verified = serializers.BooleanField()
    met = serializers.BooleanField()
    training = HoursLineSerializer()
    practicum = HoursLineSerializer()
    consultation = HoursLineSerializer()
    modules = HoursLineSerializer(many=True)


class HoursGiven(Input):
    """Hours of one kind; `evidence` is a PDF, PNG or JPEG file in base64."""

    kind = serializers.ChoiceField(HoursEntry.Kind.choices)
    module = Text(max_length=40, required=False)
    hours = Text(max_length=10)
    on = serializers.DateField()
    note = Text(required=False)
    evidence = Text(max_length=7_000_000, required=False)
    evidence_name = Text(max_length=SHORT, required=False)


class HoursFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=HoursState.choices)
    kind = django_filters.ChoiceFilter(choices=HoursEntry.Kind.choices)
    trainee = django_filters.UUIDFilter(field_name="trainee_id")


class SeesHours(RestView):
    policy = OPENS
    model: Any = HoursEntry
    shows: Any = HoursSerializer

    def rows(self, person: User) -> QuerySet[Any]:
        rows = HoursEntry.objects.visible_to(person).defer("sealed_evidence")
        return rows.select_related("trainee", "settled_by", "enrolment__cohort")


class HoursList(SeesHours, ListView):
    """One's own hours, and those that one settles."""

    filterset_class = HoursFilter


class HoursDetail(SeesHours, DetailView):
    """One entry, and what became of it."""


def _places(person: User) -> QuerySet[Enrolment]:
    runs = places_of(run_by(person).order_by())
    return (own_places(person) | runs).distinct()


class SubmitHours(RestView):
    """Hand in hours for one's own place, or as a director for a trainee's."""

    policy = HANDS_IN
    model: Any = Enrolment
    shows: Any = HoursSerializer
    takes = HoursGiven
    success = 201
    conflicts = True
    pagination_class = None

    def rows(self, person: User) -> QuerySet[Any]:
        return _places(person)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        place, given = get_object_or_404(self.get_queryset(), pk=kwargs["pk"]), self.given()
        try:
            content = base64.b64decode(given.pop("evidence", ""), validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidInput({"evidence": "This is not base64."}) from error
        entry = services.submit_hours(place, **given, evidence=content, by=self.person)
        return self.shown(entry)


class HoursRecord(DetailView):
    """How far the hours of one place reach, those of earlier places on the way included."""

    policy = HANDS_IN
    model: Any = Enrolment
    shows: Any = HoursRecordSerializer

    def rows(self, person: User) -> QuerySet[Any]:
        return _places(person)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        place = self.get_object()
        return self.shown(hours_of([place])[place.pk])


class ActsOnHours(SeesHours, ActView):
    policy = SETTLES


class ApproveHours(ActsOnHours):
    """Approve, by name. Nobody approves their own."""

    def act(self, subject: HoursEntry, **given: Any) -> None:
        services.approve_hours(subject, by=self.person)


class ReturnHours(ActsOnHours):
    """Return with a reason; corrected, they are handed in anew."""

    takes = Reason

    def act(self, subject: HoursEntry, **given: Any) -> None:
        services.return_hours(subject, **given, by=self.person)


class WithdrawHours(ActsOnHours):
    """Take back what one handed in, or was handed in for one, and nobody settled yet."""

    policy = HANDS_IN

    def rows(self, person: User) -> QuerySet[Any]:
        return super().rows(person).filter(Q(trainee=person) | Q(submitted_by=person))

    def act(self, subject: HoursEntry, **given: Any) -> None:
        services.withdraw_hours(subject, by=self.person)


class StrikeHours(ActsOnHours):
    """Strike out what was approved by mistake. It counts no more."""

    policy = requires(Permission.PROGRAM_RUN)
    takes = Reason

    def act(self, subject: HoursEntry, **given: Any) -> None:
        services.strike_hours(subject, **given, by=self.person)
