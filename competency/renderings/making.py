"""Make the PDF of a credential: drawn from what was issued, sealed, stored, exactly once."""

import hashlib
import time
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from competency.audit.services import record
from competency.credentials import vault
from competency.foundation.timings import note_when_committed
from competency.programs.models import Issuer
from competency.renderings.drawing import NoFont, draw
from competency.renderings.models import IssuerSeal, Rendering
from competency.renderings.sealing import expires_at, seal_pdf, self_signed
from competency.renderings.words import words_of


@transaction.atomic
def make(rendering_id: UUID) -> bool:
    """Make a PDF that is asked for; repeats do nothing. True when this call made it.

    A script without a font holds back the PDF and nothing else: staff see which one it is.
    """
    began = time.perf_counter()
    rows = Rendering.objects.waiting().select_for_update(of=("self",), skip_locked=True)
    row = rows.select_related("credential__certificate").filter(pk=rendering_id).first()
    if row is None:
        return False
    try:
        drawn = drawn_for(row)
    except NoFont as missing:
        row.held_for = ", ".join(missing.scripts)[:200]
        row.save(update_fields=["held_for"])
        record("rendering.held_back", row, by=None, scripts=missing.scripts)
        return False
    _seal(row, drawn)
    note_when_committed("render_certificate", began)
    return True


def drawn_for(row: Rendering) -> bytes:
    """The PDF before its seal: the same bytes whenever it is drawn."""
    credential = row.credential
    certificate = credential.certificate
    url = settings.SITE_URL + reverse("certificate", args=[certificate.code])
    words = words_of(certificate.words, url, credential.document_hash)
    return draw(words, bytes(credential.document), row.paper, credential.signed_at)


def _seal(row: Rendering, drawn: bytes) -> None:
    certificate = row.credential.certificate
    issuer = row.credential.achievement.identity.issuer
    seal = seal_of(issuer, timezone.now())
    key, _in_force = vault.unseal_bytes(seal.sealed or b"", seal.pk)
    sealed = seal_pdf(
        drawn,
        key,
        bytes(seal.chain),
        name=issuer.name,
        reason=f"Certificate {certificate.number}",
    )
    row.document, row.document_hash = sealed, hashlib.sha256(sealed).hexdigest()
    row.seal, row.made_at = seal, timezone.now()
    row.save()
    record("rendering.made", row, by=None, paper=row.paper, document_hash=row.document_hash)


def seal_of(issuer: Issuer, now: datetime) -> IssuerSeal:
    """The seal in use. An issuer's first is drawn when it is first needed."""
    found = issuer.seals.filter(retired_at=None).first()
    if found is None:
        Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
        found = issuer.seals.filter(retired_at=None).first()
    if found is None:
        key, certificate = self_signed(issuer.name, now)
        found = new_seal(issuer, key, certificate)
        record("issuerseal.created", found, by=None, issuer=issuer.name)
    return found


def new_seal(issuer: Issuer, key: bytes, chain: bytes) -> IssuerSeal:
    """A row for a key (PKCS #8) and its certificates; the key is never stored in the clear."""
    made = IssuerSeal(issuer=issuer, chain=chain, expires_at=expires_at(chain))
    made.sealed = vault.seal_bytes(key, made.pk)
    made.save(force_insert=True)
    return made
