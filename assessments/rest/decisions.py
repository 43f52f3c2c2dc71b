"""Decisions: what was proposed and why; a certifier puts a name under it, or sends it back."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.attempts.models import Attempt
from assessments.workflow import services
from competency.accounts.models import User
from competency.decisions.models import Decision
from competency.decisions.policies import conflicts_with
from competency.decisions.states import DecisionState, Outcome, Referral
from competency.programs.access import requires
from competency.programs.policies import has_permission
from competency.programs.roles import Permission
from competency.rest.fields import Input, Key, Reason, Text
from competency.rest.people import PersonSerializer
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView

BATCH = 200


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    program = serializers.UUIDField(source="program_id", read_only=True)
    trainee = PersonSerializer(source="enrolment.trainee", read_only=True)
    assessment = serializers.CharField(source="assessment_title", read_only=True)
    settled_by = PersonSerializer(read_only=True, allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField(), read_only=True)
    referral = serializers.SerializerMethodField()

    class Meta:
        model = Decision
        fields: tuple[str, ...] = (
            "id",
            "program",
            "enrolment",
            "trainee",
            "assessment",
            "attempt_id",
            "round",
            "state",
            "outcome",
            "reasons",
            "composite",
            "standard_error",
            "probability",
            "created_at",
            "settled_at",
            "settled_by",
            "settled_reason",
            "formative",
            "referral",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(Referral.choices, allow_null=True))
    def get_referral(self, decision: Decision) -> str | None:
        return decision.referral or None


class DecisionDetailSerializer(DecisionSerializer):
    """With the whole trail, and what bars this reader from settling it."""

    dossier = serializers.SerializerMethodField(
        help_text="Until the release, single reviews are for a certifier without a conflict."
    )
    barred_by = serializers.SerializerMethodField()

    class Meta(DecisionSerializer.Meta):
        fields = (*DecisionSerializer.Meta.fields, "dossier", "dossier_hash", "barred_by")
        read_only_fields = fields

    def get_dossier(self, decision: Decision) -> dict[str, Any]:
        attempt = Attempt.objects.filter(pk=decision.attempt_id, released_at__isnull=False)
        if self._opened(decision) or attempt.exists():
            return decision.dossier
        return without_reviews(decision.dossier)

    def get_barred_by(self, decision: Decision) -> list[str]:
        person = self.context["view"].person
        return conflicts_with(person, decision) if self._certifies(decision) else []

    def _opened(self, decision: Decision) -> bool:
        return self._certifies(decision) and not self.get_barred_by(decision)

    def _certifies(self, decision: Decision) -> bool:
        person = self.context["view"].person
        return has_permission(person, Permission.DECISION_RATIFY, decision.program_id)


def without_reviews(dossier: dict[str, Any]) -> dict[str, Any]:
    """A dossier without what each reviewer judged."""
    withheld: dict[str, Any] = {"reviews": None, "standing": None, "agreement": None}
    return dossier | {
        "submissions": [row | withheld for row in dossier["submissions"]],
        "harm_flags": [row | {"judgements": None} for row in dossier["harm_flags"]],
    }


@extend_schema_serializer(
    examples=[
        example("Without a remark", {}),
        example("A *refer* that goes to two fresh people", {"referral": "panel"}),
        example("With a remark", {"reason": "Checked with the site."}),
    ]
)
class Ratification(Input):
    """`referral` says how a *refer* goes on; without it, the usual way."""

    reason = Text(default="", allow_blank=True)
    referral = serializers.ChoiceField(Referral.choices, required=False)


class DecisionFilter(django_filters.FilterSet):
    program = django_filters.UUIDFilter(field_name="enrolment__cohort__program_id")
    state = django_filters.ChoiceFilter(choices=DecisionState.choices)
    outcome = django_filters.ChoiceFilter(choices=Outcome.choices)
    attempt = django_filters.UUIDFilter(field_name="attempt_id")


class SeesDecisions(RestView):
    policy = requires(Permission.DECISION_VIEW)
    model = Decision
    shows = DecisionSerializer

    def rows(self, person: User) -> QuerySet[Decision]:
        rows = Decision.objects.visible_to(person).in_brief()
        return rows.select_related("enrolment__trainee", "enrolment__cohort", "settled_by")


class DecisionList(SeesDecisions, ListView):
    """Decisions of one's programs, newest first."""

    filterset_class = DecisionFilter


class DecisionDetail(SeesDecisions, DetailView):
    """One decision with its dossier."""

    shows = DecisionDetailSerializer


class Settles(SeesDecisions, ActView):
    policy = requires(Permission.DECISION_RATIFY)
    shows = DecisionDetailSerializer


class RatifyDecision(Settles):
    """Put one's name under a proposal; a certificate follows in the background."""

    takes = Ratification

    def act(self, subject: Decision, **given: Any) -> None:
        services.ratify(subject, **given, by=self.person)


class ReturnDecision(Settles):
    """Send a proposal back with a reason; fresh people judge it in a new round."""

    takes = Reason

    def act(self, subject: Decision, **given: Any) -> None:
        services.return_decision(subject, **given, by=self.person)


@extend_schema_serializer(
    examples=[example("Two", {"decisions": ["018f4e7a-0000-7000-8000-000000000001"]})]
)
class Batch(Input):
    """Which proposals, each by its id, and a remark for the record of each."""

    decisions = serializers.ListField(child=Key(), min_length=1, max_length=BATCH)
    reason = Text(default="", allow_blank=True)


class RefusedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    detail = serializers.CharField()


class BatchSerializer(serializers.Serializer[Any]):
    """Which came to be ratified, and which not and why."""

    ratified = serializers.ListField(child=serializers.UUIDField())
    refused = RefusedSerializer(many=True)


class RatifyBatch(RestView):
    """Put one's name under several proposals. Each stands for itself: some may be refused."""

    policy = requires(Permission.DECISION_RATIFY)
    model = Decision
    takes = Batch
    shows = BatchSerializer
    pagination_class = None

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        given = self.given()
        refused = services.ratify_each(given["decisions"], by=self.person, reason=given["reason"])
        ratified = [pk for pk in dict.fromkeys(given["decisions"]) if pk not in refused]
        told = [{"id": pk, "detail": words} for pk, words in refused.items()]
        return self.shown({"ratified": ratified, "refused": told})
