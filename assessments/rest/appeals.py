"""Appeals: lodged by a trainee, decided by a certifier who comes to them fresh."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from assessments.attempts.models import Attempt
from assessments.workflow.services import decide_appeal, lodge_appeal
from competency.accounts.models import User
from competency.appeals import services
from competency.appeals.models import Appeal
from competency.appeals.policies import bars_to_hearing
from competency.appeals.states import AppealState
from competency.decisions.models import Decision
from competency.foundation.errors import DomainError
from competency.programs.access import Policies, requires, signed_in
from competency.programs.policies import has_permission
from competency.programs.roles import Permission
from competency.rest.fields import Input, Nothing, Text, Truth
from competency.rest.people import PersonSerializer
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView, Shows

TRAINEE = "decision__enrolment__trainee"


class AppealSerializer(serializers.ModelSerializer[Appeal]):
    program = serializers.UUIDField(source="program_id", read_only=True)
    attempt = serializers.UUIDField(source="decision.attempt_id", read_only=True)
    trainee = PersonSerializer(source="decision.enrolment.trainee", read_only=True)
    decider = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Appeal
        fields: tuple[str, ...] = (
            "id",
            "program",
            "decision",
            "attempt",
            "trainee",
            "state",
            "lodged_at",
            "decider",
            "decided_at",
            "reason",
        )
        read_only_fields = fields


class AppealDetailSerializer(AppealSerializer):
    """With its grounds, for the trainee and for certifiers without a tie to it."""

    grounds = serializers.SerializerMethodField(help_text="Null for whoever may not read them.")
    bars = serializers.SerializerMethodField(help_text="What keeps this certifier from deciding.")

    class Meta(AppealSerializer.Meta):
        fields = (*AppealSerializer.Meta.fields, "grounds", "bars")
        read_only_fields = fields

    def _bars(self, appeal: Appeal) -> list[str] | None:
        """None for whoever certifies nothing here."""
        person = self.context["request"].user
        certifies = has_permission(person, Permission.DECISION_RATIFY, appeal.program_id)
        return bars_to_hearing(person, appeal) if certifies else None

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_grounds(self, appeal: Appeal) -> str | None:
        own = appeal.decision.enrolment.trainee_id == self.context["request"].user.pk
        return appeal.grounds if own or self._bars(appeal) == [] else None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_bars(self, appeal: Appeal) -> list[str]:
        return self._bars(appeal) or []


class AppealFilter(django_filters.FilterSet):
    program = django_filters.UUIDFilter(field_name="decision__enrolment__cohort__program_id")
    state = django_filters.ChoiceFilter(choices=AppealState.choices)


class SeesAppeals(RestView):
    policy: Policies = signed_in
    model = Appeal
    shows: Shows = AppealSerializer

    def rows(self, person: User) -> QuerySet[Appeal]:
        return with_people(Appeal.objects.visible_to(person))


def with_people(appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    return appeals.select_related(
        TRAINEE, "decision__enrolment__cohort", "decision__standard_version", "decider"
    )


class AppealList(SeesAppeals, ListView):
    """One's own appeals, and those of programs whose decisions one sees."""

    filterset_class = AppealFilter


class AppealDetail(SeesAppeals, DetailView):
    """One appeal."""

    shows = AppealDetailSerializer


@extend_schema_serializer(
    examples=[example("Overlooked", {"grounds": "My note names the nightstand twice."})]
)
class Grounds(Input):
    grounds = Text()


class LodgeAppeal(ActView):
    """Appeal the released decision on one's own attempt, within the Standard's days."""

    policy = signed_in
    model = Attempt
    shows = AppealDetailSerializer
    takes = Grounds
    success = 201

    def rows(self, person: User) -> QuerySet[Attempt]:
        return Attempt.objects.of_trainee(person)

    def act(self, subject: Attempt, **given: Any) -> Appeal:
        decisions = Decision.objects.of_trainee(self.person).filter(attempt_id=subject.pk)
        decision = decisions.select_related("standard_version").order_by("-round").first()
        if decision is None:
            raise DomainError("Only a released decision can be appealed.")
        return lodge_appeal(decision, **given, by=self.person)


class WithdrawAppeal(ActView):
    """Take one's own appeal back, while nobody has taken it up."""

    policy = signed_in
    model = Appeal
    shows = AppealDetailSerializer
    takes = Nothing

    def rows(self, person: User) -> QuerySet[Appeal]:
        return with_people(Appeal.objects.of_trainee(person))

    def act(self, subject: Appeal, **given: Any) -> None:
        services.withdraw_appeal(subject, by=self.person)


class HearsAppeals(SeesAppeals, ActView):
    policy = requires(Permission.DECISION_RATIFY)
    shows = AppealDetailSerializer


class TakeUpAppeal(HearsAppeals):
    """Take an appeal up, with nothing that ties one to it."""

    takes = Nothing

    def act(self, subject: Appeal, **given: Any) -> None:
        services.take_up_appeal(subject, by=self.person)


@extend_schema_serializer(
    examples=[example("Denied", {"granted": False, "reason": "Time was the same for all."})]
)
class AppealOutcome(Input):
    granted = Truth()
    reason = Text()


class DecideAppeal(HearsAppeals):
    """Grant or deny an appeal, with reasons. Granted, fresh people judge the attempt again."""

    takes = AppealOutcome

    def act(self, subject: Appeal, **given: Any) -> None:
        decide_appeal(subject, **given, by=self.person)
