"""Reports that name nobody, as JSON."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.figures.cohort_report import cohort_report
from assessments.figures.comparison import comparison
from assessments.figures.standings import Standing
from assessments.figures.technical import technical_report
from assessments.figures.visible import (
    assessments_reported_to,
    cohorts_reported_to,
    programs_compared_for,
)
from assessments.instruments.models import Assessment
from assessments.rest.attempts import AssessmentNameSerializer
from assessments.rest.figures import AgreementSerializer, PairsSerializer
from assessments.rest.scoped import CohortView, ScopeQuery, only_known
from competency.accounts.models import User
from competency.decisions.models import Minimum, StandardVersion
from competency.programs.access import requires
from competency.programs.models import Cohort, Program
from competency.programs.roles import Permission
from competency.rest.people import ProgramNameSerializer
from competency.rest.views import DetailView

WITHHELD = "Null where too few people stand behind it."


def _count() -> serializers.IntegerField:
    return serializers.IntegerField(allow_null=True, help_text=WITHHELD)


def _number() -> serializers.FloatField:
    return serializers.FloatField(allow_null=True, help_text=WITHHELD)


class ReportedStandingSerializer(serializers.Serializer[Any]):
    standing = serializers.ChoiceField(Standing.choices, source="standing.value")
    count = _count()


class ReportedLevelSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    count = _count()
    mean = _number()
    deviation = _number()


class ReportedHarmSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(allow_blank=True)
    title = serializers.CharField()
    responses = _count()
    flagged = _count()
    confirmed = _count()
    dismissed = _count()
    open = _count()


class CohortReportSerializer(serializers.Serializer[Any]):
    """Aggregates; numbers of fewer than `least` people are withheld."""

    cohort = serializers.UUIDField(source="scope.cohort.pk")
    program = ProgramNameSerializer(source="scope.program")
    made_at = serializers.DateTimeField()
    least = serializers.IntegerField()
    enrolled = _count()
    standings = ReportedStandingSerializer(many=True)
    decided = _count()
    met = _count()
    mean = _number()
    deviation = _number()
    levels = ReportedLevelSerializer(many=True)
    harm = ReportedHarmSerializer(many=True)
    agreement = AgreementSerializer(allow_null=True)


class CohortReport(CohortView, DetailView):
    """A cohort without identities."""

    asks = True  # the query narrows what is told
    policy = requires(Permission.REPORT_EXPORT)
    names_people = False
    model = Cohort
    shows = CohortReportSerializer

    def cohorts(self, person: User) -> QuerySet[Cohort]:
        return cohorts_reported_to(person)

    @extend_schema(parameters=[ScopeQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        only_known(request)
        return self.shown(cohort_report(self.scope))


class MinimumReportedSerializer(serializers.ModelSerializer[Minimum]):
    class Meta:
        model = Minimum
        fields = ("competency_code", "level")
        read_only_fields = fields


class StandardReportedSerializer(serializers.ModelSerializer[StandardVersion]):
    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = StandardVersion
        fields = (
            "name",
            "pilot",
            "published_at",
            "required_reviews",
            "cut",
            "cut_error",
            "cut_method",
            "keyed_cut",
            "competent_at",
            "not_yet_at",
        )
        read_only_fields = fields


class FormReportedSerializer(serializers.Serializer[Any]):
    """By the pinned G-study; null without one."""

    form = serializers.IntegerField()
    vignettes = serializers.IntegerField()
    phi = serializers.FloatField(allow_null=True)
    standard_error = serializers.FloatField(allow_null=True)


class SurenessSerializer(serializers.Serializer[Any]):
    competent = _count()
    not_yet = _count()
    between = _count()


class TechnicalReportSerializer(serializers.Serializer[Any]):
    assessment = AssessmentNameSerializer()
    made_at = serializers.DateTimeField()
    least = serializers.IntegerField()
    standard = StandardReportedSerializer(source="assessment.standard_version")
    minima = MinimumReportedSerializer(many=True)
    attempts = _count()
    decided = _count()
    met = _count()
    mean = _number()
    deviation = _number()
    standard_error = _number()
    sureness = SurenessSerializer(allow_null=True)
    forms = serializers.SerializerMethodField()
    agreement = AgreementSerializer(allow_null=True)
    not_computed = serializers.ListField(child=serializers.CharField())

    @extend_schema_field(FormReportedSerializer(many=True))
    def get_forms(self, report: Any) -> Any:
        rows = [
            {
                "form": number,
                "vignettes": count,
                "phi": found and found.phi,
                "standard_error": found and found.standard_error,
            }
            for number, found, count in report.forms
        ]
        return FormReportedSerializer(rows, many=True).data


class TechnicalReport(DetailView):
    """What can be said today of the reliability of an assessment. It names nobody."""

    policy = requires(Permission.REPORT_EXPORT)
    model = Assessment
    shows = TechnicalReportSerializer

    def rows(self, person: User) -> QuerySet[Assessment]:
        return assessments_reported_to(person)

    def get_object(self) -> Any:
        return technical_report(super().get_object())


class ComparedProgramSerializer(serializers.Serializer[Any]):
    framework = serializers.CharField()
    program = ProgramNameSerializer()
    decided = _count()
    met = _count()
    mean = _number()
    deviation = _number()
    agreement = PairsSerializer(allow_null=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    rows = ComparedProgramSerializer(many=True)


class ComparedPrograms(DetailView):
    """Programs beside each other, by framework; small numbers are withheld."""

    policy = requires(Permission.REPORT_EXPORT, or_staff=True)
    model = Program
    shows = ComparisonSerializer

    def get_object(self) -> Any:
        return {"rows": comparison(programs_compared_for(self.person))}
