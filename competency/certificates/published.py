"""Keys and status lists as the register holds them: what a check on this site goes by."""

from typing import Any

from django.utils import timezone

from competency.certificates import addresses
from competency.certificates.models import StatusList
from competency.credentials.models import IssuerIdentity
from competency.credentials.services import did_document
from competency.credentials.verification import Verification, verify


class Published:
    """Answers from the database; only for issuers and lists of this site."""

    def did_document(self, did: str) -> dict[str, Any] | None:
        identity = IssuerIdentity.objects.filter(path=did.rpartition(":")[2]).first()
        if identity is None or identity.did != did:
            return None
        return did_document(identity)

    def status_list(self, url: str) -> bytes | None:
        pk = addresses.status_list_key(url)
        row = StatusList.objects.filter(pk=pk).first() if pk else None
        return bytes(row.document) if row else None


def check(content: bytes) -> Verification:
    """Check a credential or transcript that somebody handed in, against this register."""
    return verify(content, Published(), timezone.now())
