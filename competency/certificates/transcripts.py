"""A trainee's transcript (CLR 2.0): the signed credentials, as they are, under one signature."""

import json
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from competency.accounts.models import User
from competency.certificates import addresses
from competency.certificates.composing import tidy
from competency.certificates.models import Credential
from competency.certificates.published import check
from competency.certificates.signing import as_bytes, subject_of
from competency.certificates.states import CertificateState
from competency.credentials import form
from competency.credentials.models import IssuerIdentity
from competency.credentials.proofs import moment
from competency.credentials.services import active_key, sign_with
from competency.foundation.errors import DomainError


def transcript_of(holder: User, identity: IssuerIdentity) -> bytes:
    """Every credential in force that this issuer gave the holder, signed as it is asked for.

    It is not stored and has no status of its own: each credential in it carries its own.
    Raises DomainError where there is nothing to put into it.
    """
    rows = list(_in_force(holder, identity))
    if not rows:
        raise DomainError(_("There is no certificate in force to put into a transcript."))
    now = timezone.now()
    names: dict[str, Any] = rows[-1].achievement.content["issuer"]
    url = addresses.transcript_url(uuid4())
    document = {
        "@context": form.CONTEXTS["ClrCredential"],
        "id": url,
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": _("Transcript of certificates"),
        "issuer": {"id": identity.did, "type": ["Profile"], **names},
        "validFrom": moment(now),
        "credentialSubject": {
            "id": subject_of(holder.pk),
            "type": ["ClrSubject"],
            "verifiableCredential": [json.loads(bytes(row.document)) for row in rows],
        },
    }
    whole = tidy({name: value for name, value in document.items() if name != "credentialSubject"})
    whole["credentialSubject"] = document["credentialSubject"]  # signed: not a letter changes
    form.check(whole)
    content = as_bytes(sign_with(active_key(identity), whole, created=now))
    if not check(content).valid:
        raise DomainError(_("The new transcript does not hold; one of its credentials may not."))
    return content


def _in_force(holder: User, identity: IssuerIdentity) -> Any:
    rows = Credential.objects.current().filter(
        certificate__holder=holder,
        certificate__state=CertificateState.ISSUED,
        certificate__valid_until__gt=timezone.now(),
        achievement__identity=identity,
    )
    return rows.select_related("achievement").order_by("signed_at")
