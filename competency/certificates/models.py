"""The register: one certificate per ratified *competent* decision."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Concat

from competency.audit.models import AuditEvent
from competency.certificates.states import CERTIFICATE, CertificateState, Withdrawal
from competency.credentials.bitstring import ENTRIES
from competency.credentials.models import IssuerIdentity, IssuerKey
from competency.decisions.models import Decision
from competency.foundation.models import BaseModel, Stateful, known_state, state_field
from competency.foundation.states import Transitions
from competency.foundation.triggers import FollowsTable, Frozen
from competency.programs.models import Program
from competency.programs.policies import in_reach
from competency.programs.roles import Permission

PERSON: Any = settings.AUTH_USER_MODEL


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, person: Any) -> "CertificateQuerySet":
        """A holder's own, and those of programs that let this person see certificates."""
        reach = in_reach(person, Permission.CERTIFICATE_VIEW, "decision__enrolment__cohort")
        return self.filter(Q(holder=person) | reach)

    def of_holder(self, person: Any) -> "CertificateQuerySet":
        """A holder's own, once issued."""
        return self.on_register().filter(holder=person)

    def with_changed_at(self) -> "CertificateQuerySet":
        """With the moment at which the register came to say what it says, from the trail."""
        said = AuditEvent.objects.filter(
            subject_id=models.OuterRef("pk"),
            action=Concat(models.Value("certificate."), models.OuterRef("state")),
        )
        last = said.order_by("-at").values("at")[:1]
        return self.annotate(changed_at=models.Subquery(last))

    def on_register(self) -> "CertificateQuerySet":
        """What the public page knows: everything that was ever issued."""
        return self.filter(issued_at__isnull=False)


class Certificate(Stateful):
    """A row of the register. What was issued is frozen in `particulars`, never re-derived."""

    transitions: ClassVar[Transitions] = CERTIFICATE

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="certificate")
    program = models.ForeignKey(Program, models.PROTECT, related_name="certificates")
    holder = models.ForeignKey(PERSON, models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=40, unique=True)
    code = models.CharField(max_length=20, unique=True)
    pilot = models.BooleanField()
    state = state_field(CertificateState, CertificateState.AWARDED)
    awarded_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    corrected_name = models.CharField(
        max_length=200, blank=True, help_text="The holder's name since it was corrected."
    )
    particulars = models.JSONField(null=True)
    particulars_hash = models.CharField(max_length=64, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            known_state(CertificateState, "certificate_known_state"),
            models.CheckConstraint(
                condition=Q(
                    state="awarded",
                    issued_at=None,
                    valid_until=None,
                    particulars_hash="",
                    corrected_name="",
                )
                | ~Q(state="awarded")
                & ~Q(particulars_hash="")
                & Q(issued_at__isnull=False, particulars__isnull=False, valid_until__isnull=False)
                & Q(valid_until__isnull=False, valid_until__gt=F("issued_at")),
                name="certificate_issued_complete",
            ),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(code=""),
                name="certificate_has_number_and_code",
            ),
        ]
        triggers = [
            FollowsTable(CERTIFICATE),
            Frozen(
                name="award_frozen",
                except_fields=(
                    "state",
                    "issued_at",
                    "valid_until",
                    "corrected_name",
                    "particulars",
                    "particulars_hash",
                ),
            ),
            Frozen(
                name="issue_frozen",
                when_sql="OLD.state <> 'awarded'",
                except_fields=("state", "valid_until", "corrected_name"),
            ),
            Frozen(name="lasts_longer", when_sql="NEW.valid_until < OLD.valid_until"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def words(self) -> dict[str, Any]:
        """What it says today: what was issued, with a corrected name and a renewed end."""
        if self.particulars is None or self.valid_until is None:
            return {}
        holder = self.corrected_name or self.particulars["holder"]
        until = self.valid_until.isoformat()
        return {**self.particulars, "holder": holder, "valid_until": until}


class Achievement(BaseModel):
    """What a certificate is for, in the words of the day: criteria, levels, framework. Frozen."""

    identity = models.ForeignKey(IssuerIdentity, models.PROTECT, related_name="achievements")
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identity", "content_hash"], name="achievement_once")
        ]
        triggers = [Frozen()]

    def __str__(self) -> str:
        return str(self.content["title"])


class StatusList(BaseModel):
    """A Bitstring Status List and its latest signed form. The bits follow the credentials."""

    identity = models.ForeignKey(IssuerIdentity, models.PROTECT, related_name="status_lists")
    document = models.BinaryField()
    signed_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    key = models.ForeignKey(IssuerKey, models.PROTECT, related_name="+")
    revoked = models.PositiveIntegerField(help_text="How many bits the signed form has set.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("signed_at")), name="statuslist_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"status list {self.pk} of {self.identity}"


class CredentialQuerySet(models.QuerySet["Credential"]):
    def current(self) -> "CredentialQuerySet":
        """What was not withdrawn; whether it expired is the certificate's business."""
        return self.filter(withdrawn_at=None)

    def of_somebody(self) -> "CredentialQuerySet":
        """Without those whose holder was erased."""
        return self.filter(certificate__holder__erasure=None)

    def visible_to(self, person: Any) -> "CredentialQuerySet":
        """A holder's own, and those of programs that let this person see certificates."""
        return self.filter(certificate__in=Certificate.objects.visible_to(person))


class Credential(BaseModel):
    """The signed bytes that a holder carries away; a certificate has one current one at most."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="credentials")
    number = models.PositiveSmallIntegerField()
    achievement = models.ForeignKey(Achievement, models.PROTECT, related_name="credentials")
    key = models.ForeignKey(IssuerKey, models.PROTECT, related_name="credentials")
    status_list = models.ForeignKey(StatusList, models.PROTECT, related_name="credentials")
    status_index = models.PositiveIntegerField()
    document = models.BinaryField()
    document_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=20, choices=Withdrawal, blank=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["certificate", "number"], name="credential_numbered"),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(withdrawn_at=None),
                name="credential_one_current",
            ),
            models.UniqueConstraint(
                fields=["status_list", "status_index"], name="credential_own_status"
            ),
            models.CheckConstraint(
                condition=Q(status_index__lt=ENTRIES, number__gte=1) & ~Q(document_hash=""),
                name="credential_in_range",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_because="")
                | Q(withdrawn_at__isnull=False, withdrawn_because__in=Withdrawal.values),
                name="credential_withdrawn_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status_list", "status_index"],
                condition=Q(withdrawn_at__isnull=False),
                name="credential_bits",
            ),
        ]
        triggers = [
            Frozen(name="signed_frozen", except_fields=("withdrawn_at", "withdrawn_because")),
            Frozen(name="stays_withdrawn", when_sql="OLD.withdrawn_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate}, credential {self.number}"

    @property
    def program_id(self) -> Any:
        return self.certificate.program_id


class Transcript(BaseModel):
    """A holder's credentials from one issuer, gathered and signed at one time. An erasure takes
    the bytes and leaves the row."""

    holder = models.ForeignKey(PERSON, models.PROTECT, related_name="transcripts")
    identity = models.ForeignKey(IssuerIdentity, models.PROTECT, related_name="transcripts")
    key = models.ForeignKey(IssuerKey, models.PROTECT, related_name="+")
    credentials = models.ManyToManyField(Credential, related_name="transcripts")
    document = models.BinaryField(null=True)
    document_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(document_hash=""), name="transcript_has_hash")
        ]
        triggers = [
            Frozen(name="signed_frozen", except_fields=("document",)),
            Frozen(name="document_only_goes", when_sql="NEW.document IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"transcript by {self.identity}, {self.signed_at:%Y-%m-%d}"


class RegisterNumber(BaseModel):
    """The last number a program gave out in a year; locked while the next is drawn."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "year"], name="registernumber_once")
        ]

    def __str__(self) -> str:
        return f"{self.program} {self.year}: {self.last}"
