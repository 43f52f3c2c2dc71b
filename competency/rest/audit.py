"""The trail of one's programs: who did what, when and why. Read-only, for ever."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers

from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.integrity.trail import JUDGEMENTS, events_visible_to
from competency.programs.access import requires
from competency.programs.roles import Permission
from competency.rest.pagination import TrailPagination
from competency.rest.views import DetailView, ListView, RestView


class AuditEventSerializer(serializers.ModelSerializer[AuditEvent]):
    detail = serializers.SerializerMethodField()

    class Meta:
        model = AuditEvent
        fields = (
            "id",
            "at",
            "action",
            "actor_id",
            "subject_type",
            "subject_id",
            "program_id",
            "reason",
            "request_id",
            "detail",
        )
        read_only_fields = fields

    def get_detail(self, event: AuditEvent) -> dict[str, Any]:
        return {} if event.action in JUDGEMENTS else event.detail


class AuditFilter(django_filters.FilterSet):
    program = django_filters.UUIDFilter(field_name="program_id")
    action = django_filters.CharFilter()
    actor = django_filters.UUIDFilter(field_name="actor_id")
    subject_type = django_filters.CharFilter()
    subject = django_filters.UUIDFilter(field_name="subject_id")
    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    until = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt")


class SeesTrail(RestView):
    policy = requires(Permission.AUDIT_VIEW, or_staff=True)
    model = AuditEvent
    shows = AuditEventSerializer

    def rows(self, person: User) -> QuerySet[AuditEvent]:
        return events_visible_to(person)


class AuditEventList(SeesTrail, ListView):
    """What was done in the programs whose trail one may read, newest first."""

    pagination_class = TrailPagination
    filterset_class = AuditFilter


class AuditEventDetail(SeesTrail, DetailView):
    """One act."""
