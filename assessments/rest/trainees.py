"""The whole record of one trainee as JSON."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.attempts.models import Attempt
from assessments.attempts.states import AttemptState
from assessments.figures.trainee import TraineeRecord
from assessments.harm.states import FlagState
from assessments.rest.attempts import AssessmentNameSerializer
from competency.accounts.models import User
from competency.appeals.models import Appeal, RemediationPlan
from competency.cases.models import Case
from competency.certificates.models import Certificate
from competency.decisions.states import DecisionState, Outcome
from competency.programs.access import requires
from competency.programs.models import Enrolment
from competency.programs.roles import Permission
from competency.rest.people import PersonSerializer, ProgramNameSerializer
from competency.rest.views import DetailView


class PlaceOfEnrolmentSerializer(serializers.ModelSerializer[Enrolment]):
    program = ProgramNameSerializer(source="cohort.program", read_only=True)
    cohort_name = serializers.CharField(source="cohort.name", read_only=True)

    class Meta:
        model = Enrolment
        fields = ("id", "program", "cohort", "cohort_name", "trainee_number")
        read_only_fields = fields


class LevelSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    value = serializers.FloatField()
    error = serializers.FloatField()


class DecisionOnRecordSerializer(serializers.Serializer[Any]):
    """Outcome, composite and levels are null or empty until somebody ratified the decision."""

    id = serializers.UUIDField(source="decision.pk")
    round = serializers.IntegerField(source="decision.round")
    state = serializers.ChoiceField(DecisionState.choices, source="decision.state")
    settled_at = serializers.DateTimeField(source="decision.settled_at", allow_null=True)
    settled_by = PersonSerializer(source="decision.settled_by", allow_null=True)
    outcome = serializers.SerializerMethodField()
    composite = serializers.SerializerMethodField()
    standard_error = serializers.SerializerMethodField()
    levels = LevelSerializer(many=True)

    @extend_schema_field(serializers.ChoiceField(Outcome.choices, allow_null=True))
    def get_outcome(self, ruling: Any) -> str | None:
        return ruling.decision.outcome if ruling.told else None

    def get_composite(self, ruling: Any) -> float | None:
        return _told(ruling, "composite")

    def get_standard_error(self, ruling: Any) -> float | None:
        return _told(ruling, "standard_error")


def _told(ruling: Any, name: str) -> float | None:
    value = getattr(ruling.decision, name)
    return float(value) if ruling.told and value is not None else None


class FlaggedSerializer(serializers.Serializer[Any]):
    case = serializers.IntegerField(source="case_position")
    ground = serializers.CharField()
    state = serializers.ChoiceField(FlagState.choices, source="flag.state")


class AttemptOnRecordSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="attempt.pk")
    assessment = AssessmentNameSerializer(source="attempt.assessment")
    number = serializers.IntegerField(source="attempt.number")
    form = serializers.IntegerField(source="attempt.form.number")
    state = serializers.ChoiceField(AttemptState.choices, source="attempt.state")
    sitting_mode = serializers.ChoiceField(
        Attempt._meta.get_field("sitting_mode").choices or (), source="attempt.sitting_mode"
    )
    opens_at = serializers.DateTimeField(source="attempt.opens_at")
    closes_at = serializers.DateTimeField(source="attempt.closes_at")
    handed_in_at = serializers.DateTimeField(source="attempt.handed_in_at", allow_null=True)
    released_at = serializers.DateTimeField(source="attempt.released_at", allow_null=True)
    responses = serializers.IntegerField()
    marked = serializers.IntegerField()
    decisions = DecisionOnRecordSerializer(source="rulings", many=True)
    harm_flags = FlaggedSerializer(source="flags", many=True)


class AppealLineSerializer(serializers.ModelSerializer[Appeal]):
    class Meta:
        model = Appeal
        fields = ("id", "decision", "state", "lodged_at", "decided_at", "reason")
        read_only_fields = fields


class PlanLineSerializer(serializers.ModelSerializer[RemediationPlan]):
    competencies = serializers.SlugRelatedField[Any](slug_field="code", many=True, read_only=True)

    class Meta:
        model = RemediationPlan
        fields = ("id", "decision", "competencies", "steps", "review_on", "completed_at")
        read_only_fields = fields


class CertificateLineSerializer(serializers.ModelSerializer[Certificate]):
    class Meta:
        model = Certificate
        fields = ("id", "number", "code", "pilot", "state", "issued_at", "valid_until")
        read_only_fields = fields


class CaseLineSerializer(serializers.ModelSerializer[Case]):
    class Meta:
        model = Case
        fields = ("id", "attempt_id", "kind", "created_at", "closed_at", "finding")
        read_only_fields = fields


class TraineeRecordSerializer(serializers.Serializer[Any]):
    trainee = PersonSerializer(source="person")
    enrolments = PlaceOfEnrolmentSerializer(many=True)
    accommodated = serializers.BooleanField(
        allow_null=True, help_text="Whether one holds today; null for whoever may not know."
    )
    attempts = AttemptOnRecordSerializer(source="sittings", many=True)
    appeals = AppealLineSerializer(many=True)
    remediation_plans = PlanLineSerializer(source="plans", many=True)
    certificates = CertificateLineSerializer(many=True)
    cases = CaseLineSerializer(many=True)


class TraineeDetail(DetailView):
    """A person’s record in the programs whose attempts one sees by name; never one’s own."""

    policy = requires(Permission.ATTEMPT_VIEW)
    model = User
    shows = TraineeRecordSerializer

    def get_object(self) -> Any:
        record = TraineeRecord(self.kwargs["pk"], self.person)
        if not record.enrolments:
            raise Http404
        return record
