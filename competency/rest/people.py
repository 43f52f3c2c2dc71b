"""People and programs as other resources show them."""

from rest_framework import serializers

from competency.accounts.models import User
from competency.programs.models import Program


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "name", "email")
        read_only_fields = fields


class ProgramNameSerializer(serializers.ModelSerializer[Program]):
    class Meta:
        model = Program
        fields = ("id", "code", "name")
        read_only_fields = fields
