"""PDFs of credentials, and the seals that issuers put on them."""

from typing import Any

from django.db import models
from django.db.models import Q

from competency.certificates.models import Credential
from competency.foundation.models import BaseModel
from competency.foundation.triggers import Frozen
from competency.programs.models import Issuer


class Paper(models.TextChoices):
    """Typst's names of the sizes."""

    A4 = "a4", "A4"
    US_LETTER = "us-letter", "US Letter"


class IssuerSeal(BaseModel):
    """A key and the certificates that vouch for it. The key is sealed, and gone once retired."""

    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="seals")
    chain = models.BinaryField(help_text="Certificates as PEM, the seal's own first.")
    sealed = models.BinaryField(null=True)
    expires_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer"], condition=Q(retired_at=None), name="issuerseal_one_active"
            ),
            models.CheckConstraint(
                condition=Q(sealed=None, retired_at__isnull=False)
                | Q(sealed__isnull=False, retired_at=None),
                name="issuerseal_secret_only_while_active",
            ),
        ]
        triggers = [
            Frozen(except_fields=("sealed", "retired_at")),
            Frozen(name="stays_retired", when_sql="OLD.retired_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"seal of {self.issuer}, {self.created_at:%Y-%m-%d}"


class RenderingQuerySet(models.QuerySet["Rendering"]):
    def waiting(self) -> "RenderingQuerySet":
        """Neither made nor held back, and of a credential that still counts."""
        return self.filter(made_at=None, held_for="", credential__withdrawn_at=None)

    def held(self) -> "RenderingQuerySet":
        """What waits for a font."""
        return self.exclude(held_for="").filter(credential__withdrawn_at=None)

    def visible_to(self, person: Any) -> "RenderingQuerySet":
        return self.filter(credential__in=Credential.objects.visible_to(person))


class Rendering(BaseModel):
    """The sealed PDF of one credential on one paper: made once, then kept as it is."""

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="renderings")
    paper = models.CharField(max_length=20, choices=Paper)
    document = models.BinaryField(null=True)
    document_hash = models.CharField(max_length=64, blank=True, db_index=True)
    seal = models.ForeignKey(IssuerSeal, models.PROTECT, null=True, related_name="renderings")
    made_at = models.DateTimeField(null=True)
    held_for = models.CharField(
        max_length=200, blank=True, help_text="Scripts for which there is no font."
    )

    objects = RenderingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["credential", "paper"], name="rendering_once"),
            models.CheckConstraint(
                condition=Q(paper__in=Paper.values), name="rendering_known_paper"
            ),
            models.CheckConstraint(
                condition=Q(document=None, document_hash="", seal=None, made_at=None)
                | Q(document__isnull=False, seal__isnull=False, made_at__isnull=False, held_for="")
                & ~Q(document_hash=""),
                name="rendering_whole_or_waiting",
            ),
        ]
        triggers = [Frozen(name="made_frozen", when_sql="OLD.made_at IS NOT NULL")]

    def __str__(self) -> str:
        return f"{self.credential}, {self.get_paper_display()}"

    @property
    def program_id(self) -> Any:
        return self.credential.certificate.program_id
