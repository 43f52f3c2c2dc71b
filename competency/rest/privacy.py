"""The privacy notice, and what one agreed to."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competency.accounts.models import User
from competency.foundation.errors import DomainError
from competency.privacy.models import Consent, Notice
from competency.privacy.purposes import Purpose
from competency.privacy.services import give_consent, withdraw_consent
from competency.programs.access import Policies, signed_in
from competency.rest.fields import Input, Whole
from competency.rest.schema import example
from competency.rest.views import ListView, RestView
from competency.sharing.services import hide_levels


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    class Meta:
        model = Notice
        fields = ("id", "number", "title", "text", "changes", "content_hash", "published_at")
        read_only_fields = fields


class NoticeList(ListView):
    """The privacy notices of this site, newest first: the first is in force."""

    policy = signed_in
    model = Notice
    shows = NoticeSerializer

    def rows(self, person: User) -> QuerySet[Notice]:
        return Notice.objects.visible_to(person)


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    notice = serializers.IntegerField(
        source="notice.number", read_only=True, allow_null=True, default=None
    )

    class Meta:
        model = Consent
        fields = ("id", "purpose", "notice", "given_at", "withdrawn_at")
        read_only_fields = fields


@extend_schema_serializer(examples=[example("To sit", {"purpose": "sitting", "notice": 1})])
class ConsentGiven(Input):
    purpose = serializers.ChoiceField(Purpose.choices)
    notice = Whole(
        min_value=1,
        required=False,
        allow_null=True,
        help_text="The number of the notice that was read; it must be the one in force.",
    )


class ConsentList(ListView):
    """What one agreed to, withdrawn ones included; POST agrees, which repeats do not change."""

    policy: Policies = signed_in
    model = Consent
    shows = ConsentSerializer
    takes = ConsentGiven
    success = 201
    acts = {"POST": "GiveConsent"}
    conflicts = True

    def rows(self, person: User) -> QuerySet[Consent]:
        return Consent.objects.visible_to(person).select_related("notice")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        given = self.given()
        current = Notice.objects.current()
        if given.get("notice") != (current and current.number):
            raise DomainError("Another notice is in force; read that one.", code="stale_notice")
        return self.shown(give_consent(given["purpose"], notice=current, by=self.person))


@extend_schema_serializer(examples=[example("Hide levels", {"purpose": "public_levels"})])
class ConsentWithdrawn(Input):
    purpose = serializers.ChoiceField(Purpose.choices)


class WithdrawConsent(RestView):
    """Take back what one agreed to. It stays on record until when it was in force."""

    policy = signed_in
    model = Consent
    takes = ConsentWithdrawn
    pagination_class = None
    conflicts = True

    def post(self, request: Request) -> Response:
        purpose = self.given()["purpose"]
        if purpose == Purpose.PUBLIC_LEVELS:
            hide_levels(by=self.person)
        else:
            withdraw_consent(purpose, by=self.person)
        return Response(status=204)
