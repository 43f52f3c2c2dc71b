"""Certificates on the register: a holder's own, a program's, and changes of their status."""

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from competency.accounts.models import User
from competency.certificates import services
from competency.certificates.models import Certificate
from competency.certificates.states import CertificateState
from competency.programs.access import requires, signed_in
from competency.programs.roles import Permission
from competency.rest.fields import Reason
from competency.rest.people import PersonSerializer
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView


class CertificateSerializer(serializers.ModelSerializer[Certificate]):
    holder = PersonSerializer(read_only=True)

    class Meta:
        model = Certificate
        fields: tuple[str, ...] = (
            "id",
            "program",
            "holder",
            "number",
            "code",
            "state",
            "pilot",
            "awarded_at",
            "issued_at",
            "valid_until",
        )
        read_only_fields = fields


class CertificateDetailSerializer(CertificateSerializer):
    """With what was issued, word for word, and its hash."""

    particulars = serializers.DictField(read_only=True, allow_null=True)

    class Meta(CertificateSerializer.Meta):
        fields = (
            *CertificateSerializer.Meta.fields,
            "corrected_name",
            "particulars",
            "particulars_hash",
        )
        read_only_fields = fields


@extend_schema_serializer(
    examples=[example("Why", {"reason": "Under investigation since 3 March; case 2026-11."})]
)
class StatusReason(Reason):
    """Why the status changes, for the register."""


class CertificateFilter(django_filters.FilterSet):
    program = django_filters.UUIDFilter(field_name="program_id")
    state = django_filters.ChoiceFilter(choices=CertificateState.choices)
    number = django_filters.CharFilter()


class SeesCertificates(RestView):
    policy = signed_in
    model = Certificate
    shows = CertificateSerializer

    def rows(self, person: User) -> QuerySet[Certificate]:
        return Certificate.objects.visible_to(person).select_related("holder")


class CertificateList(SeesCertificates, ListView):
    """One's own certificates, and those of programs whose certificates one may see."""

    filterset_class = CertificateFilter


class CertificateDetail(SeesCertificates, DetailView):
    """One certificate with its particulars."""

    shows = CertificateDetailSerializer


class ChangeStatus(SeesCertificates, ActView):
    policy = requires(Permission.DECISION_RATIFY)
    takes = StatusReason
    change: Callable[..., None]

    def act(self, subject: Certificate, **given: Any) -> None:
        type(self).change(subject, **given, by=self.person)


class SuspendCertificate(ChangeStatus):
    """Suspend an issued certificate."""

    change = staticmethod(services.suspend)


class ReinstateCertificate(ChangeStatus):
    """Lift a suspension."""

    change = staticmethod(services.reinstate)


class RevokeCertificate(ChangeStatus):
    """Revoke for good. The row stays on the register."""

    change = staticmethod(services.revoke)


class RenewCertificate(ChangeStatus):
    """Let it last for another period of its Standard, in the last 180 days before it expires."""

    change = staticmethod(services.renew)


@extend_schema_serializer(
    examples=[example("Name", {"name": "Ana Nueva", "reason": "Married; passport seen."})]
)
class CorrectedName(StatusReason):
    """The holder's name as it should stand."""

    name = serializers.CharField(max_length=200)


class CorrectName(ChangeStatus):
    """Put the right name on it. The code stays; what carries the earlier name is replaced."""

    takes = CorrectedName
    change = staticmethod(services.correct_name)
