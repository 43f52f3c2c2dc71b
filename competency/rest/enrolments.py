"""Trainees' places in a cohort."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competency.accounts.models import User
from competency.programs import services
from competency.programs.access import Policies, requires
from competency.programs.models import Cohort, Enrolment
from competency.programs.roles import Permission
from competency.rest.fields import SHORT, Address, Input, Text
from competency.rest.people import PersonSerializer
from competency.rest.schema import example
from competency.rest.views import DetailView, ListView, RestView
from competency.rest.visible import cohorts_visible_to, enrolments_visible_to, person_with

NUMBER = 40


class EnrolmentSerializer(serializers.ModelSerializer[Enrolment]):
    program = serializers.UUIDField(source="cohort.program_id", read_only=True)
    trainee = PersonSerializer(read_only=True)

    class Meta:
        model = Enrolment
        fields = (
            *("id", "program", "cohort", "trainee", "trainee_number"),
            *("state", "ended_on", "came_from"),
        )
        read_only_fields = fields


@extend_schema_serializer(
    examples=[example("A trainee", {"email": "lena@example.org", "trainee_number": "2026-014"})]
)
class PlaceGiven(Input):
    email = Address(max_length=SHORT)
    trainee_number = Text(max_length=NUMBER)


class SeesEnrolments(RestView):
    policy: Policies = requires(Permission.ATTEMPT_VIEW)
    model = Enrolment
    shows = EnrolmentSerializer

    def rows(self, person: User) -> QuerySet[Enrolment]:
        return enrolments_visible_to(person).select_related("trainee", "cohort")


class EnrolmentList(SeesEnrolments, ListView):
    """The trainees of one cohort; POST enrols one, with the trainee's role."""

    policy = {
        "GET": requires(Permission.ATTEMPT_VIEW),
        "POST": requires(Permission.PROGRAM_RUN),
    }
    takes = PlaceGiven
    success = 201
    acts = {"POST": "Enrol"}

    def cohort(self) -> Cohort:
        return get_object_or_404(cohorts_visible_to(self.person), pk=self.kwargs["pk"])

    def rows(self, person: User) -> QuerySet[Enrolment]:
        return super().rows(person).filter(cohort=self.cohort())

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        cohort, given = self.cohort(), self.given()
        trainee = person_with(given["email"])
        number = given["trainee_number"]
        made = services.enrol(cohort, trainee, trainee_number=number, by=self.person)
        return self.shown(made)


class EnrolmentDetail(SeesEnrolments, DetailView):
    """One trainee's place."""
