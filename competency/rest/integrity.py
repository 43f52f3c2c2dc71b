"""Is the trail whole? Each chain's end, and the checks that were asked for."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competency.accounts.models import User
from competency.audit.models import AuditSeal
from competency.integrity import progress, services
from competency.integrity.models import IntegrityCheck
from competency.integrity.policies import checks_visible_to, programs_checked_by
from competency.integrity.standing import Standing, standings
from competency.programs.access import Policies, requires
from competency.programs.models import Program
from competency.programs.roles import Permission
from competency.rest.views import DetailView, ListView, RestView


class FindingSerializer(serializers.Serializer[dict[str, str]]):
    program = serializers.CharField(help_text="Its code; empty for acts of no program.")
    words = serializers.CharField()


class IntegrityCheckSerializer(serializers.ModelSerializer[IntegrityCheck]):
    """`found` is null until the check is answered; 0 says that nothing is wrong."""

    findings = FindingSerializer(many=True, read_only=True)

    class Meta:
        model = IntegrityCheck
        fields: tuple[str, ...] = (
            *("id", "program", "created_at", "started_at", "finished_at"),
            *("found", "findings", "head", "seals", "events", "unsealed"),
        )
        read_only_fields = fields


class CheckUnderWaySerializer(IntegrityCheckSerializer):
    """With how far it has got, while it is under way."""

    seals_read = serializers.SerializerMethodField()

    class Meta(IntegrityCheckSerializer.Meta):
        fields = (*IntegrityCheckSerializer.Meta.fields, "seals_read")
        read_only_fields = fields

    def get_seals_read(self, check: IntegrityCheck) -> int:
        return check.seals if check.finished_at else progress.seals_read(check.pk)


class SealSerializer(serializers.ModelSerializer[AuditSeal]):
    class Meta:
        model = AuditSeal
        fields = ("number", "hash", "sealed_at", "first_event_id", "last_event_id")
        read_only_fields = fields


class ChainSerializer(serializers.Serializer[Standing]):
    """The end of a program's chain. Note its hash elsewhere: it proves that nothing was cut off."""

    program = serializers.UUIDField(source="program.pk", read_only=True)
    last_seal = SealSerializer(source="seal", read_only=True, allow_null=True)
    last_check = IntegrityCheckSerializer(source="last", read_only=True, allow_null=True)
    open_check = serializers.SerializerMethodField()

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_open_check(self, standing: Standing) -> Any:
        return standing.open.pk if standing.open else None


CHECKERS = requires(Permission.AUDIT_VIEW, or_staff=True)


class Chain(DetailView):
    """Where the trail of one program stands."""

    policy = CHECKERS
    model = Program
    shows = ChainSerializer

    def rows(self, person: User) -> QuerySet[Program]:
        return programs_checked_by(person)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        (standing,) = standings([self.get_object()])
        return self.shown(standing)


class SeesChecks(RestView):
    policy: Policies = CHECKERS
    model = IntegrityCheck
    shows = IntegrityCheckSerializer

    def rows(self, person: User) -> QuerySet[IntegrityCheck]:
        return checks_visible_to(person)


class IntegrityCheckList(SeesChecks, ListView):
    """The checks of one program's trail; POST asks for one, or finds the one under way."""

    policy = {"GET": CHECKERS, "POST": CHECKERS}
    success = 202
    acts = {"POST": "AskForCheck"}

    def program(self) -> Program:
        return get_object_or_404(programs_checked_by(self.person), pk=self.kwargs["pk"])

    def rows(self, person: User) -> QuerySet[IntegrityCheck]:
        return super().rows(person).filter(program=self.program())

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        program = self.program()
        self.given()
        return self.shown(services.ask_for_check(program, by=self.person))


class IntegrityCheckDetail(SeesChecks, DetailView):
    """One check: how far it is, or what it found."""

    shows = CheckUnderWaySerializer
