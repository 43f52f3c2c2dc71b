"""Directors open an assessment for a trainee."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.attempts import services
from assessments.attempts.models import Attempt
from assessments.instruments.models import Assessment, Form
from assessments.rest.attempts import AttemptSerializer, with_names
from competency.accounts.models import User
from competency.foundation.errors import InvalidInput
from competency.programs.access import requires
from competency.programs.models import Enrolment
from competency.programs.roles import Permission
from competency.rest.fields import Input, Key, Whole
from competency.rest.schema import example
from competency.rest.views import RestView
from competency.rest.visible import enrolments_visible_to

A_DAY = 86_400
LAST_FORM = 1000


@extend_schema_serializer(
    examples=[
        example(
            "A sitting in March",
            {
                "assessment": "7d444840-9dc0-41d1-b245-5ffdce74fad2",
                "form": 1,
                "opens_at": "2027-03-01T08:00:00Z",
                "closes_at": "2027-03-08T20:00:00Z",
            },
        )
    ]
)
class SittingGiven(Input):
    """Which form of which assessment may be sat, and when. `extra_seconds` accommodates."""

    assessment = Key()
    form = Whole(min_value=1, max_value=LAST_FORM, default=1)
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    extra_seconds = Whole(min_value=0, max_value=A_DAY, default=0)


class AssignAttempt(RestView):
    """Open an assessment for the trainee of this place."""

    policy = requires(Permission.PROGRAM_RUN)
    model = Enrolment
    takes, shows = SittingGiven, AttemptSerializer
    success = 201
    pagination_class = None

    def rows(self, person: User) -> QuerySet[Enrolment]:
        return enrolments_visible_to(person).select_related("trainee", "cohort")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        enrolment, given = self.get_object(), self.given()
        assessment = self.assessment(given.pop("assessment"))
        form = _form(assessment, given.pop("form"))
        attempt = services.assign_attempt(enrolment, assessment, form, **given, by=self.person)
        return self.shown(
            get_object_or_404(with_names(Attempt.objects.run_by(self.person)), pk=attempt.pk)
        )

    def assessment(self, pk: object) -> Assessment:
        found: Assessment | None = Assessment.objects.visible_to(self.person).filter(pk=pk).first()
        if found is None:
            raise InvalidInput({"assessment": "There is no such assessment in your programs."})
        return found


def _form(assessment: Assessment, number: int) -> Form:
    found = assessment.forms.filter(number=number).first()
    if found is None:
        raise InvalidInput({"form": f"{assessment} has no form {number}."})
    return found
