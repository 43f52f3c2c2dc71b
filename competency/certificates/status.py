"""Status lists: an index for each credential, and the signed form that verifiers fetch."""

import json
import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from competency.certificates import addresses
from competency.certificates.models import StatusList
from competency.credentials import bitstring, form, pinned
from competency.credentials.models import IssuerIdentity, IssuerKey
from competency.credentials.proofs import moment
from competency.credentials.services import active_key, sign_with
from competency.credentials.states import KeyState

FULL = bitstring.ENTRIES // 2  # a fuller list would make drawing slow and its bits telling
LASTS = timedelta(days=7)
RENEWED_AFTER = timedelta(days=1)
TTL_SECONDS = 300  # how long a verifier may rely on a copy


def take_index(identity: IssuerIdentity, now: datetime) -> tuple[StatusList, int]:
    """A list with room, and an index in it that is free, drawn at random."""
    found = _roomy(identity)
    if found is None:
        IssuerIdentity.objects.select_for_update(no_key=True).get(pk=identity.pk)
        found = _roomy(identity) or _create(identity, now)
    if _is_old(found, now):  # nobody signed it for days, or its key was lost
        publish(found.pk)
    taken = found.credentials
    index = secrets.randbelow(bitstring.ENTRIES)
    while taken.filter(status_index=index).exists():
        index = secrets.randbelow(bitstring.ENTRIES)
    return found, index


def _roomy(identity: IssuerIdentity) -> StatusList | None:
    newest = identity.status_lists.select_related("key").order_by("-created_at").first()
    if newest is None or newest.credentials.count() >= FULL:
        return None
    return newest


def _create(identity: IssuerIdentity, now: datetime) -> StatusList:
    made = StatusList(id=uuid4(), identity=identity)
    _sign(made, [], active_key(identity), now)
    made.save(force_insert=True)
    return made


def _sign(row: StatusList, revoked: list[int], key: IssuerKey, now: datetime) -> None:
    url = addresses.status_list_url(row.pk)
    document = {
        "@context": [pinned.VC],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": row.identity.did,
        "validFrom": moment(now),
        "validUntil": moment(now + LASTS),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": bitstring.encode(revoked),
            "ttl": TTL_SECONDS * 1000,
        },
    }
    form.check(document)
    signed = sign_with(key, document, created=now)
    row.document = json.dumps(signed, separators=(",", ":")).encode()
    row.signed_at, row.valid_until = now, now + LASTS
    row.key, row.revoked = key, len(revoked)


@transaction.atomic
def publish(status_list_id: UUID) -> bool:
    """Sign the list anew if it is due; repeats do nothing. True when this call signed it."""
    row = StatusList.objects.select_for_update(of=("self",), no_key=True).get(pk=status_list_id)
    now = timezone.now()
    revoked = row.credentials.exclude(withdrawn_at=None).order_by("status_index")
    indexes = list(revoked.values_list("status_index", flat=True))
    if not _is_old(row, now) and len(indexes) == row.revoked:
        return False
    _sign(row, indexes, active_key(row.identity), now)
    row.save()
    return True


def _is_old(row: StatusList, now: datetime) -> bool:
    return row.signed_at <= now - RENEWED_AFTER or row.key.state == KeyState.COMPROMISED


def due(now: datetime) -> QuerySet[StatusList]:
    """Lists whose signed form is old, signed with a lost key, or lacks a bit.

    Counting is enough: a bit that was set is never taken back.
    """
    withdrawn = Count("credentials", filter=Q(credentials__withdrawn_at__isnull=False))
    old, lost = Q(signed_at__lte=now - RENEWED_AFTER), Q(key__state=KeyState.COMPROMISED)
    return StatusList.objects.annotate(bits=withdrawn).filter(old | lost | ~Q(bits=F("revoked")))
