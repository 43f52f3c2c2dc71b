"""Sittings and who is where in them: seen, kept open, called off, people reminded."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from assessments.attempts.models import Attempt
from assessments.rest.attempts import AssessmentNameSerializer, AttemptSerializer, with_names
from assessments.sittings.details import Detail, details_of
from assessments.sittings.following import Standing, counts, with_standing
from assessments.sittings.models import Place, Sitting
from assessments.sittings.moving import move_sitting
from assessments.sittings.nudges import ASKED, nudge
from assessments.sittings.services import (
    MOST_MINUTES,
    cancel_sitting,
    extend_sitting,
    give_more_time,
)
from assessments.sittings.states import LeftOut, SittingState
from competency.accounts.models import User
from competency.programs.access import requires
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.rest.enrolments import EnrolmentSerializer
from competency.rest.fields import Input, Key, Reason, Text, Whole
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView, Shows

OF_SITTING = ("assessment", "cohort__program", "first_form")


class SittingSerializer(serializers.ModelSerializer[Sitting]):
    """`zone` is the program's. `to_open` counts places whose attempt is still being made."""

    program = serializers.UUIDField(source="program_id", read_only=True)
    assessment = AssessmentNameSerializer(read_only=True)
    zone = serializers.CharField(source="cohort.program.timezone", read_only=True)
    first_form = serializers.IntegerField(
        source="first_form.number", read_only=True, allow_null=True, default=None
    )
    total = serializers.IntegerField(read_only=True)
    opened = serializers.IntegerField(read_only=True)
    left_out = serializers.IntegerField(read_only=True)
    to_open = serializers.IntegerField(read_only=True)

    class Meta:
        model = Sitting
        fields: tuple[str, ...] = (
            "id",
            "program",
            "cohort",
            "enrolment",
            "assessment",
            "state",
            "opens_at",
            "closes_at",
            "zone",
            "sitting_mode",
            "first_form",
            "total",
            "opened",
            "left_out",
            "to_open",
            "cancelled_reason",
        )
        read_only_fields = fields


class SittingDetailSerializer(SittingSerializer):
    """With how many people are where."""

    people = serializers.SerializerMethodField()

    class Meta(SittingSerializer.Meta):
        fields = (*SittingSerializer.Meta.fields, "people")
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
    def get_people(self, sitting: Sitting) -> Mapping[str, int]:
        person = self.context["request"].user
        return counts(Place.objects.visible_to(person).filter(sitting=sitting))


class HolderSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)


class PlaceSerializer(serializers.ModelSerializer[Place]):
    """`held_by`: the names of those who judge, for whoever oversees reviews; empty for others."""

    enrolment = EnrolmentSerializer(read_only=True)
    standing = serializers.ChoiceField(Standing.choices, read_only=True)
    form = serializers.IntegerField(
        source="form.number", read_only=True, allow_null=True, default=None
    )
    left_out = serializers.ChoiceField(LeftOut.choices, read_only=True, allow_blank=True)
    stage = serializers.SerializerMethodField()
    reviews_done = serializers.SerializerMethodField()
    reviews_required = serializers.SerializerMethodField()
    held_by = serializers.SerializerMethodField()

    class Meta:
        model = Place
        fields = (
            "id",
            "enrolment",
            "standing",
            "attempt",
            "form",
            "left_out",
            "waits_until",
            "stage",
            "reviews_done",
            "reviews_required",
            "held_by",
        )
        read_only_fields = fields

    def _told(self, place: Place) -> Detail:
        told: dict[Any, Detail] = self.context["told"]
        return told.get(place.attempt_id, Detail())

    def get_stage(self, place: Place) -> int:
        return self._told(place).stage

    def get_reviews_done(self, place: Place) -> int:
        return self._told(place).reviews

    def get_reviews_required(self, place: Place) -> int:
        return self._told(place).required

    @extend_schema_field(HolderSerializer(many=True))
    def get_held_by(self, place: Place) -> Any:
        return HolderSerializer(self._told(place).holders, many=True).data


class SittingFilter(django_filters.FilterSet):
    program = django_filters.UUIDFilter(field_name="cohort__program_id")
    cohort = django_filters.UUIDFilter(field_name="cohort_id")
    assessment = django_filters.UUIDFilter(field_name="assessment_id")
    state = django_filters.ChoiceFilter(choices=SittingState.choices)


class PlaceFilter(django_filters.FilterSet):
    standing = django_filters.ChoiceFilter(choices=Standing.choices)


class SeesSittings(RestView):
    policy = requires(Permission.ATTEMPT_VIEW)
    model = Sitting
    shows: Shows = SittingSerializer

    def rows(self, person: User) -> QuerySet[Sitting]:
        return Sitting.objects.visible_to(person).select_related(*OF_SITTING).with_progress()


class SittingList(SeesSittings, ListView):
    """Sittings of the programs whose attempts one may see."""

    filterset_class = SittingFilter


class SittingDetail(SeesSittings, DetailView):
    """One sitting, and how many people are where in it."""

    shows: Shows = SittingDetailSerializer


class PlaceList(SeesSittings, ListView):
    """Everybody in a sitting: where they are, and whom it waits for."""

    model = Place  # type: ignore[assignment]
    shows = PlaceSerializer
    filterset_class = PlaceFilter

    def rows(self, person: User) -> QuerySet[Any]:
        sitting = get_object_or_404(Sitting.objects.visible_to(person), pk=self.kwargs["pk"])
        rows = with_standing(Place.objects.visible_to(person).filter(sitting=sitting))
        return rows.select_related("enrolment__trainee", "enrolment__cohort", "form")

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        shown = args[0] if args else ()
        told = details_of([place.attempt_id for place in shown], names=self._oversees())
        return PlaceSerializer(*args, **kwargs, context={"told": told})

    def _oversees(self) -> bool:
        programs = programs_where(self.person, Permission.REVIEW_OVERSEE)
        return programs.filter(cohorts__sittings=self.kwargs["pk"]).exists()


class RunsSittings(SeesSittings):
    policy = requires(Permission.PROGRAM_RUN)
    shows: Shows = SittingDetailSerializer

    def rows(self, person: User) -> QuerySet[Sitting]:
        return Sitting.objects.run_by(person).select_related(*OF_SITTING).with_progress()

    def shown(self, subject: Any) -> Response:
        """Counted anew: an act may have changed it."""
        return super().shown(self.rows(self.person).get(pk=subject.pk))


@extend_schema_serializer(
    examples=[example("A day more", {"closes_at": "2027-03-09T20:00:00Z", "reason": "Snow."})]
)
class Longer(Input):
    closes_at = serializers.DateTimeField()
    reason = Text()


class ExtendSitting(RunsSittings, ActView):
    """Let everybody who has not begun do so until later."""

    takes = Longer

    def act(self, subject: Sitting, **given: Any) -> None:
        extend_sitting(subject, **given, by=self.person)


@extend_schema_serializer(
    examples=[
        example(
            "A week later",
            {
                "opens_at": "2027-03-08T08:00:00Z",
                "closes_at": "2027-03-15T20:00:00Z",
                "reason": "The building is closed.",
            },
        )
    ]
)
class OtherWindow(Input):
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    reason = Text()


class MoveSitting(RunsSittings, ActView):
    """Give it another window before it has opened; everybody who has a place is told."""

    takes = OtherWindow

    def act(self, subject: Sitting, **given: Any) -> None:
        move_sitting(subject, **given, by=self.person)


class CancelSitting(RunsSittings, ActView):
    """Call it off: what nobody has begun becomes void, what was begun goes on."""

    takes = Reason

    def act(self, subject: Sitting, **given: Any) -> None:
        cancel_sitting(subject, **given, by=self.person)


@extend_schema_serializer(
    examples=[example("Everybody who has not started", {"standing": "not_started"})]
)
class Asked(Input):
    """`place` names one person; without it everybody of the standing is meant."""

    standing = serializers.ChoiceField(sorted(ASKED))
    place = Key(required=False)


class ToldSerializer(serializers.Serializer[Any]):
    told = serializers.IntegerField(help_text="How many people were told.")


class AskAfter(RunsSittings, ActView):
    """Tell whoever it waits for, each of them at most once a day."""

    takes, shows = Asked, ToldSerializer

    def act(self, subject: Sitting, **given: Any) -> Any:
        pk = given.get("place")
        place = get_object_or_404(subject.places, pk=pk) if pk else None
        return {"told": nudge(subject, given["standing"], by=self.person, place=place)}

    def shown(self, subject: Any) -> Response:
        return Response(ToldSerializer(subject).data)


@extend_schema_serializer(
    examples=[
        example("A quarter of an hour", {"minutes": 15, "reason": "The network was down."}),
        example(
            "A day more to begin", {"closes_at": "2027-03-09T20:00:00Z", "reason": "A funeral."}
        ),
    ]
)
class MoreTimeGiven(Input):
    """Minutes at the clock, a later moment to begin, or both. Only directors see the reason."""

    minutes = Whole(min_value=0, max_value=MOST_MINUTES, default=0)
    closes_at = serializers.DateTimeField(required=False)
    reason = Text()


class MoreTime(ActView):
    """Give one person more minutes at the clock, longer to begin, or both."""

    policy = requires(Permission.PROGRAM_RUN)
    model = Attempt
    takes, shows = MoreTimeGiven, AttemptSerializer

    def rows(self, person: User) -> QuerySet[Attempt]:
        return with_names(Attempt.objects.run_by(person))

    def act(self, subject: Attempt, **given: Any) -> Any:
        give_more_time(subject, **given, by=self.person)
        return self.get_object()
