"""Answers that came after time and grace, and a director's ruling on each."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from assessments.attempts.models import LateAnswer
from assessments.workflow.late import rule_on_late_answer
from competency.accounts.models import User
from competency.programs.access import requires
from competency.programs.roles import Permission
from competency.rest.fields import Input, Text, Truth
from competency.rest.filters import TruthFilter
from competency.rest.people import PersonSerializer
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView


class RulingSerializer(serializers.Serializer[Any]):
    counts = serializers.BooleanField()
    reason = serializers.CharField()
    ruled_at = serializers.DateTimeField()
    ruled_by = PersonSerializer()


class LateAnswerSerializer(serializers.ModelSerializer[LateAnswer]):
    """When it came and to what. What it says is kept out of the ruling."""

    attempt = serializers.UUIDField(source="submission.attempt_id", read_only=True)
    position = serializers.IntegerField(source="submission.position", read_only=True)
    item = serializers.CharField(source="item.code", read_only=True)
    trainee = PersonSerializer(source="submission.attempt.enrolment.trainee", read_only=True)
    due_at = serializers.DateTimeField(source="submission.attempt.due_at", read_only=True)
    ruling = serializers.SerializerMethodField()

    class Meta:
        model = LateAnswer
        fields = ("id", "attempt", "position", "item", "trainee", "due_at", "arrived_at", "ruling")
        read_only_fields = fields

    @extend_schema_field(RulingSerializer(allow_null=True))
    def get_ruling(self, late: LateAnswer) -> dict[str, Any] | None:
        ruling = getattr(late, "ruling", None)
        return RulingSerializer(ruling).data if ruling else None


class LateAnswerFilter(django_filters.FilterSet):
    attempt = django_filters.UUIDFilter(field_name="submission__attempt_id")
    waiting = TruthFilter(field_name="ruling", lookup_expr="isnull")


class SeesLateAnswers(RestView):
    policy = requires(Permission.PROGRAM_RUN)
    model = LateAnswer
    shows = LateAnswerSerializer

    def rows(self, person: User) -> QuerySet[LateAnswer]:
        return LateAnswer.objects.run_by(person).select_related(
            "item", "ruling__ruled_by", "submission__attempt__enrolment__trainee"
        )


class LateAnswerList(SeesLateAnswers, ListView):
    """Late answers of one's programs, newest first."""

    filterset_class = LateAnswerFilter


class LateAnswerDetail(SeesLateAnswers, DetailView):
    """One late answer."""


@extend_schema_serializer(
    examples=[example("It counts", {"counts": True, "reason": "The site was down."})]
)
class Ruling(Input):
    counts = Truth()
    reason = Text()


class RuleOnLateAnswer(SeesLateAnswers, ActView):
    """Say whether a late answer counts. Refused once anybody has judged the submission."""

    takes = Ruling

    def act(self, subject: LateAnswer, **given: Any) -> None:
        rule_on_late_answer(subject, **given, by=self.person)
