"""Cohorts of a program: opened, renamed, closed."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competency.accounts.models import User
from competency.programs import cohorts
from competency.programs.access import Policies, requires
from competency.programs.models import Cohort, Program
from competency.programs.people import cohorts_of, run_by
from competency.programs.policies import memberships_where
from competency.programs.roles import Permission
from competency.rest.fields import Input, Reason, Text
from competency.rest.views import ActView, DetailView, ListView
from competency.rest.visible import cohorts_visible_to


class CohortSerializer(serializers.ModelSerializer[Cohort]):
    class Meta:
        model = Cohort
        fields = ("id", "program", "name", "starts_on", "ends_on", "state")
        read_only_fields = fields


class CohortGiven(Input):
    """What a cohort is called, and its first and last day."""

    name = Text(max_length=cohorts.NAME)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True)


class CohortList(ListView):
    """The cohorts of one program; POST opens one."""

    policy: Policies = {
        "GET": requires(Permission.ATTEMPT_VIEW),
        "POST": requires(Permission.PROGRAM_RUN),
    }
    model = Cohort
    shows = CohortSerializer
    takes = CohortGiven
    success = 201
    conflicts = True
    acts = {"POST": "OpenCohort"}

    def rows(self, person: User) -> QuerySet[Cohort]:
        held = memberships_where(person, Permission.ATTEMPT_VIEW).values("program")
        program = get_object_or_404(Program, pk=self.kwargs["pk"], pk__in=held)
        return cohorts_visible_to(person).filter(program=program)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        program = get_object_or_404(run_by(self.person), pk=self.kwargs["pk"])
        return self.shown(cohorts.open_cohort(program, **self.given(), by=self.person))


class CohortDetail(DetailView):
    """One cohort."""

    policy = requires(Permission.ATTEMPT_VIEW)
    model = Cohort
    shows = CohortSerializer

    def rows(self, person: User) -> QuerySet[Cohort]:
        return cohorts_visible_to(person)


class RunsCohort(ActView):
    policy = requires(Permission.PROGRAM_RUN)
    model = Cohort
    shows = CohortSerializer

    def rows(self, person: User) -> QuerySet[Cohort]:
        return cohorts_of(run_by(person))


class ChangeCohort(RunsCohort):
    """Call it otherwise, or let it run at other times."""

    takes = CohortGiven

    def act(self, subject: Cohort, **given: Any) -> None:
        cohorts.change_cohort(subject, **given, by=self.person)


class CloseCohort(RunsCohort):
    """Nobody comes into it any more. The places in it stay."""

    takes = Reason

    def act(self, subject: Cohort, **given: Any) -> None:
        cohorts.close_cohort(subject, **given, by=self.person)


class ReopenCohort(RunsCohort):
    """People can come into it again."""

    takes = Reason

    def act(self, subject: Cohort, **given: Any) -> None:
        cohorts.reopen_cohort(subject, **given, by=self.person)
