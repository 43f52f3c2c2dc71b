"""What a holder lets others see: consents that can be withdrawn, and links to hand out."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from competency.certificates.models import Certificate, Transcript
from competency.foundation.models import BaseModel
from competency.foundation.triggers import Frozen


class Agreement(models.TextChoices):
    DETAILS = "details", "Levels, results and files on the public page"
    LISTED = "listed", "Found by name or number on the public registry"


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def standing(self) -> "DisclosureQuerySet":
        return self.filter(withdrawn_at=None)


class Disclosure(BaseModel):
    """One agreement of a holder about one certificate, from when to when. Nothing is asked twice
    and nothing is assumed: without a row, only what the register must say is shown."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="disclosures")
    agreement = models.CharField(max_length=20, choices=Agreement)
    withdrawn_at = models.DateTimeField(null=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreement__in=Agreement.values), name="disclosure_known_agreement"
            ),
            models.UniqueConstraint(
                fields=["certificate", "agreement"],
                condition=Q(withdrawn_at=None),
                name="disclosure_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("created_at")),
                name="disclosure_withdrawn_after_given",
            ),
        ]
        triggers = [
            Frozen(name="only_withdrawn", except_fields=("withdrawn_at",)),
            Frozen(name="stays_withdrawn", when_sql="OLD.withdrawn_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate}: {self.agreement}"

    @property
    def program_id(self) -> Any:
        return self.certificate.program_id


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def open(self) -> "ShareLinkQuerySet":
        return self.filter(withdrawn_at=None)

    def of_holder(self, person: Any) -> "ShareLinkQuerySet":
        return self.filter(Q(certificate__holder=person) | Q(transcript__holder=person))


class ShareLink(BaseModel):
    """An address that shows one certificate whole, or one transcript, to whoever has it, until it
    is withdrawn."""

    certificate = models.ForeignKey(
        Certificate, models.PROTECT, null=True, related_name="share_links"
    )
    transcript = models.ForeignKey(
        Transcript, models.PROTECT, null=True, related_name="share_links"
    )
    token = models.CharField(max_length=40, unique=True)
    note = models.CharField(max_length=80, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(token=""), name="sharelink_has_token"),
            models.CheckConstraint(
                condition=Q(certificate=None, transcript__isnull=False)
                | Q(certificate__isnull=False, transcript=None),
                name="sharelink_shows_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("created_at")),
                name="sharelink_withdrawn_after_made",
            ),
        ]
        triggers = [
            Frozen(name="only_withdrawn", except_fields=("withdrawn_at",)),
            Frozen(name="stays_withdrawn", when_sql="OLD.withdrawn_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.shown}: {self.note or self.created_at:%Y-%m-%d}"

    @property
    def shown(self) -> Certificate | Transcript:
        """What the link shows."""
        shown = self.certificate or self.transcript
        assert shown is not None  # noqa: S101 - a constraint says so
        return shown

    @property
    def program_id(self) -> Any:
        """None for a transcript, which may gather what several programs awarded."""
        return self.certificate.program_id if self.certificate else None
