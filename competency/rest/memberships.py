"""Who holds which role in a program, from when to when."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competency.accounts.models import User
from competency.programs import services
from competency.programs.access import requires
from competency.programs.models import Membership, Program
from competency.programs.policies import programs_where
from competency.programs.roles import Area, Permission, Role
from competency.rest.fields import SHORT, Address, Input, Key, Reason, Text
from competency.rest.people import PersonSerializer
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView
from competency.rest.visible import memberships_visible_to, named_cohort, person_with


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    person = PersonSerializer(read_only=True)

    class Meta:
        model = Membership
        fields = (
            *("id", "program", "person", "role", "starts_on", "ends_on"),
            *("scope", "areas", "cohort", "withdrawn_at"),
        )
        read_only_fields = fields


@extend_schema_serializer(
    examples=[
        example("A supervisor", {"email": "ruth@example.org", "role": "supervisor"}),
        example(
            "An auditor, with scope and end",
            {
                "email": "board@example.org",
                "role": "auditor",
                "scope": "Credential reports of 2026",
                "areas": ["reports"],
                "ends_on": "2026-12-31",
            },
        ),
    ]
)
class RoleGiven(Input):
    """Whom to give which role; an auditor's needs a mandate (`scope`), `areas` and an end."""

    email = Address(max_length=SHORT)
    role = serializers.ChoiceField(Role.choices)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)
    scope = Text(required=False, allow_blank=True, max_length=SHORT)
    areas = serializers.ListField(
        child=serializers.ChoiceField(Area.choices), required=False, max_length=len(Area)
    )
    cohort = Key(required=False, help_text="The only cohort that an auditor may see.")


class RoleEnded(Reason):
    """Why a role ends, and on which last day (today, where none is given)."""

    on = serializers.DateField(required=False)


class MembershipFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(choices=Role.choices)
    person = django_filters.UUIDFilter(field_name="person_id")


class RunsProgram(RestView):
    policy = requires(Permission.PROGRAM_RUN)
    model = Membership
    shows = MembershipSerializer

    def rows(self, person: User) -> QuerySet[Membership]:
        return memberships_visible_to(person).select_related("person")


class MembershipList(RunsProgram, ListView):
    """The roles held in one program, past ones included; POST grants one."""

    takes = RoleGiven
    filterset_class = MembershipFilter
    success = 201
    acts = {"POST": "GrantRole"}

    def program(self) -> Program:
        programs = programs_where(self.person, Permission.PROGRAM_RUN)
        return get_object_or_404(programs, pk=self.kwargs["pk"])

    def rows(self, person: User) -> QuerySet[Membership]:
        return super().rows(person).filter(program=self.program())

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        program, given = self.program(), named_cohort(self.program(), self.given())
        person = person_with(given.pop("email"))
        return self.shown(services.grant_role(program, person, **given, by=self.person))


class MembershipDetail(RunsProgram, DetailView):
    """One person's one role."""


class EndRole(RunsProgram, ActView):
    """End a role. The row stays."""

    takes = RoleEnded

    def act(self, subject: Membership, **given: Any) -> None:
        services.end_role(subject, **given, by=self.person)
