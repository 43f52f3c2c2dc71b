"""Create, rotate and retire issuers' keys, and mark them compromised."""

from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from competency.accounts.models import User
from competency.audit.services import Actor, record
from competency.audit.transitions import move
from competency.credentials import dids, multibase, proofs, vault
from competency.credentials.models import IssuerIdentity, IssuerKey
from competency.credentials.states import KeyState
from competency.foundation.errors import DomainError, NotAllowed
from competency.foundation.text import require_words
from competency.foundation.transactions import joined
from competency.programs.models import Issuer


@joined()
def identity_of(issuer: Issuer, *, by: Actor = None) -> IssuerIdentity:
    """The name under which an issuer signs, given once, from the issuer's name."""
    found = IssuerIdentity.objects.filter(issuer=issuer).first()
    if found is not None:
        return found
    locked = Issuer.objects.select_for_update().get(pk=issuer.pk)
    found = IssuerIdentity.objects.filter(issuer=locked).first()
    if found is None:
        found = IssuerIdentity.objects.create(issuer=locked, path=_free_path(locked))
        record("issueridentity.given", found, by=by, path=found.path)
    return found


def _free_path(issuer: Issuer) -> str:
    path = slugify(issuer.name)[:50] or "issuer"
    taken = IssuerIdentity.objects.filter(path=path).exists()
    return f"{path}-{issuer.pk.hex[:8]}" if taken else path


@joined()
def active_key(identity: IssuerIdentity) -> IssuerKey:
    """The key that signs now. An issuer's first is drawn when it is first needed."""
    found = identity.keys.active().first()
    if found is None:
        IssuerIdentity.objects.select_for_update().get(pk=identity.pk)
        found = identity.keys.active().first() or _draw(identity, by=None)
    return found


@transaction.atomic
def create_key(issuer: Issuer, *, by: User) -> IssuerKey:
    """The first key of an issuer, or a new one after the last was given up."""
    _check_staff(by)
    identity = _locked(identity_of(issuer, by=by))
    if identity.keys.active().exists():
        raise DomainError(_("This issuer has an active key; rotate it instead."))
    return _draw(identity, by=by)


@transaction.atomic
def rotate_key(issuer: Issuer, *, by: User) -> IssuerKey:
    """Retire the active key and draw its successor. What the old one signed stays valid."""
    _check_staff(by)
    identity = _locked(identity_of(issuer, by=by))
    for key in identity.keys.active():
        _give_up(key, KeyState.RETIRED, by=by, at=timezone.now())
    return _draw(identity, by=by)


@transaction.atomic
def retire_key(key: IssuerKey, *, by: User) -> None:
    """Sign nothing more with it, and destroy its private half."""
    _check_staff(by)
    _give_up(key, KeyState.RETIRED, by=by, at=timezone.now())


@transaction.atomic
def mark_compromised(key: IssuerKey, *, by: User, reason: str) -> None:
    """Take the key off the list: nothing that it signed is valid any more."""
    _check_staff(by)
    reason = require_words("reason", reason, _("Say what happened."))
    _give_up(key, KeyState.COMPROMISED, by=by, at=timezone.now(), reason=reason)


def sign_with(key: IssuerKey, document: dict[str, Any], *, created: datetime) -> dict[str, Any]:
    """The document with a proof of this key."""
    if key.sealed is None:
        raise DomainError(_("This key is no longer active; it signs nothing."))
    secret, _in_force = vault.unseal(key.sealed, key.pk)
    return proofs.sign(document, secret, method=key.method, created=created)


@transaction.atomic
def seal_keys_anew(*, by: User) -> int:
    """Seal under `SEALING_KEY` what only `SEALING_KEY_FALLBACKS` open; how many keys that were.

    Raises InvalidTag when none of them opens a key.
    """
    _check_staff(by)
    stale = 0
    for key in IssuerKey.objects.active().select_for_update(no_key=True):
        secret, in_force = vault.unseal(key.sealed or b"", key.pk)
        if not in_force:
            key.sealed, stale = vault.seal(secret, key.pk), stale + 1
            key.save(update_fields=["sealed"])
            record("issuerkey.sealed_anew", key, by=by)
    return stale


def did_document(identity: IssuerIdentity) -> dict[str, Any]:
    keys = identity.keys.listed().values_list("name", "public_key")
    return dids.did_document(identity.did, keys)


def _check_staff(by: User) -> None:
    if not by.is_staff:
        raise NotAllowed(_("Only staff handle issuers' keys."))


def _locked(identity: IssuerIdentity) -> IssuerIdentity:
    return IssuerIdentity.objects.select_for_update().get(pk=identity.pk)


def _draw(identity: IssuerIdentity, *, by: Actor) -> IssuerKey:
    secret, key = Ed25519PrivateKey.generate(), IssuerKey(identity=identity)
    key.name = _free_name(identity)
    key.public_key = multibase.multikey(secret.public_key().public_bytes_raw())
    key.sealed = vault.seal(secret, key.pk)
    key.save(force_insert=True)
    record("issuerkey.created", key, by=by, issuer=str(identity), name=key.name)
    return key


def _free_name(identity: IssuerIdentity) -> str:
    name = f"key-{timezone.now():%Y-%m}"
    earlier = identity.keys.filter(name__startswith=name).count()
    return f"{name}-{earlier + 1}" if earlier else name


def _give_up(key: IssuerKey, to: str, *, by: User, at: datetime, reason: str = "") -> None:
    when = "retired_at" if to == KeyState.RETIRED else "compromised_at"
    move(key, to, by=by, reason=reason, changes={"sealed": None, when: at})
