"""A reviewer's own completed judgement, as it is shown to them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.harm.models import HarmJudgement
from assessments.rest.blind import RangeSerializer
from assessments.reviews.disputes import CITED, with_citations
from assessments.reviews.models import HarmObservation, Rating, Review


class RatingSerializer(serializers.ModelSerializer[Rating]):
    criterion = serializers.CharField(source="criterion.code", read_only=True)
    citations = RangeSerializer(many=True, read_only=True)

    class Meta:
        model = Rating
        fields = ("criterion", "level", "rationale", "citations")
        read_only_fields = fields


class HarmSeenSerializer(serializers.ModelSerializer[HarmObservation]):
    indicator = serializers.CharField(source="indicator.code", read_only=True)
    citation = RangeSerializer(source="*", read_only=True)

    class Meta:
        model = HarmObservation
        fields = ("indicator", "note", "citation")
        read_only_fields = fields


class ChoiceJudgedSerializer(serializers.ModelSerializer[HarmJudgement]):
    item = serializers.CharField(source="flag.option.item.code", read_only=True)

    class Meta:
        model = HarmJudgement
        fields = ("item", "harmful", "reason")
        read_only_fields = fields


class JudgementSerializer(serializers.Serializer[Review]):
    """Ratings, harm seen and critical choices judged, by oneself alone."""

    ratings = serializers.SerializerMethodField()
    harms = serializers.SerializerMethodField()
    flags = serializers.SerializerMethodField()
    summary = serializers.CharField(read_only=True)
    completed_at = serializers.DateTimeField(read_only=True)

    @extend_schema_field(RatingSerializer(many=True))
    def get_ratings(self, review: Review) -> Any:
        rows = review.ratings.select_related("criterion").order_by("criterion__position")
        return RatingSerializer(with_citations(rows), many=True).data

    @extend_schema_field(HarmSeenSerializer(many=True))
    def get_harms(self, review: Review) -> Any:
        rows = review.harm_observations.select_related("indicator", *CITED)
        return HarmSeenSerializer(rows.order_by("indicator__code"), many=True).data

    @extend_schema_field(ChoiceJudgedSerializer(many=True))
    def get_flags(self, review: Review) -> Any:
        # Flags on criteria are left out: one of them can come from the other review.
        own = review.reviewer.harm_judgements.filter(
            flag__submission=review.submission_id, flag__option__isnull=False, fresh_reader=False
        )
        return ChoiceJudgedSerializer(own.select_related("flag__option__item"), many=True).data
