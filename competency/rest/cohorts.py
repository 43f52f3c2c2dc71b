"""Cohorts of a program."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from competency.accounts.models import User
from competency.programs.access import requires
from competency.programs.models import Cohort, Program
from competency.programs.policies import memberships_where
from competency.programs.roles import Permission
from competency.rest.views import DetailView, ListView
from competency.rest.visible import cohorts_visible_to


class CohortSerializer(serializers.ModelSerializer[Cohort]):
    class Meta:
        model = Cohort
        fields = ("id", "program", "name", "starts_on", "ends_on")
        read_only_fields = fields


class CohortList(ListView):
    """The cohorts of one program."""

    policy = requires(Permission.ATTEMPT_VIEW)
    model = Cohort
    shows = CohortSerializer

    def rows(self, person: User) -> QuerySet[Cohort]:
        held = memberships_where(person, Permission.ATTEMPT_VIEW).values("program")
        program = get_object_or_404(Program, pk=self.kwargs["pk"], pk__in=held)
        return cohorts_visible_to(person).filter(program=program)


class CohortDetail(DetailView):
    """One cohort."""

    policy = requires(Permission.ATTEMPT_VIEW)
    model = Cohort
    shows = CohortSerializer

    def rows(self, person: User) -> QuerySet[Cohort]:
        return cohorts_visible_to(person)
