"""How long things are kept here, and what the last sweep deleted."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.retention.models import RetentionSweep
from assessments.retention.reading import Held, Table, table
from competency.programs.access import signed_in
from competency.rest.views import RestView


class RetentionRuleSerializer(serializers.Serializer[Held]):
    """One kind of record. `days` is null where no period ends it; `lasts` says it in words."""

    code = serializers.CharField(source="rule.code", read_only=True)
    what = serializers.CharField(source="rule.what", read_only=True)
    days = serializers.IntegerField(read_only=True, allow_null=True)
    lasts = serializers.SerializerMethodField()
    since = serializers.CharField(source="rule.since", read_only=True)
    why = serializers.CharField(source="rule.why", read_only=True)
    ends = serializers.SerializerMethodField()
    setting = serializers.SerializerMethodField(help_text="The variable that sets it, if any.")
    tables = serializers.ListField(
        source="rule.tables", child=serializers.CharField(), read_only=True
    )

    def get_lasts(self, held: Held) -> str:
        return "" if held.rule.period else held.rule.lasts

    def get_ends(self, held: Held) -> str:
        return held.rule.ends.name.lower()

    def get_setting(self, held: Held) -> str:
        return held.rule.period.setting if held.rule.period else ""


class RetentionSweepSerializer(serializers.ModelSerializer[RetentionSweep]):
    """`deleted` counts rows by the code of the rule; a rule that took none is left out."""

    deleted = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = RetentionSweep
        fields = ("created_at", "finished_at", "deleted")
        read_only_fields = fields


class RetentionSerializer(serializers.Serializer[Table]):
    rules = RetentionRuleSerializer(many=True, read_only=True)
    last_sweep = RetentionSweepSerializer(source="last", read_only=True, allow_null=True)


class Retention(RestView):
    """The rules as they hold here, and the last sweep that came to its end."""

    policy = signed_in
    model = RetentionSweep
    shows = RetentionSerializer
    pagination_class = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.shown(table())
