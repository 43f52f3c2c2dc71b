"""Results: everything at once, and nothing before a director has released them."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.attempts.afterwards import appeal_deadline, resit_opening
from assessments.attempts.models import Attempt, Submission
from assessments.attempts.path import path_of
from assessments.harm.feedback import flags_told
from assessments.rest.attempts import SeesAttempts
from assessments.rest.content import VignetteNameSerializer
from assessments.reviews.feedback import judged_of
from assessments.reviews.models import Settlement
from assessments.vignettes.models import Item
from competency.decisions.models import Decision
from competency.foundation.errors import DomainError
from competency.rest.views import DetailView


class GivenRatingSerializer(serializers.Serializer[Any]):
    level = serializers.IntegerField(read_only=True)
    rationale = serializers.CharField(read_only=True)
    cited = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="The trainee’s own words."
    )


class SettledSerializer(serializers.ModelSerializer[Settlement]):
    class Meta:
        model = Settlement
        fields = ("level", "reason")
        read_only_fields = fields


class CriterionResultSerializer(serializers.Serializer[Any]):
    """What each reviewer judged, and what a third person settled where they disagreed."""

    criterion = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    ratings = GivenRatingSerializer(many=True, read_only=True)
    settled = SettledSerializer(read_only=True, allow_null=True)


class ModelResponseSerializer(serializers.ModelSerializer[Item]):
    item = serializers.CharField(source="code", read_only=True)

    class Meta:
        model = Item
        fields = ("item", "prompt", "model_response")
        read_only_fields = fields


class FlagToldSerializer(serializers.Serializer[Any]):
    """Possible harm that two people judged: a choice (`chosen`) or a criterion."""

    about = serializers.CharField(read_only=True)
    chosen = serializers.BooleanField(read_only=True)
    confirmed = serializers.BooleanField(read_only=True)
    reasons = serializers.ListField(child=serializers.CharField(), read_only=True)


class SubmissionResultSerializer(serializers.Serializer[Submission]):
    position = serializers.IntegerField(read_only=True)
    vignette = VignetteNameSerializer(source="vignette_version", read_only=True)
    criteria = serializers.SerializerMethodField()
    harm_flags = serializers.SerializerMethodField()
    model_responses = serializers.SerializerMethodField()

    @extend_schema_field(FlagToldSerializer(many=True))
    def get_harm_flags(self, submission: Submission) -> Any:
        return FlagToldSerializer(flags_told(submission), many=True).data

    @extend_schema_field(CriterionResultSerializer(many=True))
    def get_criteria(self, submission: Submission) -> Any:
        return CriterionResultSerializer(judged_of(submission), many=True).data

    @extend_schema_field(ModelResponseSerializer(many=True))
    def get_model_responses(self, submission: Submission) -> Any:
        met = [item for stage in path_of(submission).stages for item in stage.items.all()]
        shown = [item for item in met if item.model_response]
        return ModelResponseSerializer(shown, many=True).data


class CompetencySerializer(serializers.Serializer[Any]):
    code = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    level = serializers.CharField(read_only=True)
    standard_error = serializers.CharField(read_only=True)


class ResultsSerializer(serializers.ModelSerializer[Decision]):
    """The decision in force, what it rests on, and how it would have been done well."""

    attempt = serializers.UUIDField(source="attempt_id", read_only=True)
    reasons = serializers.ListField(child=serializers.CharField(), read_only=True)
    competencies = CompetencySerializer(source="dossier.competencies", many=True, read_only=True)
    submissions = serializers.SerializerMethodField()
    appeal_until = serializers.SerializerMethodField(help_text="Null where nothing is to appeal.")
    resit_from = serializers.SerializerMethodField(help_text="Null where none is needed.")

    class Meta:
        model = Decision
        fields = (
            "attempt",
            "round",
            "outcome",
            "reasons",
            "composite",
            "standard_error",
            "settled_at",
            "competencies",
            "submissions",
            "appeal_until",
            "resit_from",
        )
        read_only_fields = fields

    def get_appeal_until(self, decision: Decision) -> datetime | None:
        return appeal_deadline(self.context["attempt"], decision)

    def get_resit_from(self, decision: Decision) -> datetime | None:
        return resit_opening(decision)

    @extend_schema_field(SubmissionResultSerializer(many=True))
    def get_submissions(self, decision: Decision) -> Any:
        rows = self.context["attempt"].submissions.select_related("vignette_version__vignette")
        return SubmissionResultSerializer(rows.order_by("position"), many=True).data


class Results(SeesAttempts, DetailView):
    """The results of an attempt, for its trainee and for those who see it by name."""

    shows = ResultsSerializer
    conflicts = True

    def get_object(self) -> Decision:
        attempt: Attempt = super().get_object()
        decided = Decision.objects.of_trainee(attempt.enrolment.trainee)
        decision = decided.filter(attempt_id=attempt.pk).order_by("-round").first()
        if attempt.released_at is None or decision is None:
            raise DomainError("The results are not released yet.", code="not_released")
        self.attempt = attempt
        return decision

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "attempt": getattr(self, "attempt", None)}
