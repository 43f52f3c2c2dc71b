"""Work that failed too often, for staff."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from competency.accounts.models import User
from competency.parking import services
from competency.parking.models import Mishap
from competency.programs.access import staff_only
from competency.rest.fields import Reason
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView


class MishapSerializer(serializers.ModelSerializer[Mishap]):
    class Meta:
        model = Mishap
        fields = (
            *("id", "subject_type", "subject_id", "times", "error"),
            *("last_at", "parked_at", "released_at"),
        )
        read_only_fields = fields


@extend_schema_serializer(
    examples=[example("Why", {"reason": "The font is installed again on worker 3."})]
)
class WhatWasDone(Reason):
    """What was repaired, for the record."""


class MishapFilter(django_filters.FilterSet):
    subject_type = django_filters.CharFilter()
    subject = django_filters.UUIDFilter(field_name="subject_id")


class SeesParked(RestView):
    policy = staff_only
    model = Mishap
    shows = MishapSerializer

    def rows(self, person: User) -> QuerySet[Mishap]:
        return Mishap.objects.visible_to(person).parked()


class ParkedList(SeesParked, ListView):
    """What nobody takes up again until it is released."""

    filterset_class = MishapFilter


class ParkedDetail(SeesParked, DetailView):
    """One row that is parked, with its error."""


class ReleaseParked(SeesParked, ActView):
    """Release it: the next sweep takes it up again."""

    takes = WhatWasDone

    def act(self, subject: Mishap, **given: Any) -> None:
        services.release(subject, **given, by=self.person)
