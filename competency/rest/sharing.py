"""What a holder lets others see of a certificate, for programs that act for the holder."""

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from competency.accounts.models import User
from competency.certificates.models import Certificate
from competency.programs.access import signed_in
from competency.rest.fields import Input
from competency.rest.filters import TruthFilter
from competency.rest.schema import example
from competency.rest.views import ActView, DetailView, ListView, RestView
from competency.sharing import services
from competency.sharing.models import Agreement, ShareLink


class SharingSerializer(serializers.Serializer[Certificate]):
    """What the holder agrees to now."""

    id = serializers.UUIDField(read_only=True)
    agreed = serializers.SerializerMethodField()

    def get_agreed(self, certificate: Certificate) -> list[str]:
        return sorted(services.agreed(certificate))


@extend_schema_serializer(examples=[example("Levels", {"agreement": "details"})])
class AgreementSerializer(Input):
    """What the holder agrees to."""

    agreement = serializers.ChoiceField(choices=Agreement.choices)


class OfTheHolder(RestView):
    policy = signed_in
    model = Certificate

    def rows(self, person: User) -> QuerySet[Certificate]:
        return Certificate.objects.of_holder(person)


class Agree(OfTheHolder, ActView):
    """Agree that something more is public."""

    takes = AgreementSerializer
    shows = SharingSerializer
    conflicts = False

    def act(self, subject: Certificate, **given: Any) -> None:
        services.agree(subject, given["agreement"], by=self.person)


class TakeBack(OfTheHolder, ActView):
    """Take an agreement back, at once and everywhere."""

    takes = AgreementSerializer
    shows = SharingSerializer
    conflicts = False

    def act(self, subject: Certificate, **given: Any) -> None:
        services.withdraw_consent(subject, given["agreement"], by=self.person)


class ShareLinkSerializer(serializers.ModelSerializer[ShareLink]):
    """A link to one certificate, or to one transcript."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = ShareLink
        fields = (
            "id",
            "certificate",
            "transcript",
            "note",
            "url",
            "created_at",
            "withdrawn_at",
        )
        read_only_fields = fields

    def get_url(self, link: ShareLink) -> str:
        return str(settings.SITE_URL + reverse("shared", args=[link.token]))


@extend_schema_serializer(examples=[example("Note", {"note": "For the clinic"})])
class NewLink(Input):
    """A link, and for whom it is."""

    note = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class ShareLinkFilter(django_filters.FilterSet):
    certificate = django_filters.UUIDFilter(field_name="certificate_id")
    transcript = django_filters.UUIDFilter(field_name="transcript_id")
    withdrawn = TruthFilter(field_name="withdrawn_at", lookup_expr="isnull", exclude=True)


class OwnLinks(RestView):
    policy = signed_in
    model = ShareLink
    shows = ShareLinkSerializer

    def rows(self, person: User) -> QuerySet[ShareLink]:
        own = ShareLink.objects.of_holder(person)
        return own.select_related("certificate", "transcript")


class ShareLinkList(OwnLinks, ListView):
    """The links that one has handed out, those withdrawn included."""

    filterset_class = ShareLinkFilter


class ShareLinkDetail(OwnLinks, DetailView):
    """One link of one's own."""


class MakeLink(OfTheHolder, ActView):
    """A link that shows one certificate whole to whoever has it."""

    takes = NewLink
    shows = ShareLinkSerializer
    success = 201

    def act(self, subject: Certificate, **given: Any) -> ShareLink:
        return services.make_link(subject, by=self.person, **given)


class WithdrawLink(OwnLinks, ActView):
    """Close a link for good."""

    def act(self, subject: ShareLink, **given: Any) -> None:
        services.withdraw_link(subject, by=self.person)
        subject.refresh_from_db()
