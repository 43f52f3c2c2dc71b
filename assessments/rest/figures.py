"""A cohort's figures as JSON, and the rows behind them."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.figures.dashboard import Dashboard
from assessments.figures.levels import cells_of
from assessments.figures.rows import people_behind
from assessments.figures.standings import Standing, places_of
from assessments.rest.scoped import (
    CohortView,
    ScopeFilter,
    ScopeQuery,
    StandingFilter,
    behind,
    only_known,
)
from competency.accounts.models import User
from competency.decisions.models import Decision
from competency.decisions.states import Outcome
from competency.programs.models import Cohort, Enrolment
from competency.rest.people import PersonSerializer
from competency.rest.views import DetailView, ListView


class ShareSerializer(serializers.Serializer[Any]):
    """`low` and `high`: Wilson’s 95% interval of the share."""

    count = serializers.IntegerField()
    total = serializers.IntegerField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class OverallSerializer(serializers.Serializer[Any]):
    met = ShareSerializer()
    mean = serializers.FloatField(allow_null=True)
    deviation = serializers.FloatField(allow_null=True)


class ProgressSerializer(serializers.Serializer[Any]):
    standings = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many trainees stand where."
    )
    enrolled = serializers.IntegerField()
    handed_in = serializers.IntegerField()
    marked = serializers.IntegerField()
    competent = serializers.IntegerField()
    certified = serializers.IntegerField()


class ColumnSerializer(serializers.Serializer[Any]):
    """A competency over everyone decided; `bins` counts levels below 1.6, 2.0, 2.4, 2.8, 3.2,
    3.6 and above."""

    code = serializers.CharField()
    title = serializers.CharField()
    count = serializers.IntegerField()
    mean = serializers.FloatField()
    deviation = serializers.FloatField(allow_null=True)
    bins = serializers.ListField(child=serializers.IntegerField())


class MonthSerializer(serializers.Serializer[Any]):
    month = serializers.DateTimeField(help_text="Its first moment in the program’s zone.")
    count = serializers.IntegerField()
    competent = serializers.IntegerField()
    mean = serializers.FloatField()
    interval = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="95%, of the mean."
    )
    levels = serializers.DictField(child=serializers.FloatField())


class PairsSerializer(serializers.Serializer[Any]):
    """Kappa is quadratic weighted; null where it is undefined. Its 95% interval is null where
    fewer than twenty trainees stand behind it."""

    pairs = serializers.IntegerField()
    exact = serializers.FloatField()
    adjacent = serializers.FloatField()
    kappa = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class CompetencyAgreementSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    found = PairsSerializer()


class AgreementSerializer(serializers.Serializer[Any]):
    """Of released results alone."""

    trainees = serializers.IntegerField()
    few = serializers.BooleanField()
    whole = PairsSerializer()
    competencies = CompetencyAgreementSerializer(many=True)


class HarmRateSerializer(serializers.Serializer[Any]):
    """Of marked responses. An empty code stands for critical options."""

    code = serializers.CharField(allow_blank=True)
    title = serializers.CharField()
    flagged = ShareSerializer()
    confirmed = serializers.IntegerField()
    dismissed = serializers.IntegerField()
    open = serializers.IntegerField()


class WorkSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    count = serializers.IntegerField()
    overdue = serializers.IntegerField(help_text="For more than seven days.")
    oldest = serializers.DateTimeField(allow_null=True)


class EndingSerializer(serializers.Serializer[Any]):
    month = serializers.DateTimeField()
    count = serializers.IntegerField()


class ExpiringSerializer(serializers.Serializer[Any]):
    months = EndingSerializer(many=True)
    total = serializers.IntegerField()
    soon = serializers.IntegerField(help_text="Within 90 days.")


class ResponsesSerializer(serializers.Serializer[Any]):
    received = serializers.IntegerField()
    marked = serializers.IntegerField()
    waiting_days = serializers.IntegerField()


class DashboardSerializer(serializers.Serializer[Any]):
    """Levels come from ratified decisions alone."""

    cohort = serializers.UUIDField(source="scope.cohort.pk")
    cut = serializers.FloatField(
        source="scope.cut", allow_null=True, help_text="Null where assessments differ in it."
    )
    progress = ProgressSerializer()
    overall = OverallSerializer()
    responses = ResponsesSerializer()
    competencies = ColumnSerializer(source="columns", many=True)
    months = MonthSerializer(many=True)
    agreement = AgreementSerializer()
    harm = HarmRateSerializer(many=True)
    work = WorkSerializer(many=True)
    expiring = ExpiringSerializer()


class CohortDashboard(CohortView, DetailView):
    """The figures of a cohort, in a number of queries that does not grow with it."""

    asks = True  # the query narrows what is told
    model = Cohort
    shows = DashboardSerializer

    @extend_schema(parameters=[ScopeQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        only_known(request)
        return self.shown(Dashboard(self.scope))


class CohortStandingSerializer(serializers.ModelSerializer[Enrolment]):
    trainee = PersonSerializer(read_only=True)
    standing = serializers.ChoiceField(
        Standing.choices, source="place.standing.value", read_only=True
    )
    missing = serializers.CharField(
        source="place.missing", read_only=True, help_text="In words, what is to come first."
    )
    attempt = serializers.UUIDField(source="place.attempt", read_only=True, allow_null=True)

    class Meta:
        model = Enrolment
        fields = ("id", "trainee", "trainee_number", "standing", "missing", "attempt")
        read_only_fields = fields


class CohortStandings(CohortView, ListView):
    """Where each trainee of a cohort stands, and what is missing."""

    model = Enrolment
    shows = CohortStandingSerializer
    filterset_class = StandingFilter

    def rows(self, person: User) -> QuerySet[Enrolment]:
        return people_behind(self.scope, behind(self.request))

    def paginate_queryset(self, queryset: Any) -> Any:
        page: Any = super().paginate_queryset(queryset)
        places = places_of(self.scope, [row.pk for row in page])
        for row in page:
            row.place = places[row.pk]
        return page


class CellSerializer(serializers.Serializer[Any]):
    level = serializers.FloatField()
    error = serializers.FloatField()
    harm = serializers.BooleanField(help_text="Whether harm was confirmed.")


class HeatRowSerializer(serializers.ModelSerializer[Decision]):
    """The last ratified result of a trainee, with a cell for each competency."""

    trainee = PersonSerializer(source="enrolment.trainee", read_only=True)
    attempt = serializers.UUIDField(source="attempt_id", read_only=True)
    outcome = serializers.ChoiceField(Outcome.choices, read_only=True)
    levels = serializers.DictField(child=CellSerializer(), read_only=True)

    class Meta:
        model = Decision
        fields = ("id", "trainee", "attempt", "outcome", "composite", "standard_error", "levels")
        read_only_fields = fields


class CohortLevels(CohortView, ListView):
    """Competency by trainee."""

    model = Decision
    shows = HeatRowSerializer
    filterset_class = ScopeFilter

    def rows(self, person: User) -> QuerySet[Decision]:
        return self.scope.decided().select_related("enrolment__trainee")

    def paginate_queryset(self, queryset: Any) -> Any:
        page: Any = super().paginate_queryset(queryset)
        found = cells_of(page)
        for row in page:
            row.levels = found[row.pk]
        return page
