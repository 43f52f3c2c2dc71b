"""Assessments: what is sat, and what it is judged against."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers

from assessments.instruments.contents import assessment_content
from assessments.instruments.models import Assessment
from assessments.instruments.services import publish_assessment
from competency.accounts.models import User
from competency.frameworks.states import VersionState
from competency.rest.versions import OfVersions, PublishVersion, RetireVersion
from competency.rest.views import DetailView, ListView


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    rubric = serializers.UUIDField(source="rubric_version_id", read_only=True)
    scope_profile = serializers.UUIDField(source="scope_profile_version_id", read_only=True)
    standard = serializers.UUIDField(source="standard_version_id", read_only=True)

    class Meta:
        model = Assessment
        fields: tuple[str, ...] = (
            "id",
            "program",
            "code",
            "title",
            "number",
            "state",
            "rubric",
            "scope_profile",
            "standard",
            "says",
            "says_not",
            "content_hash",
            "published_at",
            "retired_at",
        )
        read_only_fields = fields


class AssessmentDetailSerializer(AssessmentSerializer):
    """With its forms: which vignettes, scored by which keys."""

    content = serializers.SerializerMethodField()

    class Meta(AssessmentSerializer.Meta):
        fields = (*AssessmentSerializer.Meta.fields, "content")
        read_only_fields = fields

    def get_content(self, assessment: Assessment) -> dict[str, Any]:
        return assessment_content(assessment)


class AssessmentFilter(django_filters.FilterSet):
    program = django_filters.UUIDFilter(field_name="program_id")
    code = django_filters.CharFilter()
    state = django_filters.ChoiceFilter(choices=VersionState.choices)


class OfAssessments(OfVersions):
    model = Assessment
    shows = AssessmentSerializer
    publish = staticmethod(publish_assessment)

    def rows(self, person: User) -> QuerySet[Assessment]:
        return Assessment.objects.visible_to(person)


class AssessmentList(OfAssessments, ListView):
    """Assessments of one's programs."""

    filterset_class = AssessmentFilter


class AssessmentDetail(OfAssessments, DetailView):
    """One assessment with its forms."""

    shows = AssessmentDetailSerializer


class PublishAssessment(OfAssessments, PublishVersion):
    """Publish a draft: complete or not at all, and frozen from then on."""


class RetireAssessment(OfAssessments, RetireVersion):
    """Retire it: what was sat stands, nobody is assigned to it any more."""
