"""Workload of a program: whose desk holds what, and when a cohort could be done."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from assessments.attempts.models import Attempt
from assessments.reviews.models import Review
from assessments.reviews.states import ReviewState
from assessments.workload import reading
from assessments.workload.handover import hand_over_desk
from competency.accounts.models import User
from competency.programs.access import requires
from competency.programs.models import Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.rest.fields import Input, Key, Text
from competency.rest.people import PersonSerializer
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView, Shows


class OutlookSerializer(serializers.Serializer[Any]):
    """Reviews still to do, and between which moments the last of them is done, four times out of
    five; null where there is not enough data."""

    cohort = serializers.UUIDField(source="cohort.pk")
    name = serializers.CharField(source="cohort.name")
    here = serializers.IntegerField(help_text="Of what is handed in.")
    to_come = serializers.IntegerField(help_text="Of what is being written.")
    soonest = serializers.DateTimeField(allow_null=True)
    latest = serializers.DateTimeField(allow_null=True)


class WorkloadSerializer(serializers.Serializer[Any]):
    """`weeks`: reviews done in each of the last weeks, the latest first."""

    program = serializers.UUIDField()
    open = serializers.IntegerField()
    soon = serializers.IntegerField(help_text="Due within two days.")
    overdue = serializers.IntegerField()
    unseated = serializers.IntegerField(help_text="Attempts for which nobody is eligible.")
    weeks = serializers.ListField(child=serializers.IntegerField())
    outlooks = OutlookSerializer(many=True)


class ReviewerSerializer(serializers.Serializer[Any]):
    """`given_up` (recused or lapsed), `done` and the median `turnaround_seconds` are of the last
    30 days."""

    id = serializers.UUIDField(source="pk")
    name = serializers.CharField()
    open = serializers.IntegerField()
    soon = serializers.IntegerField()
    overdue = serializers.IntegerField()
    done = serializers.IntegerField()
    given_up = serializers.IntegerField()
    turnaround_seconds = serializers.SerializerMethodField()

    def get_turnaround_seconds(self, person: Any) -> float | None:
        spent: timedelta | None = person.turnaround
        return spent.total_seconds() if spent is not None else None


class OpenReviewSerializer(serializers.Serializer[Any]):
    """A seat that is not judged yet. It is given to somebody else at `attempts/…/seats/`."""

    id = serializers.UUIDField()
    attempt = serializers.UUIDField(source="submission.attempt_id")
    position = serializers.IntegerField(source="submission.position")
    seat = serializers.IntegerField()
    state = serializers.ChoiceField(ReviewState.choices)
    reviewer = PersonSerializer()
    leased_until = serializers.DateTimeField()


class OpenReviewFilter(django_filters.FilterSet):
    reviewer = django_filters.UUIDFilter(field_name="reviewer_id")
    due = django_filters.ChoiceFilter(choices=[(each, each) for each in reading.DUE], method="when")

    def when(self, rows: QuerySet[Review], name: str, due: str) -> QuerySet[Review]:
        return reading.due(rows, due)


class OfProgram(RestView):
    """Addressed by a program whose reviews one oversees."""

    policy = requires(Permission.REVIEW_OVERSEE)
    shows: Shows

    def program(self) -> Program:
        programs = programs_where(self.person, Permission.REVIEW_OVERSEE)
        return get_object_or_404(programs, pk=self.kwargs["pk"])


class Workload(OfProgram, DetailView):
    """What is due and overdue in a program, and when each cohort could be done."""

    model = Program
    shows = WorkloadSerializer

    def get_object(self) -> Program:
        return self.program()

    def shown(self, subject: Program) -> Response:
        reviews = reading.open_reviews(subject, self.person)
        unseated = Attempt.objects.run_by(self.person).awaiting_reviewer()
        told = {
            "program": subject.pk,
            "open": reviews.count(),
            "soon": reading.due(reviews, "soon").count(),
            "overdue": reading.due(reviews, "overdue").count(),
            "unseated": unseated.filter(enrolment__cohort__program=subject).count(),
            "weeks": reading.done_by_week(subject),
            "outlooks": reading.outlooks(subject),
        }
        return super().shown(told)


class ReviewerLoads(OfProgram, ListView):
    """Everybody who reviews in a program, with what they hold and did."""

    model = User
    shows = ReviewerSerializer

    def rows(self, person: User) -> QuerySet[Any]:
        return reading.reviewers(self.program())


class OpenReviews(OfProgram, ListView):
    """Seats in a program that are not judged yet."""

    model = Review
    shows = OpenReviewSerializer
    filterset_class = OpenReviewFilter

    def rows(self, person: User) -> QuerySet[Review]:
        rows = reading.open_reviews(self.program(), person)
        return rows.select_related("reviewer", "submission")


@extend_schema_serializer(
    examples=[
        example(
            "On leave",
            {"reviewer": "7d444840-9dc0-41d1-b245-5ffdce74fad2", "reason": "On leave until May."},
        )
    ]
)
class WholeDesk(Input):
    reviewer = Key()
    reason = Text()


class LeftSerializer(serializers.Serializer[Any]):
    review = serializers.UUIDField(source="review.pk")
    why = serializers.CharField()


class MovedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    attempt = serializers.UUIDField(source="submission.attempt_id")
    seat = serializers.IntegerField()
    reviewer = PersonSerializer()


class HandoverSerializer(serializers.Serializer[Any]):
    """`left` found nobody and stays where it is."""

    moved = MovedSerializer(many=True)
    left = LeftSerializer(many=True)


class HandOverDesk(OfProgram, ActView):
    """Give all that a reviewer has open in a program to others, drawn by lot."""

    model = Program
    takes, shows = WholeDesk, HandoverSerializer

    def get_object(self) -> Program:
        return self.program()

    def act(self, subject: Program, **given: Any) -> Any:
        reviewer = get_object_or_404(reading.reviewers(subject), pk=given.pop("reviewer"))
        return hand_over_desk(subject, reviewer, **given, by=self.person)
