"""A holder's transcripts (CLR 2.0): signed on demand, taken along, shared by a link."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from competency.accounts.models import User
from competency.certificates.models import Certificate, Transcript
from competency.certificates.transcripts import sign_transcript
from competency.programs.access import signed_in
from competency.rest.issuing import SIGNED, download
from competency.rest.sharing import NewLink, OfTheHolder, ShareLinkSerializer
from competency.rest.views import ActView, ListView, RestView, Shows
from competency.sharing import services
from competency.sharing.models import ShareLink


class TranscriptSerializer(serializers.ModelSerializer[Transcript]):
    """A transcript of one's own, without its bytes."""

    issuer = serializers.CharField(source="identity.did", read_only=True)

    class Meta:
        model = Transcript
        fields = ("id", "issuer", "signed_at", "document_hash")
        read_only_fields = fields


class SignTranscript(OfTheHolder, ActView):
    """The transcript of whoever issued this certificate: signed now, or the one that there is
    while nothing has changed."""

    shows = TranscriptSerializer
    success = 201

    def act(self, subject: Certificate, **given: Any) -> Transcript:
        credential = subject.credentials.select_related("achievement__identity").first()
        if credential is None:
            raise NotFound("This certificate has no credential.", code="no_credential")
        return sign_transcript(credential.achievement.identity, by=self.person)


class OwnTranscripts(RestView):
    policy = signed_in
    model = Transcript
    shows: Shows = TranscriptSerializer

    def rows(self, person: User) -> QuerySet[Transcript]:
        own = person.transcripts.filter(document__isnull=False)
        return own.select_related("identity")


class TranscriptList(OwnTranscripts, ListView):
    """One's own transcripts."""


class TranscriptDocument(OwnTranscripts):
    """The signed CLR 2.0 transcript, byte for byte."""

    pagination_class = None

    @extend_schema(responses=SIGNED)
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        return download(bytes(self.get_object().document or b""), "transcript.json")


class ShareTranscript(OwnTranscripts, ActView):
    """A link that shows one transcript, as it is, to whoever has it."""

    takes = NewLink
    shows = ShareLinkSerializer
    success = 201

    def act(self, subject: Transcript, **given: Any) -> ShareLink:
        return services.share_transcript(subject, by=self.person, **given)
