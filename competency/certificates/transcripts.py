"""A trainee's transcript (CLR 2.0): the signed credentials, as they are, under one signature."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from competency.accounts.models import User
from competency.audit.services import record
from competency.certificates import addresses
from competency.certificates.composing import tidy
from competency.certificates.models import Credential, Transcript
from competency.certificates.published import check
from competency.certificates.signing import as_bytes, subject_of
from competency.certificates.states import CertificateState
from competency.credentials import form
from competency.credentials.models import IssuerIdentity
from competency.credentials.proofs import moment
from competency.credentials.services import active_key, sign_with
from competency.credentials.states import KeyState
from competency.foundation.errors import DomainError


@transaction.atomic
def sign_transcript(identity: IssuerIdentity, *, by: User) -> Transcript:
    """Every credential in force that this issuer gave `by`, signed and stored.

    While nothing has changed, the transcript that there is. It has no status of its own: each
    credential in it carries its own. Raises DomainError where there is nothing to put into it.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    rows = list(_in_force(by, identity))
    if not rows:
        raise DomainError(_("There is no certificate in force to put into a transcript."))
    standing = _standing(by, identity)
    if standing and set(standing.credentials.values_list("pk", flat=True)) == {r.pk for r in rows}:
        return standing
    now = timezone.now()
    made = Transcript(id=uuid4(), holder=by, identity=identity, signed_at=now)
    made.key = active_key(identity)
    names: dict[str, Any] = rows[-1].achievement.content["issuer"]
    whole = compose_transcript(
        addresses.transcript_url(made.pk),
        {"id": identity.did, **names},
        by.pk,
        [bytes(each.document) for each in rows],
        valid_from=now,
    )
    made.document = as_bytes(sign_with(made.key, whole, created=now))
    made.document_hash = hashlib.sha256(made.document).hexdigest()
    if not check(made.document).valid:
        raise DomainError(_("The new transcript does not hold; one of its credentials may not."))
    made.save(force_insert=True)
    made.credentials.set(rows)
    record("transcript.signed", made, by=by, credentials=len(rows))
    return made


def _standing(holder: User, identity: IssuerIdentity) -> Transcript | None:
    signed = holder.transcripts.filter(identity=identity, document__isnull=False)
    return signed.exclude(key__state=KeyState.COMPROMISED).order_by("-signed_at").first()


def compose_transcript(
    address: str,
    issuer: Mapping[str, Any],
    holder_id: UUID,
    inside: Sequence[bytes],
    *,
    valid_from: datetime,
) -> dict[str, Any]:
    """The unsigned document. What is inside was signed: not a letter of it changes."""
    whole: dict[str, Any] = tidy(
        {
            "@context": form.CONTEXTS["ClrCredential"],
            "id": address,
            "type": ["VerifiableCredential", "ClrCredential"],
            "name": _("Transcript of certificates"),
            "issuer": {**issuer, "type": ["Profile"]},
            "validFrom": moment(valid_from),
        }
    )
    whole["credentialSubject"] = {
        "id": subject_of(holder_id),
        "type": ["ClrSubject"],
        "verifiableCredential": [json.loads(each) for each in inside],
    }
    form.check(whole)
    return whole


def _in_force(holder: User, identity: IssuerIdentity) -> QuerySet[Credential]:
    rows = Credential.objects.current().filter(
        certificate__holder=holder,
        certificate__state=CertificateState.ISSUED,
        certificate__valid_until__gt=timezone.now(),
        achievement__identity=identity,
    )
    return rows.select_related("achievement").order_by("signed_at")
