"""The public register: anybody may check a code; nobody may search for a person."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from competency.certificates.models import Certificate
from competency.certificates.rules import tidy_code
from competency.certificates.states import CertificateState
from competency.programs.access import open_to_all
from competency.rest.views import RestView

STATUSES = [state for state in CertificateState.values if state != CertificateState.AWARDED]


class NamedSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(read_only=True)
    url = serializers.CharField(read_only=True)


class RegisterEntrySerializer(serializers.Serializer[Certificate]):
    """Name, title, issuer, status and dates; levels and results need the holder's consent."""

    code = serializers.CharField(read_only=True)
    holder = serializers.CharField(source="words.holder", read_only=True)
    title = serializers.CharField(source="particulars.assessment.title", read_only=True)
    program = serializers.CharField(source="particulars.program.name", read_only=True)
    issuer = NamedSerializer(source="particulars.issuer", read_only=True)
    status = serializers.SerializerMethodField()
    pilot = serializers.BooleanField(
        read_only=True, help_text="Issued under a pilot Standard: not a real certificate."
    )
    issued_at = serializers.DateTimeField(read_only=True)
    valid_until = serializers.DateTimeField(read_only=True)
    says = serializers.CharField(source="particulars.says", read_only=True)
    says_not = serializers.CharField(source="particulars.says_not", read_only=True)

    def get_status(self, certificate: Certificate) -> CertificateState:
        over = certificate.valid_until is not None and certificate.valid_until <= timezone.now()
        if over and certificate.state == CertificateState.ISSUED:
            return CertificateState.EXPIRED
        return CertificateState(certificate.state)


class CheckCode(RestView):
    """Check a certificate's code, typed in any fashion. 404: no such certificate was issued."""

    policy = open_to_all
    model = Certificate
    shows = RegisterEntrySerializer
    throttle_scope = "register"
    pagination_class = None

    def get_queryset(self) -> QuerySet[Certificate]:
        return Certificate.objects.on_register()

    def get(self, request: Request, code: str) -> Response:
        found = self.get_queryset().filter(code=tidy_code(code)).first()
        if found is None:
            raise NotFound("No certificate with this code was ever issued.", code="never_issued")
        return self.shown(found)
