"""What somebody who judges sees of a response: the words, and nothing of whose they are.

No id of an attempt, a submission or an answer leaves here, no time and no name: two people who
judge the same response cannot find out that it is the same, nor whose it is.
"""

from typing import Any

from django.db.models import prefetch_related_objects
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.attempts.answers import answers_given
from assessments.attempts.models import Submission
from assessments.attempts.path import path_of
from assessments.rest.content import ItemSerializer, StageSerializer
from assessments.reviews.judgements import mapped_criteria
from assessments.reviews.models import Passage
from assessments.vignettes.models import Item
from competency.frameworks.models import LEVEL_NAMES, Competency, Criterion, Indicator, Level


class BlindItemSerializer(ItemSerializer):
    """An item with what was answered (null: nothing) and the criteria that judge it."""

    criteria: Any = serializers.SlugRelatedField("code", many=True, read_only=True)
    response = serializers.SerializerMethodField()

    class Meta(ItemSerializer.Meta):
        fields = (*ItemSerializer.Meta.fields, "criteria", "response")
        read_only_fields = fields

    def get_response(self, item: Item) -> dict[str, Any] | None:
        return self.context["responses"].get(item.pk)


class BlindStageSerializer(StageSerializer):
    items = BlindItemSerializer(many=True, read_only=True)

    class Meta(StageSerializer.Meta):
        fields = (*StageSerializer.Meta.fields, "items")
        read_only_fields = fields


class IndicatorSerializer(serializers.ModelSerializer[Indicator]):
    class Meta:
        model = Indicator
        fields = ("code", "text")
        read_only_fields = fields


class AnchorSerializer(serializers.ModelSerializer[Level]):
    name = serializers.SerializerMethodField()

    class Meta:
        model = Level
        fields = ("value", "name", "anchor")
        read_only_fields = fields

    def get_name(self, level: Level) -> str:
        return LEVEL_NAMES[level.value]


class JudgedCompetencySerializer(serializers.ModelSerializer[Competency]):
    indicators = serializers.SerializerMethodField()
    harm_indicators = serializers.SerializerMethodField()

    class Meta:
        model = Competency
        fields = ("code", "title", "statement", "indicators", "harm_indicators")
        read_only_fields = fields

    def _of_kind(self, competency: Competency, kind: str) -> Any:
        rows = [row for row in competency.indicators.all() if row.kind == kind]
        return IndicatorSerializer(rows, many=True).data

    @extend_schema_field(IndicatorSerializer(many=True))
    def get_indicators(self, competency: Competency) -> Any:
        return self._of_kind(competency, Indicator.Kind.SKILL)

    @extend_schema_field(IndicatorSerializer(many=True))
    def get_harm_indicators(self, competency: Competency) -> Any:
        return self._of_kind(competency, Indicator.Kind.HARM)


class CriterionSerializer(serializers.ModelSerializer[Criterion]):
    """A criterion with its four anchors and the indicators of its competency."""

    competency = JudgedCompetencySerializer(read_only=True)
    levels = AnchorSerializer(many=True, read_only=True)

    class Meta:
        model = Criterion
        fields = ("code", "title", "safety_critical", "competency", "levels")
        read_only_fields = fields


class RangeSerializer(serializers.Serializer[Any]):
    """A range of code points in one written answer."""

    item = serializers.SerializerMethodField()
    start = serializers.IntegerField(read_only=True)
    end = serializers.IntegerField(read_only=True)

    def get_item(self, row: Passage) -> str:
        answer = row.answer or row.late_answer
        return answer.item.code if answer else ""


def stages_shown(submission: Submission) -> Any:
    """The path taken with every answer that counts, a late one included."""
    responses = {given.item.pk: given.response for given in answers_given(submission)}
    context = {"responses": responses}
    return BlindStageSerializer(path_of(submission).stages, many=True, context=context).data


def criteria_shown(submission: Submission, codes: set[str] | None = None) -> Any:
    """The criteria that judge this response, or those of them that are named."""
    criteria = [row for row in mapped_criteria(submission) if codes is None or row.code in codes]
    prefetch_related_objects(criteria, "levels", "competency__indicators")
    return CriterionSerializer(criteria, many=True).data
