"""The life of a certificate on the register."""

from django.db import models

from competency.foundation.states import Owner, Transitions, by


class CertificateState(models.TextChoices):
    AWARDED = "awarded", "Awarded"
    ISSUED = "issued", "Issued"
    SUSPENDED = "suspended", "Suspended"
    REVOKED = "revoked", "Revoked"
    EXPIRED = "expired", "Expired"
    REPLACED = "replaced", "Replaced"


class Withdrawal(models.TextChoices):
    """Why a signed credential no longer counts; its bit in the status list is set."""

    SUSPENDED = "suspended", "The certificate was suspended"
    REVOKED = "revoked", "The certificate was revoked"
    REPLACED = "replaced", "Another took its place"
    COMPROMISED = "compromised", "Its key was compromised"


CERTIFICATE: Transitions = {
    CertificateState.AWARDED: {CertificateState.ISSUED: by(Owner.WORKFLOW)},
    CertificateState.ISSUED: {
        CertificateState.SUSPENDED: by(Owner.CERTIFIER),
        CertificateState.REVOKED: by(Owner.CERTIFIER),
        CertificateState.EXPIRED: by(Owner.WORKFLOW),
        CertificateState.REPLACED: by(Owner.CERTIFIER, Owner.WORKFLOW),
    },
    CertificateState.SUSPENDED: {
        CertificateState.ISSUED: by(Owner.CERTIFIER),
        CertificateState.REVOKED: by(Owner.CERTIFIER),
    },
    CertificateState.REVOKED: {},
    CertificateState.EXPIRED: {},
    CertificateState.REPLACED: {},
}
