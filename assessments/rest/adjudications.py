"""Adjudication: a third person sees both reviews without names, and settles what they dispute."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from assessments.rest.blind import (
    BlindStageSerializer,
    CriterionSerializer,
    criteria_shown,
    stages_shown,
)
from assessments.rest.content import VignetteNameSerializer
from assessments.rest.judged import RatingSerializer
from assessments.rest.judgements import CODE, MOST, once_each
from assessments.rest.visible import adjudications_of
from assessments.reviews.disputes import anonymous_reviews, disputed_codes
from assessments.reviews.models import Adjudication, Settlement
from assessments.workflow.services import adjudicate
from competency.accounts.models import User
from competency.programs.access import requires
from competency.programs.roles import Permission
from competency.rest.fields import Input, Text, Whole
from competency.rest.pagination import BlindPagination
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView


class AdjudicationSerializer(serializers.ModelSerializer[Adjudication]):
    vignette = VignetteNameSerializer(source="submission.vignette_version", read_only=True)
    disputed: Any = serializers.SlugRelatedField("code", many=True, read_only=True)
    settled = serializers.SerializerMethodField()

    class Meta:
        model = Adjudication
        fields: tuple[str, ...] = ("id", "vignette", "disputed", "settled")
        read_only_fields = fields

    def get_settled(self, adjudication: Adjudication) -> bool:
        return adjudication.completed_at is not None


class SettlementSerializer(serializers.ModelSerializer[Settlement]):
    criterion = serializers.CharField(source="criterion.code", read_only=True)

    class Meta:
        model = Settlement
        fields = ("criterion", "level", "reason")
        read_only_fields = fields


class AnonymousReviewSerializer(serializers.Serializer[Any]):
    """What one of two reviewers judged on the disputed criteria. The letter means nothing."""

    reviewer = serializers.CharField(read_only=True)
    ratings = RatingSerializer(many=True, read_only=True)


class AdjudicationDetailSerializer(AdjudicationSerializer):
    """The response, the disputed criteria, and both reviews without names."""

    stages = serializers.SerializerMethodField()
    criteria = serializers.SerializerMethodField()
    reviews = serializers.SerializerMethodField()
    settlements = SettlementSerializer(many=True, read_only=True)

    class Meta(AdjudicationSerializer.Meta):
        fields = (
            *AdjudicationSerializer.Meta.fields,
            "stages",
            "criteria",
            "reviews",
            "settlements",
        )
        read_only_fields = fields

    @extend_schema_field(BlindStageSerializer(many=True))
    def get_stages(self, adjudication: Adjudication) -> Any:
        return stages_shown(adjudication.submission)

    @extend_schema_field(CriterionSerializer(many=True))
    def get_criteria(self, adjudication: Adjudication) -> Any:
        return criteria_shown(adjudication.submission, disputed_codes(adjudication))

    @extend_schema_field(AnonymousReviewSerializer(many=True))
    def get_reviews(self, adjudication: Adjudication) -> Any:
        return AnonymousReviewSerializer(anonymous_reviews(adjudication), many=True).data


class Settled(Input):
    """The level that stands on one disputed criterion, and why."""

    criterion = Text(max_length=CODE)
    level = Whole(min_value=1, max_value=4)
    reason = Text()


@extend_schema_serializer(
    examples=[
        example(
            "One criterion in dispute",
            {
                "settlements": [
                    {"criterion": "C3", "level": 2, "reason": "Safe, but he is never oriented."}
                ]
            },
        )
    ]
)
class Settlements(Input):
    """Every disputed criterion, once."""

    settlements = Settled(many=True, max_length=MOST)  # type: ignore[call-arg]

    def validate_settlements(self, rows: Sequence[Mapping[str, Any]]) -> Any:
        return once_each(rows, "criterion")


class Adjudications(RestView):
    policy = requires(Permission.REVIEW_DO)
    model = Adjudication
    shows = AdjudicationSerializer

    def rows(self, person: User) -> QuerySet[Adjudication]:
        rows = adjudications_of(person).select_related("submission__vignette_version__vignette")
        return rows.prefetch_related("disputed")


class AdjudicationList(Adjudications, ListView):
    """What one was asked to settle, in random order."""

    pagination_class = BlindPagination


class AdjudicationDetail(Adjudications, DetailView):
    """One adjudication: the response, blind, and what is disputed."""

    shows = AdjudicationDetailSerializer


class SettleAdjudication(Adjudications, ActView):
    """Settle every disputed criterion; the submission moves on."""

    takes, shows = Settlements, AdjudicationDetailSerializer

    def act(self, subject: Adjudication, **given: Any) -> Adjudication:
        settled = {row["criterion"]: (row["level"], row["reason"]) for row in given["settlements"]}
        adjudicate(subject, settled, by=self.person)
        return self.get_object()
