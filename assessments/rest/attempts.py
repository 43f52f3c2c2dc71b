"""Attempts: a trainee's own, and those of programs that see trainees by name."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.attempts import services
from assessments.attempts.models import Attempt, Submission
from assessments.attempts.states import AttemptState, Marking
from assessments.instruments.models import Assessment
from assessments.rest.content import VignetteNameSerializer
from competency.accounts.models import User
from competency.programs.access import requires
from competency.programs.roles import Permission
from competency.rest.fields import Nothing, Reason
from competency.rest.people import PersonSerializer
from competency.rest.views import ActView, DetailView, ListView, RestView, Shows

UNKNOWN = (AttemptState.MARKED, AttemptState.DECIDED)  # to the trainee, until the release


class AssessmentNameSerializer(serializers.ModelSerializer[Assessment]):
    class Meta:
        model = Assessment
        fields = ("id", "code", "title", "number")
        read_only_fields = fields


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    program = serializers.UUIDField(source="program_id", read_only=True)
    trainee = PersonSerializer(source="enrolment.trainee", read_only=True)
    assessment = AssessmentNameSerializer(read_only=True)
    form = serializers.IntegerField(source="form.number", read_only=True)
    state = serializers.SerializerMethodField(
        help_text="To the trainee, marking and deciding look alike until the release."
    )

    class Meta:
        model = Attempt
        fields: tuple[str, ...] = (
            "id",
            "program",
            "enrolment",
            "trainee",
            "assessment",
            "form",
            "number",
            "state",
            "opens_at",
            "closes_at",
            "allowed_seconds",
            "sitting_mode",
            "started_at",
            "due_at",
            "handed_in_at",
            "released_at",
            "void_reason",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(AttemptState.choices))
    def get_state(self, attempt: Attempt) -> str:
        own = attempt.enrolment.trainee_id == self.context["request"].user.pk
        unknown = own and attempt.released_at is None and attempt.state in UNKNOWN
        return AttemptState.HANDED_IN if unknown else attempt.state


class SubmissionLineSerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField(read_only=True)
    vignette = VignetteNameSerializer(source="vignette_version", read_only=True)
    marking = serializers.SerializerMethodField(help_text="Null for the trainee.")

    @extend_schema_field(serializers.ChoiceField(Marking.choices, allow_null=True))
    def get_marking(self, submission: Submission) -> str | None:
        return None if self.context["own"] else submission.state


class AttemptDetailSerializer(AttemptSerializer):
    """With its submissions; a trainee learns the vignettes by starting."""

    submissions = serializers.SerializerMethodField()

    class Meta(AttemptSerializer.Meta):
        fields = (*AttemptSerializer.Meta.fields, "submissions")
        read_only_fields = fields

    @extend_schema_field(SubmissionLineSerializer(many=True))
    def get_submissions(self, attempt: Attempt) -> Any:
        own = attempt.enrolment.trainee_id == self.context["request"].user.pk
        if own and attempt.started_at is None:
            return []
        rows = attempt.submissions.select_related("vignette_version__vignette")
        rows = rows.order_by("position")
        return SubmissionLineSerializer(rows, many=True, context={"own": own}).data


class AttemptFilter(django_filters.FilterSet):
    program = django_filters.UUIDFilter(field_name="enrolment__cohort__program_id")
    cohort = django_filters.UUIDFilter(field_name="enrolment__cohort_id")
    trainee = django_filters.UUIDFilter(field_name="enrolment__trainee_id")
    assessment = django_filters.UUIDFilter(field_name="assessment_id")
    state = django_filters.ChoiceFilter(choices=AttemptState.choices, method="in_state")

    def in_state(self, rows: QuerySet[Attempt], name: str, state: str) -> QuerySet[Attempt]:
        unknown = Q(enrolment__trainee=self.request.user, released_at=None, state__in=UNKNOWN)
        if state == AttemptState.HANDED_IN:
            return rows.filter(Q(state=state) | unknown)
        return rows.filter(Q(state=state) & ~unknown)


class SeesAttempts(RestView):
    policy = requires(Permission.ATTEMPT_SIT, Permission.ATTEMPT_VIEW)
    model = Attempt
    shows: Shows = AttemptSerializer

    def rows(self, person: User) -> QuerySet[Attempt]:
        return with_names(Attempt.objects.visible_to(person))


def with_names(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    return attempts.select_related("enrolment__trainee", "enrolment__cohort", "assessment", "form")


class AttemptList(SeesAttempts, ListView):
    """One's own attempts, and those of programs whose attempts one may see."""

    filterset_class = AttemptFilter


class AttemptDetail(SeesAttempts, DetailView):
    """One attempt with its submissions."""

    shows = AttemptDetailSerializer


class RunsAttempts(SeesAttempts):
    policy = requires(Permission.PROGRAM_RUN)

    def rows(self, person: User) -> QuerySet[Attempt]:
        return with_names(Attempt.objects.run_by(person))


class VoidAttempt(RunsAttempts, ActView):
    """Void an attempt that was never handed in. The reason stays on the record."""

    takes = Reason

    def act(self, subject: Attempt, **given: Any) -> None:
        services.void_attempt(subject, **given, by=self.person)


class ReleaseResults(RunsAttempts, ActView):
    """Show the results of a decided attempt to the trainee, and reviews to those they concern."""

    takes = Nothing

    def act(self, subject: Attempt, **given: Any) -> None:
        services.release_results(subject, by=self.person)
