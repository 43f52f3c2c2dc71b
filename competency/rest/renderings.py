"""A certificate's PDF: there, on its way, or held back; and the door of a holder's wallet."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from competency.accounts.models import User
from competency.certificates.models import Certificate
from competency.foundation.errors import DomainError
from competency.programs.access import signed_in
from competency.renderings.models import Paper, Rendering
from competency.renderings.services import ask_for
from competency.rest.issuing import NO_CREDENTIAL, download
from competency.rest.sharing import OfTheHolder
from competency.rest.views import ActView, RestView
from competency.sharing import wallets

AGAIN_SECONDS = 2
HELD_BACK = (
    "The PDF waits for a font with these letters: {scripts}. The certificate holds, and so does "
    "its signed credential."
)
ON_ITS_WAY = "The PDF is being drawn and sealed. Ask again after the time in Retry-After."


class OnItsWaySerializer(serializers.Serializer[Rendering]):
    """A PDF that a worker has not finished yet."""

    paper = serializers.ChoiceField(Paper.choices, read_only=True)
    asked_at = serializers.DateTimeField(source="created_at", read_only=True)
    detail = serializers.CharField(read_only=True, default=ON_ITS_WAY)


PDF = {
    (200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, "The sealed PDF."),
    (202, "application/json"): OpenApiResponse(
        OnItsWaySerializer,
        "Not drawn yet; Retry-After says when to ask again.",
        examples=[
            OpenApiExample(
                "On its way",
                {"paper": "a4", "asked_at": "2026-11-20T09:00:00Z", "detail": ON_ITS_WAY},
            )
        ],
    ),
}
PAPER = OpenApiParameter("paper", enum=Paper.values, description="The site's own where absent.")


class CertificatePdf(RestView):
    """The sealed PDF of a certificate, drawn when it is first asked for: 202 until then. 409
    while it waits for a font, and the words name the script; 404 where no credential is in
    force."""

    policy = signed_in
    model = Certificate
    pagination_class = None
    conflicts = asks = True

    def rows(self, person: User) -> QuerySet[Certificate]:
        return Certificate.objects.visible_to(person)

    @extend_schema(responses=PDF, parameters=[PAPER])
    def get(self, request: Request, pk: UUID) -> HttpResponse | Response:
        paper = request.query_params.get("paper", settings.CERTIFICATE_PAPER)
        if paper not in Paper.values:
            raise ValidationError({"paper": [f"Choose one of {', '.join(Paper.values)}."]})
        certificate = self.get_object()
        current = certificate.credentials.current().first()
        if current is None:
            raise NotFound(NO_CREDENTIAL, code="no_credential")
        rendering = ask_for(current, paper)
        if rendering.held_for:
            words = HELD_BACK.format(scripts=rendering.held_for)
            raise DomainError(words, code="pdf_held_back")
        if rendering.document is None:
            shown = OnItsWaySerializer(rendering).data
            return Response(shown, status=202, headers={"Retry-After": str(AGAIN_SECONDS)})
        return download(
            bytes(rendering.document), f"{certificate.number}.pdf", kind="application/pdf"
        )


class DoorSerializer(serializers.Serializer[Any]):
    """Where a wallet fetches the credential, once for each ticket's quarter of an hour."""

    link = serializers.URLField(read_only=True, help_text="Opens Learner Credential Wallet.")
    vc_request_url = serializers.URLField(
        read_only=True, help_text="Answers a POST with the signed credential; no account is needed."
    )
    expires_at = serializers.DateTimeField(read_only=True)


class OpenWallet(OfTheHolder, ActView):
    """A ticket with which a wallet fetches the credential in force: for the holder alone, and for
    a quarter of an hour. Whoever has it has the credential."""

    shows = DoorSerializer
    success = 201

    def act(self, subject: Certificate, **given: Any) -> wallets.Door:
        return wallets.open_door(subject, by=self.person)
