"""Under which name an issuer signs, and its keys. What they signed stands in `certificates`."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from competency.credentials.dids import did_web
from competency.credentials.states import ISSUER_KEY, KeyState
from competency.foundation.models import BaseModel, Stateful, known_state, state_field
from competency.foundation.states import Transitions
from competency.foundation.triggers import FollowsTable, Frozen
from competency.programs.models import Issuer

FOLDER = "issuers"


class IssuerIdentity(BaseModel):
    """The path of an issuer's DID. Frozen: credentials carry it for years."""

    issuer = models.OneToOneField(Issuer, models.PROTECT, related_name="identity")
    path = models.SlugField(max_length=60, unique=True)

    class Meta:
        verbose_name_plural = "issuer identities"
        triggers = [Frozen()]

    def __str__(self) -> str:
        return self.path

    @property
    def did(self) -> str:
        """Follows SITE_URL, which therefore never changes on a site that has issued."""
        return did_web(settings.SITE_URL, FOLDER, self.path)


class IssuerKeyQuerySet(models.QuerySet["IssuerKey"]):
    def active(self) -> "IssuerKeyQuerySet":
        return self.filter(state=KeyState.ACTIVE)

    def listed(self) -> "IssuerKeyQuerySet":
        """What the DID document lists: what a retired key signed stays valid."""
        return self.filter(state__in=[KeyState.ACTIVE, KeyState.RETIRED]).order_by("created_at")


class IssuerKey(Stateful):
    """An Ed25519 key. The private half is sealed, and gone once the key is not active."""

    transitions: ClassVar[Transitions] = ISSUER_KEY

    identity = models.ForeignKey(IssuerIdentity, models.PROTECT, related_name="keys")
    name = models.CharField(max_length=40)
    public_key = models.CharField(max_length=60, unique=True)
    sealed = models.BinaryField(null=True)
    state = state_field(KeyState, KeyState.ACTIVE)
    retired_at = models.DateTimeField(null=True)
    compromised_at = models.DateTimeField(null=True)

    objects = IssuerKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            known_state(KeyState, "issuerkey_known_state"),
            models.UniqueConstraint(fields=["identity", "name"], name="issuerkey_name_unique"),
            models.UniqueConstraint(
                fields=["identity"], condition=Q(state="active"), name="issuerkey_one_active"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="active",
                    sealed__isnull=False,
                    retired_at=None,
                    compromised_at=None,
                )
                | Q(state="retired", sealed=None, retired_at__isnull=False, compromised_at=None)
                | Q(state="compromised", sealed=None, compromised_at__isnull=False),
                name="issuerkey_secret_only_while_active",
            ),
        ]
        triggers = [
            FollowsTable(ISSUER_KEY),
            Frozen(except_fields=("state", "sealed", "retired_at", "compromised_at")),
        ]

    def __str__(self) -> str:
        return f"{self.identity}#{self.name}"

    @property
    def method(self) -> str:
        """What a proof names: `did:web:…#key-2026-11`."""
        return f"{self.identity.did}#{self.name}"
