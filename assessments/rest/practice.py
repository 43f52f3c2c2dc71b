"""The practice case: every kind of task, and nothing of it counts."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.practice import services
from assessments.practice.content import PracticeItem, practice_case
from assessments.practice.models import PracticeSitting
from assessments.practice.services import Overtaken, answers_of
from assessments.rest.sittings import MOST_REVISIONS
from assessments.vignettes.items import KINDS
from competency.foundation.errors import DomainError
from competency.programs.access import requires
from competency.programs.roles import Permission
from competency.rest.fields import SHORT, Input, Key, Nothing, Text, Whole
from competency.rest.schema import example
from competency.rest.views import RestView


class PracticeOptionSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()


class PracticeItemSerializer(serializers.Serializer[Any]):
    """A task, with the answer kept so far and the revision to send with the next."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(sorted((kind, kind) for kind in KINDS))
    prompt = serializers.CharField()
    options = PracticeOptionSerializer(many=True)
    response = serializers.DictField(allow_null=True)
    revision = serializers.IntegerField()


class PracticeSerializer(serializers.ModelSerializer[PracticeSitting]):
    """The stage reached, with its tasks; `stage` is null at the end."""

    stage = serializers.SerializerMethodField()
    title = serializers.SerializerMethodField()
    items = serializers.SerializerMethodField()
    finished = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = PracticeSitting
        fields = ("stage", "title", "items", "finished")
        read_only_fields = fields

    def get_stage(self, sitting: PracticeSitting) -> str | None:
        return sitting.stage or None

    def get_title(self, sitting: PracticeSitting) -> str:
        stage = practice_case().stages.get(sitting.stage)
        return stage.title if stage else practice_case().title

    @extend_schema_field(PracticeItemSerializer(many=True))
    def get_items(self, sitting: PracticeSitting) -> Any:
        stage, answers = practice_case().stages.get(sitting.stage), answers_of(sitting)
        return [_item(item, answers.get(item.code, {})) for item in (stage.items if stage else ())]


def _item(item: PracticeItem, kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": item.code,
        "kind": item.kind,
        "prompt": item.prompt,
        "options": [{"code": code, "text": text} for code, text in item.options],
        "response": kept.get("response"),
        "revision": kept.get("revision", 0),
    }


@extend_schema_serializer(
    examples=[example("Free text", {"item": "first-words", "response": {"text": "I am here."}})]
)
class PracticeAnswer(Input):
    item = Text(max_length=SHORT)
    response = serializers.DictField()
    revision = Whole(min_value=0, max_value=MOST_REVISIONS, default=0)
    idempotency_key = Key(required=False)


@extend_schema_serializer(examples=[example("The first stage", {"stage": "door"})])
class PracticeStageDone(Input):
    stage = Text(max_length=SHORT)


class OwnPractice(RestView):
    policy = requires(Permission.ATTEMPT_SIT)
    model = PracticeSitting
    shows = PracticeSerializer
    pagination_class = None
    conflicts = True


class Practice(OwnPractice):
    """One's own practice, begun when it is first asked for."""

    conflicts = False

    def get(self, request: Request, **kwargs: Any) -> Response:
        return self.shown(services.practice(by=self.person))


class SavePractice(OwnPractice):
    """Keep one answer of the open stage; 409 `stale_revision` where a newer one is there."""

    takes = PracticeAnswer

    def post(self, request: Request, **kwargs: Any) -> Response:
        given = self.given()
        try:
            services.save_practice(
                given["item"],
                given["response"],
                by=self.person,
                revision=given["revision"],
                key=given.get("idempotency_key"),
            )
        except Overtaken as error:
            raise DomainError("A newer answer is kept already.", code="stale_revision") from error
        return self.shown(services.practice(by=self.person))


class FinishPracticeStage(OwnPractice):
    """Go on with the story."""

    takes = PracticeStageDone

    def post(self, request: Request, **kwargs: Any) -> Response:
        return self.shown(services.finish_practice_stage(self.given()["stage"], by=self.person))


class PracticeAgain(OwnPractice):
    """Forget everything and begin again."""

    takes = Nothing

    def post(self, request: Request, **kwargs: Any) -> Response:
        self.given()
        return self.shown(services.practice_again(by=self.person))
