"""Programs in which one holds a role."""

from django.db.models import QuerySet
from rest_framework import serializers

from competency.accounts.models import User
from competency.programs.access import requires
from competency.programs.models import Issuer, Program
from competency.programs.roles import Permission
from competency.rest.views import DetailView, ListView, RestView


class IssuerSerializer(serializers.ModelSerializer[Issuer]):
    class Meta:
        model = Issuer
        fields = ("name", "url")
        read_only_fields = fields


class ProgramSerializer(serializers.ModelSerializer[Program]):
    issuer = IssuerSerializer(read_only=True)

    class Meta:
        model = Program
        fields = ("id", "code", "name", "timezone", "approval_number", "issuer")
        read_only_fields = fields


class OwnPrograms(RestView):
    policy = requires(Permission.PROGRAM_VIEW)
    model = Program
    shows = ProgramSerializer

    def rows(self, person: User) -> QuerySet[Program]:
        return Program.objects.visible_to(person).select_related("issuer")


class ProgramList(OwnPrograms, ListView):
    """Every program in which one holds a role today."""


class ProgramDetail(OwnPrograms, DetailView):
    """One program."""
