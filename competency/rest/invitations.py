"""Ask people into a program, and see what became of it."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competency.accounts.models import User
from competency.invitations import services
from competency.invitations.models import Invitation
from competency.programs.access import requires
from competency.programs.models import Program
from competency.programs.policies import programs_where
from competency.programs.roles import Area, Permission, Role
from competency.rest.fields import SHORT, Address, Input, Key, Text
from competency.rest.people import PersonSerializer
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView
from competency.rest.visible import named_cohort


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    invited_by = PersonSerializer(read_only=True)
    roles = serializers.ListField(child=serializers.ChoiceField(Role.choices), read_only=True)

    class Meta:
        model = Invitation
        fields = (
            *("id", "program", "email", "roles", "scope", "areas", "cohort", "roles_end_on"),
            "invited_by",
            *("created_at", "expires_at", "mailed_at", "accepted_at", "withdrawn_at"),
        )
        read_only_fields = fields


@extend_schema_serializer(
    examples=[
        example("A supervisor", {"email": "ruth@example.org", "roles": ["supervisor"]}),
        example(
            "An auditor, with scope and end",
            {
                "email": "board@example.org",
                "roles": ["auditor"],
                "scope": "Credential reports of 2026",
                "areas": ["reports"],
                "roles_end_on": "2026-12-31",
            },
        ),
    ]
)
class PersonInvited(Input):
    """Whom to ask, for which roles; an auditor's needs a mandate (`scope`), `areas` and an end."""

    email = Address(max_length=SHORT)
    roles = serializers.ListField(
        child=serializers.ChoiceField(Role.choices), min_length=1, max_length=len(Role)
    )
    scope = Text(required=False, allow_blank=True, max_length=SHORT)
    areas = serializers.ListField(
        child=serializers.ChoiceField(Area.choices), required=False, max_length=len(Area)
    )
    cohort = Key(required=False, help_text="The only cohort that an auditor may see.")
    roles_end_on = serializers.DateField(required=False)


class Invites(RestView):
    policy = requires(Permission.PROGRAM_RUN)
    model = Invitation
    shows = InvitationSerializer

    def rows(self, person: User) -> QuerySet[Invitation]:
        return Invitation.objects.visible_to(person).select_related("invited_by")


class InvitationList(Invites, ListView):
    """The invitations into one program, past ones included; POST sends one."""

    takes = PersonInvited
    success = 201
    conflicts = True
    acts = {"POST": "Invite"}

    def program(self) -> Program:
        programs = programs_where(self.person, Permission.PROGRAM_RUN)
        return get_object_or_404(programs, pk=self.kwargs["pk"])

    def rows(self, person: User) -> QuerySet[Invitation]:
        return super().rows(person).filter(program=self.program())

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        program, given = self.program(), named_cohort(self.program(), self.given())
        return self.shown(services.invite(program, **given, by=self.person))


class InvitationDetail(Invites, DetailView):
    """One invitation, and what became of it."""


class WithdrawInvitation(Invites, ActView):
    """Take an invitation back; its link stops working."""

    def act(self, subject: Invitation, **given: Any) -> None:
        services.withdraw(subject, by=self.person)
