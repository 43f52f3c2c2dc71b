"""Harm readings: a fresh reader sees the flagged passage, and nothing else, and decides."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from assessments.harm.models import HarmFlag, HarmJudgement
from assessments.harm.passages import passages_of
from assessments.rest.blind import IndicatorSerializer
from assessments.rest.passages import PassageSerializer
from assessments.rest.visible import harm_readings_of
from assessments.workflow.services import read_passage
from competency.accounts.models import User
from competency.frameworks.models import Criterion, Indicator
from competency.programs.access import requires
from competency.programs.roles import Permission
from competency.rest.fields import Input, Text, Truth
from competency.rest.pagination import BlindPagination
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView


class HarmReadingSerializer(serializers.ModelSerializer[HarmJudgement]):
    read = serializers.SerializerMethodField()

    class Meta:
        model = HarmJudgement
        fields: tuple[str, ...] = ("id", "read")
        read_only_fields = fields

    def get_read(self, judgement: HarmJudgement) -> bool:
        return judgement.judged_at is not None


class FlaggedCriterionSerializer(serializers.ModelSerializer[Criterion]):
    harm_indicators = serializers.SerializerMethodField()

    class Meta:
        model = Criterion
        fields = ("code", "title", "harm_indicators")
        read_only_fields = fields

    @extend_schema_field(IndicatorSerializer(many=True))
    def get_harm_indicators(self, criterion: Criterion) -> Any:
        harms = criterion.competency.indicators.filter(kind=Indicator.Kind.HARM)
        return IndicatorSerializer(harms, many=True).data


class ChosenSerializer(serializers.Serializer[HarmFlag]):
    """A choice that may have harmed the client."""

    prompt = serializers.CharField(source="option.item.prompt", read_only=True)
    text = serializers.CharField(source="option.text", read_only=True)


class HarmReadingDetailSerializer(HarmReadingSerializer):
    """Either a choice, or passages with the criterion on which harm may show."""

    choice = serializers.SerializerMethodField()
    criterion = FlaggedCriterionSerializer(source="flag.criterion", read_only=True, allow_null=True)
    passages = serializers.SerializerMethodField()

    class Meta(HarmReadingSerializer.Meta):
        fields = (
            *HarmReadingSerializer.Meta.fields,
            "choice",
            "criterion",
            "passages",
            "harmful",
            "reason",
        )
        read_only_fields = fields

    @extend_schema_field(ChosenSerializer(allow_null=True))
    def get_choice(self, judgement: HarmJudgement) -> Any:
        return ChosenSerializer(judgement.flag).data if judgement.flag.option else None

    @extend_schema_field(PassageSerializer(many=True))
    def get_passages(self, judgement: HarmJudgement) -> Any:
        return PassageSerializer(passages_of(judgement.flag), many=True).data


@extend_schema_serializer(
    examples=[
        example("Harm", {"harmful": True, "reason": "Asks for the memory while he is not here."})
    ]
)
class Reading(Input):
    """Whether the client would have been harmed, and why."""

    harmful = Truth()
    reason = Text()


class HarmReadings(RestView):
    policy = requires(Permission.REVIEW_DO)
    model = HarmJudgement
    shows = HarmReadingSerializer

    def rows(self, person: User) -> QuerySet[HarmJudgement]:
        return harm_readings_of(person).select_related(
            "flag__option__item", "flag__criterion__competency"
        )


class HarmReadingList(HarmReadings, ListView):
    """Passages one was asked to read, in random order."""

    pagination_class = BlindPagination


class HarmReadingDetail(HarmReadings, DetailView):
    """One flagged passage."""

    shows = HarmReadingDetailSerializer


class GiveReading(HarmReadings, ActView):
    """Judge the passage; this settles the flag."""

    takes, shows = Reading, HarmReadingDetailSerializer

    def act(self, subject: HarmJudgement, **given: Any) -> None:
        read_passage(subject, **given, by=self.person)
