"""Referred attempts: two fresh people each see the whole attempt, blind, and say what it is."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from assessments.attempts.models import Submission
from assessments.referrals.models import Opinion
from assessments.rest.blind import (
    BlindStageSerializer,
    CriterionSerializer,
    criteria_shown,
    stages_shown,
)
from assessments.rest.content import VignetteNameSerializer
from assessments.rest.visible import opinions_of
from assessments.workflow.services import give_opinion
from competency.accounts.models import User
from competency.decisions.states import Outcome
from competency.programs.access import requires
from competency.programs.roles import Permission
from competency.rest.fields import Input, Text
from competency.rest.pagination import BlindPagination
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView, Shows

SAID = [(str(each), str(each.label)) for each in (Outcome.COMPETENT, Outcome.NOT_YET)]


class OpinionSerializer(serializers.ModelSerializer[Opinion]):
    """A referred attempt. `pseudonym` is the trainee's, for this opinion alone."""

    given = serializers.SerializerMethodField()

    class Meta:
        model = Opinion
        fields: tuple[str, ...] = ("id", "pseudonym", "given")
        read_only_fields = fields

    def get_given(self, opinion: Opinion) -> bool:
        return opinion.given_at is not None


class JudgedSubmissionSerializer(serializers.Serializer[Any]):
    """One vignette as it was answered, and the criteria it bears on."""

    vignette = VignetteNameSerializer(source="vignette_version", read_only=True)
    stages = serializers.SerializerMethodField()
    criteria = serializers.SerializerMethodField()

    @extend_schema_field(BlindStageSerializer(many=True))
    def get_stages(self, submission: Submission) -> Any:
        return stages_shown(submission)

    @extend_schema_field(CriterionSerializer(many=True))
    def get_criteria(self, submission: Submission) -> Any:
        return criteria_shown(submission)


class OpinionDetailSerializer(OpinionSerializer):
    """The whole attempt; nobody's earlier judgement is in it."""

    submissions = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField()

    class Meta(OpinionSerializer.Meta):
        fields = (*OpinionSerializer.Meta.fields, "submissions", "outcome", "reason")
        read_only_fields = fields

    @extend_schema_field(JudgedSubmissionSerializer(many=True))
    def get_submissions(self, opinion: Opinion) -> Any:
        rows = opinion.attempt.submissions.select_related(
            "vignette_version__vignette", "vignette_version__rubric_version"
        ).order_by("position")
        return JudgedSubmissionSerializer(list(rows), many=True).data

    @extend_schema_field(serializers.ChoiceField(SAID, allow_null=True))
    def get_outcome(self, opinion: Opinion) -> str | None:
        return opinion.outcome or None


@extend_schema_serializer(
    examples=[
        example("Competent", {"outcome": "competent", "reason": "Stays, names the risk, calls."})
    ]
)
class Said(Input):
    """Whether the trainee is competent, and the written reasons."""

    outcome = serializers.ChoiceField(SAID)
    reason = Text()


class Opinions(RestView):
    policy = requires(Permission.REVIEW_DO)
    model = Opinion
    shows: Shows = OpinionSerializer

    def rows(self, person: User) -> QuerySet[Opinion]:
        return opinions_of(person).select_related("attempt__enrolment__cohort")


class OpinionList(Opinions, ListView):
    """Referred attempts one was asked about, in random order."""

    pagination_class = BlindPagination


class OpinionDetail(Opinions, DetailView):
    """One referred attempt, whole and blind."""

    shows = OpinionDetailSerializer


class GiveOpinion(Opinions, ActView):
    """Give the opinion; the certifier sees it once both are given."""

    takes, shows = Said, OpinionDetailSerializer

    def act(self, subject: Opinion, **given: Any) -> None:
        give_opinion(subject, **given, by=self.person)
