"""Keys and status lists as the register holds them: what a check on this site goes by."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from competency.certificates import addresses
from competency.certificates.composing import compose_achievement, tidy
from competency.certificates.models import Achievement, Credential, StatusList
from competency.credentials.form import CONTEXTS
from competency.credentials.models import IssuerIdentity
from competency.credentials.services import did_document
from competency.credentials.verification import Verification, verify


class Published:
    """Answers from the database; only for issuers and lists of this site."""

    def did_document(self, did: str) -> dict[str, Any] | None:
        found = did_document_at(did.rpartition(":")[2])
        return found if found is not None and found["id"] == did else None

    def status_list(self, url: str) -> bytes | None:
        pk = addresses.status_list_key(url)
        return status_list_at(pk) if pk else None


@dataclass(frozen=True)
class InHand:
    """The same, of one issuer and one list that were read a moment ago."""

    identity: IssuerIdentity
    listed: StatusList

    def did_document(self, did: str) -> dict[str, Any] | None:
        return did_document(self.identity) if did == self.identity.did else None

    def status_list(self, url: str) -> bytes | None:
        its_own = addresses.status_list_key(url) == self.listed.pk
        return bytes(self.listed.document) if its_own else None


def did_document_at(path: str) -> dict[str, Any] | None:
    identity = IssuerIdentity.objects.filter(path=path).first()
    return did_document(identity) if identity else None


def status_list_at(pk: UUID) -> bytes | None:
    return _bytes_of(StatusList.objects.filter(pk=pk))


def credential_at(pk: UUID) -> bytes | None:
    """The signed bytes. Their address cannot be guessed and stands in the credential alone:
    whoever knows it has the credential already."""
    return _bytes_of(Credential.objects.of_somebody().filter(pk=pk))


def was_erased(pk: UUID) -> bool:
    """Whether there is a credential at this address, of a holder who was erased."""
    return Credential.objects.filter(pk=pk, certificate__holder__erasure__isnull=False).exists()


def _bytes_of(rows: QuerySet[Any]) -> bytes | None:
    document = rows.values_list("document", flat=True).first()
    return bytes(document) if document is not None else None


def achievement_at(pk: UUID) -> Achievement | None:
    return Achievement.objects.select_related("identity__issuer").filter(pk=pk).first()


def achievement_document(row: Achievement) -> dict[str, Any]:
    """The achievement as it stands in every credential of its kind."""
    url = addresses.achievement_url(row.pk)
    words = compose_achievement(row.content, url, row.identity.did)
    return {"@context": CONTEXTS["AchievementCredential"], **tidy(words)}


def check(content: bytes) -> Verification:
    """Check a credential or transcript that somebody handed in, against this register."""
    return verify(content, Published(), timezone.now())
