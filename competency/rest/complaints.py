"""Complaints: one's own, and the register of programs one runs or audits."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competency.accounts.models import User
from competency.cases.models import Complaint
from competency.cases.services import answer_complaint, take_complaint
from competency.programs.access import Policies, requires, signed_in
from competency.programs.models import Program
from competency.programs.policies import has_permission
from competency.programs.roles import Permission
from competency.rest.fields import LONG, SHORT, Input, Text
from competency.rest.filters import TruthFilter
from competency.rest.people import PersonSerializer
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView


class ComplaintSerializer(serializers.ModelSerializer[Complaint]):
    class Meta:
        model = Complaint
        fields: tuple[str, ...] = (
            "id",
            "program",
            "number",
            "received_at",
            "subject",
            "answered_at",
            "outcome",
        )
        read_only_fields = fields


class ComplaintDetailSerializer(ComplaintSerializer):
    """With what was said and by whom, for who lodged it and who runs the program."""

    text = serializers.SerializerMethodField(help_text="Null for those who only see the register.")
    complainant = serializers.SerializerMethodField()
    answered_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta(ComplaintSerializer.Meta):
        fields = (*ComplaintSerializer.Meta.fields, "text", "complainant", "answered_by")
        read_only_fields = fields

    def _reads(self, complaint: Complaint) -> bool:
        person = self.context["request"].user
        own = complaint.complainant_id == person.pk
        return own or has_permission(person, Permission.PROGRAM_RUN, complaint.program_id)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_text(self, complaint: Complaint) -> str | None:
        return complaint.words if self._reads(complaint) else None

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_complainant(self, complaint: Complaint) -> str | None:
        return complaint.from_whom if self._reads(complaint) else None


@extend_schema_serializer(
    examples=[
        example("A window", {"subject": "Late window", "text": "It closed at two in the morning."})
    ]
)
class ComplaintGiven(Input):
    subject = Text(max_length=SHORT, help_text="Kept in the register as it is; name nobody.")
    text = Text(max_length=LONG)


class LodgeComplaint(RestView):
    """Lodge a complaint about a program that one belongs to."""

    policy = signed_in
    model = Program
    shows = ComplaintDetailSerializer
    takes = ComplaintGiven
    success = 201
    pagination_class = None

    def rows(self, person: User) -> QuerySet[Program]:
        return Program.objects.visible_to(person)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        program = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        return self.shown(take_complaint(program, **self.given(), by=self.person))


class ComplaintFilter(django_filters.FilterSet):
    program = django_filters.UUIDFilter(field_name="program_id")
    open = TruthFilter(field_name="answered_at", lookup_expr="isnull")


class SeesComplaints(RestView):
    policy: Policies = signed_in
    model = Complaint
    shows = ComplaintSerializer

    def rows(self, person: User) -> QuerySet[Complaint]:
        rows = Complaint.objects.visible_to(person)
        return rows.select_related("program", "complainant", "answered_by")


class ComplaintList(SeesComplaints, ListView):
    """One's own complaints, and the register of programs one runs or audits."""

    filterset_class = ComplaintFilter


class ComplaintDetail(SeesComplaints, DetailView):
    """One complaint and what came of it."""

    shows = ComplaintDetailSerializer


@extend_schema_serializer(examples=[example("Answered", {"outcome": "Windows end at ten now."})])
class OutcomeGiven(Input):
    outcome = Text()


class AnswerComplaint(ActView):
    """Answer a complaint; date and outcome stay in the register."""

    policy = requires(Permission.PROGRAM_RUN)
    model = Complaint
    shows = ComplaintDetailSerializer
    takes = OutcomeGiven

    def rows(self, person: User) -> QuerySet[Complaint]:
        rows = Complaint.objects.run_by(person)
        return rows.select_related("program", "complainant", "answered_by")

    def act(self, subject: Complaint, **given: Any) -> None:
        answer_complaint(subject, **given, by=self.person)
