"""What a trainee sees of a submission: the stages reached, and their own answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.attempts.answers import join, sealer_of
from assessments.attempts.models import Answer, Submission
from assessments.attempts.path import path_of
from assessments.rest.content import ItemSerializer, StageSerializer, VignetteNameSerializer
from assessments.vignettes.models import Item, Stage


class SavedSerializer(serializers.Serializer[Answer]):
    """An answer as it was kept; `revision` goes with the next save."""

    item = serializers.CharField(source="item.code", read_only=True)
    revision = serializers.IntegerField(read_only=True)
    saved_at = serializers.DateTimeField(read_only=True)
    words = serializers.IntegerField(read_only=True)


class AnswerSerializer(SavedSerializer):
    response = serializers.SerializerMethodField()
    locked = serializers.BooleanField(read_only=True)

    def get_response(self, answer: Answer) -> dict[str, Any]:
        return join(answer, self.context["sealer"])


class SatItemSerializer(ItemSerializer):
    answer = serializers.SerializerMethodField()

    class Meta(ItemSerializer.Meta):
        fields = (*ItemSerializer.Meta.fields, "answer")
        read_only_fields = fields

    @extend_schema_field(AnswerSerializer(allow_null=True))
    def get_answer(self, item: Item) -> Any:
        answer = self.context["answers"].get(item.pk)
        return answer and AnswerSerializer(answer, context=self.context).data


class SatStageSerializer(StageSerializer):
    finished = serializers.SerializerMethodField()
    items = SatItemSerializer(many=True, read_only=True)

    class Meta(StageSerializer.Meta):
        fields = (*StageSerializer.Meta.fields, "finished", "items")
        read_only_fields = fields

    def get_finished(self, stage: Stage) -> bool:
        return stage.pk in self.context["path"].finished


class SubmissionSerializer(serializers.Serializer[Submission]):
    """Stages in the order in which they were met; the last is open unless it is finished."""

    position = serializers.IntegerField(read_only=True)
    vignette = VignetteNameSerializer(source="vignette_version", read_only=True)
    content_note = serializers.CharField(source="vignette_version.content_note", read_only=True)
    minutes = serializers.IntegerField(source="vignette_version.minutes", read_only=True)
    finished = serializers.SerializerMethodField()
    stages = serializers.SerializerMethodField()

    def get_finished(self, submission: Submission) -> bool:
        return submission.current_stage_id is None

    @extend_schema_field(SatStageSerializer(many=True))
    def get_stages(self, submission: Submission) -> Any:
        path = path_of(submission)
        answers = {row.item_id: row for row in submission.answers.select_related("item")}
        context = {
            "path": path,
            "answers": answers,
            "sealer": sealer_of(submission) if answers else None,
        }
        return SatStageSerializer(path.stages, many=True, context=context).data
