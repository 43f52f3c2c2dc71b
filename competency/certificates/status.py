"""Status lists: an index for each credential, and the signed form that verifiers fetch."""

import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from psycopg.errors import UniqueViolation

from competency.certificates import addresses
from competency.certificates.models import Credential, StatusList
from competency.credentials import bitstring, form, pinned
from competency.credentials.models import IssuerIdentity, IssuerKey
from competency.credentials.proofs import moment
from competency.credentials.services import active_key, sign_with
from competency.credentials.states import KeyState

DRAWS = 12  # nobody counts what a list holds: when none of these is free, it is about half full
TRIES = 3
TAKEN = "credential_own_status"
P = ParamSpec("P")
T = TypeVar("T")
LASTS = timedelta(days=7)
RENEWED_AFTER = timedelta(days=1)
TTL_SECONDS = 300  # how long a verifier may rely on a copy


def take_index(identity: IssuerIdentity, now: datetime) -> tuple[StatusList, int]:
    """The newest list that still has room, and an index in it that is free, drawn at random.

    One that another transaction takes meanwhile is refused when the credential is stored: see
    `once_more_where_taken`.
    """
    found = _newest(identity)
    index = _free_in(found) if found else None
    if found is None or index is None:
        found, index = _next(identity, found, now), secrets.randbelow(bitstring.ENTRIES)
    if _is_old(found, now):  # nobody signed it for days, or its key was lost
        publish(found.pk)
        found.refresh_from_db()
    return found, index


def _newest(identity: IssuerIdentity) -> StatusList | None:
    return identity.status_lists.select_related("key").order_by("-created_at").first()


def _next(identity: IssuerIdentity, full: StatusList | None, now: datetime) -> StatusList:
    """The list after a full one; of several who find it full, one opens the next."""
    IssuerIdentity.objects.select_for_update(no_key=True).get(pk=identity.pk)
    newest = _newest(identity)
    return newest if newest and newest != full else _create(identity, now)


def _free_in(row: StatusList) -> int | None:
    """The first free one of so many draws; None says that the list is about half full."""
    drawn = _drawn()
    taken = set(
        row.credentials.filter(status_index__in=drawn).values_list("status_index", flat=True)
    )
    return next((index for index in drawn if index not in taken), None)


def _drawn() -> list[int]:
    return [secrets.randbelow(bitstring.ENTRIES) for _ in range(DRAWS)]


def once_more_where_taken(act: Callable[P, T]) -> Callable[P, T]:
    """Do an act again that drew the same index as another at the same moment. It must be a
    transaction of its own."""

    @wraps(act)
    def trying(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(TRIES):
            try:
                return act(*args, **kwargs)
            except IntegrityError as error:
                if not _was_taken(error):
                    raise
        return act(*args, **kwargs)

    return trying


def _was_taken(error: IntegrityError) -> bool:
    cause = error.__cause__
    return isinstance(cause, UniqueViolation) and cause.diag.constraint_name == TAKEN


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
    revoked = row.credentials.filter(withdrawn_at__isnull=False).order_by("status_index")
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
    withdrawn = Credential.objects.filter(status_list=OuterRef("pk"), withdrawn_at__isnull=False)
    bits = withdrawn.order_by().values("status_list").annotate(count=Count("pk")).values("count")
    old, lost = Q(signed_at__lte=now - RENEWED_AFTER), Q(key__state=KeyState.COMPROMISED)
    counted = StatusList.objects.annotate(bits=Coalesce(Subquery(bits), 0))
    return counted.filter(old | lost | ~Q(bits=F("revoked")))
