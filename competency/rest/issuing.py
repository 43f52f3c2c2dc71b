"""Runs that issue many certificates, and their progress; credentials and transcripts."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from competency.accounts.models import User
from competency.batches import services
from competency.batches.models import IssuingRun
from competency.certificates.models import Certificate
from competency.programs.access import requires, signed_in
from competency.programs.models import Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.rest.views import ActView, DetailView, ListView, RestView, Shows

NO_CREDENTIAL = "This certificate has no credential in force."
SIGNED = {(200, "application/json"): OpenApiResponse(OpenApiTypes.OBJECT, "The signed JSON-LD.")}


class FailureSerializer(serializers.Serializer[Any]):
    certificate = serializers.UUIDField(source="certificate_id", read_only=True)
    error = serializers.CharField(read_only=True)


class IssuingRunSerializer(serializers.ModelSerializer[IssuingRun]):
    """How far a run is."""

    issued = serializers.IntegerField(read_only=True)
    failed = serializers.IntegerField(read_only=True)

    class Meta:
        model = IssuingRun
        fields: tuple[str, ...] = (
            "id",
            "program",
            "created_at",
            "total",
            "issued",
            "failed",
            "stopped_at",
            "finished_at",
        )
        read_only_fields = fields


class IssuingRunDetailSerializer(IssuingRunSerializer):
    """With `failures`, which say why, of the first hundred that failed."""

    failures = serializers.SerializerMethodField()

    class Meta(IssuingRunSerializer.Meta):
        fields = (*IssuingRunSerializer.Meta.fields, "failures")
        read_only_fields = fields

    @extend_schema_field(FailureSerializer(many=True))
    def get_failures(self, run: IssuingRun) -> Any:
        rows = run.items.exclude(error="").order_by("settled_at")[:100]
        return FailureSerializer(rows, many=True).data


class SeesRuns(RestView):
    policy = requires(Permission.CERTIFICATE_VIEW)
    model = IssuingRun
    shows: Shows = IssuingRunDetailSerializer

    def rows(self, person: User) -> QuerySet[IssuingRun]:
        return IssuingRun.objects.visible_to(person).with_progress()

    def shown(self, subject: IssuingRun) -> Response:
        """Counted anew: an act may have changed it."""
        return super().shown(self.rows(self.person).get(pk=subject.pk))


class IssuingRunFilter(django_filters.FilterSet):
    program = django_filters.UUIDFilter(field_name="program_id")


class IssuingRunList(SeesRuns, ListView):
    """Runs of the programs whose certificates one may see."""

    shows = IssuingRunSerializer
    filterset_class = IssuingRunFilter


class IssuingRunDetail(SeesRuns, DetailView):
    """One run with its progress."""


class StartIssuingRun(SeesRuns, ActView):
    """Issue everything that a program has awarded, in batches, in the background."""

    policy = requires(Permission.DECISION_RATIFY)
    success = 201

    def get_object(self) -> Program:
        programs = programs_where(self.person, Permission.DECISION_RATIFY)
        return get_object_or_404(programs, pk=self.kwargs["pk"])

    def act(self, subject: Program, **given: Any) -> IssuingRun:
        return services.start_run(subject, by=self.person)


class StopIssuingRun(SeesRuns, ActView):
    """Begin nothing new; what is under way is finished."""

    policy = requires(Permission.DECISION_RATIFY)

    def act(self, subject: IssuingRun, **given: Any) -> None:
        services.stop_run(subject, by=self.person)


class ResumeIssuingRun(SeesRuns, ActView):
    """Go on with a stopped run."""

    policy = requires(Permission.DECISION_RATIFY)

    def act(self, subject: IssuingRun, **given: Any) -> None:
        services.resume_run(subject, by=self.person)


class SignedCredential(RestView):
    """The signed Open Badge 3.0 of a certificate, byte for byte; 404 while there is none."""

    policy = signed_in
    model = Certificate
    pagination_class = None

    def rows(self, person: User) -> QuerySet[Certificate]:
        return Certificate.objects.visible_to(person)

    @extend_schema(responses=SIGNED)
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        current = self.get_object().credentials.current().first()
        if current is None:
            raise NotFound(NO_CREDENTIAL, code="no_credential")
        return download(bytes(current.document), f"{current.certificate.number}.json")


def download(content: bytes, name: str, kind: str = "application/json") -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
