"""Ask for PDFs, try again what lacked a font, and look after issuers' seals."""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competency.accounts.models import User
from competency.audit.services import record
from competency.certificates.models import Credential
from competency.credentials import vault
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.programs.models import Issuer
from competency.programs.policies import check_permission
from competency.programs.roles import Permission
from competency.renderings import making
from competency.renderings.models import IssuerSeal, Paper, Rendering
from competency.renderings.sealing import self_signed
from competency.renderings.tasks import render


@transaction.atomic
def ask_for(credential: Credential, paper: str) -> Rendering:
    """The PDF of a credential on this paper: made, held back, or on its way."""
    if paper not in Paper.values:
        raise InvalidInput({"paper": _("Choose A4 or US Letter.")})
    found, _new = Rendering.objects.get_or_create(credential=credential, paper=paper)
    if found.made_at is None and not found.held_for:
        transaction.on_commit(lambda: render.delay(str(found.pk)), robust=True)
    return found


@transaction.atomic
def try_again(rendering: Rendering, *, by: User) -> None:
    """A font has come: make what was held back."""
    check_permission(by, Permission.CERTIFICATE_VIEW, rendering.program_id)
    if not Rendering.objects.held().filter(pk=rendering.pk).update(held_for=""):
        raise DomainError(_("This PDF is not held back."))
    rendering.refresh_from_db()
    record("rendering.tried_again", rendering, by=by)
    transaction.on_commit(lambda: render.delay(str(rendering.pk)), robust=True)


@transaction.atomic
def replace_seal(issuer: Issuer, *, by: User) -> IssuerSeal:
    """A new seal of the issuer's own making. What the old one sealed stays as it is."""
    _retire(issuer, by=by)
    key, certificate = self_signed(issuer.name, timezone.now())
    made = making.new_seal(issuer, key, certificate)
    record("issuerseal.created", made, by=by, issuer=issuer.name)
    return made


@transaction.atomic
def import_seal(issuer: Issuer, *, key: bytes, chain: bytes, by: User) -> IssuerSeal:
    """Take in a seal that an authority vouches for. `key` and `chain` are PEM, unencrypted."""
    certificates, secret = _read(key, chain)
    _retire(issuer, by=by)
    pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)
    plain = secret.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    made = making.new_seal(issuer, plain, pem)
    record("issuerseal.imported", made, by=by, issuer=issuer.name)
    return made


@transaction.atomic
def seal_keys_anew(*, by: User) -> int:
    """Keep under `SEALING_KEY` what only `SEALING_KEY_FALLBACKS` open; how many that were.

    Raises InvalidTag when none of them opens a key.
    """
    _check_staff(by)
    stale = 0
    for row in IssuerSeal.objects.filter(retired_at=None).select_for_update(no_key=True):
        key, in_force = vault.unseal_bytes(row.sealed or b"", row.pk)
        if not in_force:
            row.sealed, stale = vault.seal_bytes(key, row.pk), stale + 1
            row.save(update_fields=["sealed"])
            record("issuerseal.sealed_anew", row, by=by)
    return stale


def _check_staff(by: User) -> None:
    if not by.is_staff:
        raise NotAllowed(_("Only staff handle issuers' seals."))


def _read(
    key: bytes, chain: bytes
) -> tuple[list[x509.Certificate], ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey]:
    try:
        certificates = x509.load_pem_x509_certificates(chain)
        secret = load_pem_private_key(key, password=None)
    except (ValueError, TypeError) as error:
        raise InvalidInput({"chain": _("Key and certificates must be readable PEM.")}) from error
    if not isinstance(secret, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise InvalidInput({"key": _("The key must be an EC or RSA key.")})
    form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    if certificates[0].public_key().public_bytes(*form) != secret.public_key().public_bytes(*form):
        raise InvalidInput({"key": _("The first certificate is not that of the key.")})
    if certificates[0].not_valid_after_utc <= timezone.now():
        raise InvalidInput({"chain": _("The certificate has expired.")})
    return certificates, secret


def _retire(issuer: Issuer, *, by: User) -> None:
    """Destroy the key of the seal in use."""
    _check_staff(by)
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    for seal in issuer.seals.filter(retired_at=None):
        seal.sealed, seal.retired_at = None, timezone.now()
        seal.save(update_fields=["sealed", "retired_at"])
        record("issuerseal.retired", seal, by=by, issuer=issuer.name)
