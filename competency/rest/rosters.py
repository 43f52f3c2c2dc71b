"""Rosters: upload a file, read what it would change, import all of it or nothing."""

import base64
import binascii
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from competency.accounts.models import User
from competency.foundation.errors import InvalidInput
from competency.programs.access import requires
from competency.programs.models import Program
from competency.programs.people import run_by
from competency.programs.roles import Permission
from competency.rest.fields import SHORT, Input, Text, Truth
from competency.rest.reports import CSVRenderer
from competency.rest.views import ActView, DetailView, ListView, RestView
from competency.rosters import services
from competency.rosters.exporting import exported
from competency.rosters.models import Roster

OUTCOMES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["line", "email", "kind", "steps", "faults", "note"],
        "properties": {
            "line": {"type": "string"},
            "email": {"type": "string"},
            "kind": {"type": "string", "enum": ["new", "changed", "unchanged", "error"]},
            "steps": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {name: {"type": "string"} for name in ("act", "before", "after")},
                },
            },
            "faults": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        name: {"type": "string"} for name in ("field", "column", "message")
                    },
                },
            },
            "note": {"type": "string"},
        },
    },
}


class RosterSerializer(serializers.ModelSerializer[Roster]):
    class Meta:
        model = Roster
        fields = ("id", "program", "file_name", "kind", "state", "created_at", "expires_at",
                  "settled_at", "summary")  # fmt: skip
        read_only_fields = fields


class DryRunSerializer(RosterSerializer):
    """With what it would change, row by row, while it waits for a word."""

    seen = serializers.SerializerMethodField()
    cohorts = serializers.SerializerMethodField()
    outcomes = serializers.SerializerMethodField()

    class Meta(RosterSerializer.Meta):
        fields = (*RosterSerializer.Meta.fields, "seen", "cohorts", "outcomes")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]

    def to_representation(self, instance: Roster) -> Any:
        self.plan = services.plan_of(instance)
        return super().to_representation(instance)

    def get_seen(self, roster: Roster) -> str:
        """Send this back to import what is shown here, and nothing else."""
        return services.digest_of(self.plan)

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_cohorts(self, roster: Roster) -> list[str]:
        return list(self.plan.cohorts)

    @extend_schema_field(OUTCOMES)
    def get_outcomes(self, roster: Roster) -> list[dict[str, Any]]:
        return [
            {
                "line": outcome.row.line,
                "email": outcome.row.email,
                "kind": outcome.kind,
                "steps": [vars(step) for step in outcome.steps],
                "faults": [vars(fault) for fault in outcome.faults],
                "note": outcome.note,
            }
            for outcome in self.plan.outcomes
        ]


class RosterGiven(Input):
    """A file: CSV, XLSX or a OneRoster package, in base64."""

    file_name = Text(max_length=SHORT)
    content = Text(max_length=7_000_000)


class WordGiven(Input):
    """What was seen, and whether new accounts are invited by mail (yes, where it is not said)."""

    seen = Text(max_length=64)
    invites = Truth(required=False)


class RunsRosters(RestView):
    policy = requires(Permission.PROGRAM_RUN)
    model: Any = Roster
    shows: Any = RosterSerializer

    def rows(self, person: User) -> QuerySet[Any]:
        return Roster.objects.visible_to(person).select_related("program")


class RosterList(RunsRosters, ListView):
    """The rosters of one program; POST uploads one, and answers with what it would change."""

    takes = RosterGiven
    success = 201
    acts = {"POST": "CheckRoster"}

    def program(self) -> Program:
        return get_object_or_404(run_by(self.person), pk=self.kwargs["pk"])

    def rows(self, person: User) -> QuerySet[Any]:
        return super().rows(person).filter(program=self.program()).defer("rows")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        program, given = self.program(), self.given()
        try:
            content = base64.b64decode(given["content"], validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidInput({"content": "This is not base64."}) from error
        name = given["file_name"]
        return self.shown(services.check_roster(program, content, file_name=name, by=self.person))


class RosterDetail(RunsRosters, DetailView):
    """One roster: what it would change, or what came of it."""

    shows = DryRunSerializer


class ImportRoster(RunsRosters, ActView):
    """Do all that was shown, or nothing."""

    takes = WordGiven

    def act(self, subject: Roster, **given: Any) -> None:
        services.import_roster(subject, **given, by=self.person)


class DropRoster(RunsRosters, ActView):
    """Let it be; its rows are deleted."""

    def act(self, subject: Roster, **given: Any) -> None:
        services.drop_roster(subject, by=self.person)


class RosterFile(RunsRosters):
    """The program's roster as CSV in UTF-8; imported again it changes nothing."""

    model = Program
    renderer_classes = (CSVRenderer, JSONRenderer)
    pagination_class = None

    def rows(self, person: User) -> QuerySet[Any]:
        return run_by(person)

    @extend_schema(responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, "The roster.")})
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        program = self.get_object()
        return HttpResponse(exported(program, "csv"), content_type="text/csv; charset=utf-8")
