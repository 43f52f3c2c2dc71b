"""Blind review: the queue, the response beside its anchors, and the judgement."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.harm.services import open_option_flags
from assessments.rest.blind import (
    BlindStageSerializer,
    CriterionSerializer,
    criteria_shown,
    stages_shown,
)
from assessments.rest.content import OptionSerializer, VignetteNameSerializer
from assessments.rest.judged import JudgementSerializer
from assessments.rest.judgements import Judgement
from assessments.rest.visible import reviews_of
from assessments.reviews.models import Review
from assessments.reviews.services import start_review
from assessments.reviews.states import IN_FORCE, OPEN, ReviewState
from assessments.workflow.services import complete_review, recuse
from competency.accounts.models import User
from competency.programs.access import requires
from competency.programs.roles import Permission
from competency.rest.fields import Nothing, Reason
from competency.rest.pagination import BlindPagination
from competency.rest.views import ActView, DetailView, ListView, RestView, Shows


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """A review in the queue. `pseudonym` is the trainee's, in this review alone."""

    vignette = VignetteNameSerializer(source="submission.vignette_version", read_only=True)
    days_left = serializers.SerializerMethodField(help_text="Until the seat is drawn again.")

    class Meta:
        model = Review
        fields: tuple[str, ...] = ("id", "pseudonym", "state", "vignette", "days_left")
        read_only_fields = fields

    def get_days_left(self, review: Review) -> int | None:
        return review.days_left if review.state in OPEN else None


class FlagSerializer(serializers.Serializer[Any]):
    """A critical choice: would it have harmed the client?"""

    item = serializers.CharField(source="option.item.code", read_only=True)
    prompt = serializers.CharField(source="option.item.prompt", read_only=True)
    option = OptionSerializer(read_only=True)


class ReviewDetailSerializer(ReviewSerializer):
    """The response along the path taken, the criteria that judge it, and what was judged."""

    guidance = serializers.CharField(
        source="submission.vignette_version.rubric_version.guidance", read_only=True
    )
    stages = serializers.SerializerMethodField()
    criteria = serializers.SerializerMethodField()
    flags = serializers.SerializerMethodField()
    judgement = serializers.SerializerMethodField(help_text="One's own, once it is complete.")

    class Meta(ReviewSerializer.Meta):
        fields = (
            *ReviewSerializer.Meta.fields,
            "guidance",
            "stages",
            "criteria",
            "flags",
            "judgement",
        )
        read_only_fields = fields

    @extend_schema_field(BlindStageSerializer(many=True))
    def get_stages(self, review: Review) -> Any:
        return stages_shown(review.submission)

    @extend_schema_field(CriterionSerializer(many=True))
    def get_criteria(self, review: Review) -> Any:
        return criteria_shown(review.submission)

    @extend_schema_field(FlagSerializer(many=True))
    def get_flags(self, review: Review) -> Any:
        if review.state not in OPEN:
            return []
        return FlagSerializer(open_option_flags(review.submission), many=True).data

    @extend_schema_field(JudgementSerializer(allow_null=True))
    def get_judgement(self, review: Review) -> Any:
        complete = review.state == ReviewState.COMPLETED
        return JudgementSerializer(review).data if complete else None


class ReviewFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        choices=[(state.value, state.label) for state in ReviewState if state.value in IN_FORCE]
    )


class Reviews(RestView):
    policy = requires(Permission.REVIEW_DO)
    model = Review
    shows: Shows = ReviewSerializer

    def rows(self, person: User) -> QuerySet[Review]:
        case = "submission__vignette_version__vignette"
        return reviews_of(person).select_related(
            case, "submission__vignette_version__rubric_version"
        )


class ReviewList(Reviews, ListView):
    """One's own reviews, in random order: the order tells nothing of when work was handed in."""

    pagination_class = BlindPagination
    filterset_class = ReviewFilter


class ReviewDetail(Reviews, DetailView):
    """One review: the response, blind, and what it is judged by."""

    shows = ReviewDetailSerializer


class StartReview(Reviews, ActView):
    """Take a review up."""

    takes, shows = Nothing, ReviewDetailSerializer

    def act(self, subject: Review, **given: Any) -> None:
        start_review(subject, by=self.person)


class CompleteReview(Reviews, ActView):
    """Complete a review: it closes, and the submission moves on."""

    takes, shows = Judgement, ReviewDetailSerializer

    def act(self, subject: Review, **given: Any) -> None:
        complete_review(subject, **given, by=self.person)


class RecuseReview(Reviews, ActView):
    """Step back, saying why; only the director reads it. The seat is drawn again."""

    takes = Reason
    shows = None
    success = 204

    def act(self, subject: Review, **given: Any) -> None:
        recuse(subject, **given, by=self.person)
