"""Suspected breaches: opened from an attempt or a review, closed by somebody else."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from assessments.attempts.models import Attempt
from assessments.reviews.models import Review
from assessments.workflow.services import close_case
from competency.accounts.models import User
from competency.cases.models import Case
from competency.cases.services import open_case
from competency.programs.access import requires
from competency.programs.roles import Permission
from competency.rest.fields import Input, Text
from competency.rest.filters import TruthFilter
from competency.rest.people import PersonSerializer
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView


class CaseSerializer(serializers.ModelSerializer[Case]):
    program = serializers.UUIDField(source="program_id", read_only=True)
    trainee = PersonSerializer(source="enrolment.trainee", read_only=True)
    opened_by = PersonSerializer(read_only=True)
    closed_by = PersonSerializer(read_only=True, allow_null=True)
    finding = serializers.ChoiceField(Case.Finding.choices, allow_null=True, read_only=True)

    class Meta:
        model = Case
        fields = (
            "id",
            "program",
            "trainee",
            "attempt_id",
            "kind",
            "grounds",
            "opened_by",
            "created_at",
            "closed_at",
            "closed_by",
            "finding",
            "finding_reason",
        )
        read_only_fields = fields

    def to_representation(self, instance: Case) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        return shown | {"finding": instance.finding or None}


class CaseFilter(django_filters.FilterSet):
    program = django_filters.UUIDFilter(field_name="enrolment__cohort__program_id")
    attempt = django_filters.UUIDFilter(field_name="attempt_id")
    open = TruthFilter(field_name="closed_at", lookup_expr="isnull")


class SeesCases(RestView):
    policy = requires(Permission.PROGRAM_RUN, Permission.DECISION_RATIFY)
    model = Case
    shows = CaseSerializer

    def rows(self, person: User) -> QuerySet[Case]:
        return Case.objects.visible_to(person).select_related(
            "enrolment__trainee", "enrolment__cohort", "opened_by", "closed_by"
        )


class CaseList(SeesCases, ListView):
    """Cases of one's programs, newest first."""

    filterset_class = CaseFilter


class CaseDetail(SeesCases, DetailView):
    """One case."""


@extend_schema_serializer(
    examples=[example("Closed", {"finding": "not_upheld", "reason": "Both quote the manual."})]
)
class Finding(Input):
    finding = serializers.ChoiceField(Case.Finding.choices)
    reason = Text()


class CloseCase(SeesCases, ActView):
    """Close a case with a finding; the decision it held can be settled again."""

    policy = requires(Permission.PROGRAM_RUN)
    takes = Finding

    def act(self, subject: Case, **given: Any) -> None:
        close_case(subject, **given, by=self.person)


@extend_schema_serializer(
    examples=[example("Copying", {"kind": "copying", "grounds": "Two passages are alike."})]
)
class Suspicion(Input):
    kind = serializers.ChoiceField(Case.Kind.choices)
    grounds = Text()


class OpenCase(ActView):
    """Open a case about an attempt; its decision is held until the case is closed."""

    policy = requires(Permission.PROGRAM_RUN)
    model = Attempt
    takes = Suspicion
    shows = CaseSerializer
    success = 201

    def rows(self, person: User) -> QuerySet[Attempt]:
        return Attempt.objects.run_by(person).select_related("enrolment__cohort")

    def act(self, subject: Attempt, **given: Any) -> Case:
        return open_case(subject.enrolment, subject.pk, **given, by=self.person)


class ReportConcern(ActView):
    """Open a case from a review, blind as before; nothing of it is shown."""

    policy = requires(Permission.REVIEW_DO)
    model = Review
    takes = Suspicion
    shows = None
    success = 204

    def rows(self, person: User) -> QuerySet[Review]:
        return Review.objects.assigned_to(person).select_related(
            "submission__attempt__enrolment__cohort"
        )

    def act(self, subject: Review, **given: Any) -> None:
        attempt = subject.submission.attempt
        open_case(attempt.enrolment, attempt.pk, **given, by=self.person)
