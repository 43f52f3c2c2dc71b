"""Open a sitting for a cohort or one person of it, after seeing who would get what."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.instruments.models import Assessment, Form
from assessments.rest.followed import RunsSittings
from assessments.sittings.planning import Planned
from assessments.sittings.services import open_sitting, preview
from assessments.sittings.states import LeftOut
from competency.accounts.models import User
from competency.decisions.models import SittingMode
from competency.foundation.errors import InvalidInput
from competency.programs.access import requires
from competency.programs.models import Cohort, Enrolment
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.rest.enrolments import EnrolmentSerializer
from competency.rest.fields import Input, Key, Whole
from competency.rest.schema import example
from competency.rest.views import ActView, ListView, RestView
from competency.rest.visible import cohorts_visible_to, enrolments_visible_to

LAST_FORM = 1000


class InCohort(RestView):
    """Addressed by a cohort of a program that one runs."""

    policy = requires(Permission.PROGRAM_RUN)

    def cohort(self) -> Cohort:
        run = programs_where(self.person, Permission.PROGRAM_RUN)
        rows = cohorts_visible_to(self.person).filter(program__in=run).select_related("program")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def asked(self, cohort: Cohort, given: dict[str, Any]) -> dict[str, Any]:
        """Ids turned into rows. Raises InvalidInput naming those that are not there."""
        assessment = Assessment.objects.visible_to(self.person).filter(pk=given["assessment"])
        found: Assessment | None = assessment.select_related("standard_version").first()
        if found is None:
            message = "There is no such assessment in your programs."
            raise InvalidInput({"assessment": message})
        return {
            "assessment": found,
            "opens_at": given["opens_at"],
            "closes_at": given["closes_at"],
            "enrolment": _place(cohort, given.get("enrolment")),
            "first_form": _form(found, given.get("first_form")),
        }


def _place(cohort: Cohort, pk: UUID | None) -> Enrolment | None:
    found = cohort.enrolments.filter(pk=pk).first() if pk else None
    if pk and found is None:
        raise InvalidInput({"enrolment": "This person is not in the cohort."})
    return found


def _form(assessment: Assessment, number: Any) -> Form | None:
    found = assessment.forms.filter(number=number).first() if number else None
    if number and found is None:
        raise InvalidInput({"first_form": f"{assessment} has no form {number}."})
    return found


@extend_schema_serializer(
    examples=[
        example(
            "A week in March",
            {
                "assessment": "7d444840-9dc0-41d1-b245-5ffdce74fad2",
                "opens_at": "2027-03-01T08:00:00Z",
                "closes_at": "2027-03-08T20:00:00Z",
                "idempotency_key": "0b5d2f0e-3c57-4a53-9d2c-6d4f2b9b6a11",
            },
        )
    ]
)
class OpeningGiven(Input):
    """What is opened, and when it can be begun. Without `enrolment` the whole cohort is meant,
    without `first_form` those who sit for the first time get the forms in turn."""

    assessment = Key()
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    enrolment = Key(required=False)
    first_form = Whole(required=False, min_value=1, max_value=LAST_FORM)
    sitting_mode = serializers.ChoiceField(SittingMode.choices, required=False)
    idempotency_key = Key(
        required=False, help_text="Asked again with the same key, the same sitting is returned."
    )


class OpenSitting(InCohort, RunsSittings, ActView):
    """Open an assessment for everybody in a cohort, or for one person of it."""

    takes = OpeningGiven
    success = 201

    def get_object(self) -> Cohort:
        return self.cohort()

    def act(self, subject: Cohort, **given: Any) -> Any:
        return open_sitting(
            subject,
            **self.asked(subject, given),
            sitting_mode=given.get("sitting_mode", ""),
            idempotency_key=given.get("idempotency_key"),
            by=self.person,
        )


class PlannedSerializer(serializers.Serializer[Any]):
    """What one person would get: the number of a form, or why nothing, and from when it could
    be. `asked_first`: the privacy notice has to be accepted before the clock starts."""

    id = serializers.UUIDField(source="enrolment.pk")
    enrolment = EnrolmentSerializer()
    form = serializers.IntegerField(source="form.number", default=None, allow_null=True)
    resit = serializers.BooleanField()
    left_out = serializers.ChoiceField(LeftOut.choices, allow_null=True)
    waits_until = serializers.DateTimeField(allow_null=True)
    accommodated = serializers.BooleanField()
    asked_first = serializers.BooleanField()


class PreviewFilter(django_filters.FilterSet):
    """The question itself: nobody is left out of the answer."""

    assessment = django_filters.UUIDFilter(method="asked", required=True)
    opens_at = django_filters.IsoDateTimeFilter(method="asked", required=True)
    closes_at = django_filters.IsoDateTimeFilter(method="asked", required=True)
    enrolment = django_filters.UUIDFilter(method="asked")
    first_form = django_filters.NumberFilter(
        method="asked", min_value=1, max_value=LAST_FORM, decimal_places=0
    )

    def asked(self, rows: QuerySet[Enrolment], name: str, value: Any) -> QuerySet[Enrolment]:
        return rows


class PreviewSitting(InCohort, ListView):
    """What each person of a cohort would get if this were opened; nothing happens."""

    model = Enrolment
    shows = PlannedSerializer
    filterset_class = PreviewFilter
    conflicts = True
    planned: dict[UUID, Planned]

    def rows(self, person: User) -> QuerySet[Enrolment]:
        return enrolments_visible_to(person).filter(pk__in=self.planned)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        cohort = self.cohort()
        self.check_query(request)
        question = PreviewFilter(request.query_params, queryset=Enrolment.objects.none()).form
        if not question.is_valid():
            raise ValidationError(dict(question.errors))
        asked = self.asked(cohort, question.cleaned_data)
        self.planned = {row.enrolment.pk: row for row in preview(cohort, **asked, by=self.person)}
        return self.list(request, *args, **kwargs)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        rows = [self.planned[row.pk] for row in args[0]] if args else []
        return PlannedSerializer(rows, many=True, context=self.get_serializer_context())
