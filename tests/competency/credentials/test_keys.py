"""Issuers' keys: sealed, one active, given up for good."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from competency.audit.models import AuditEvent
from competency.credentials import multibase, services, vault
from competency.credentials.models import IssuerKey
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed, TransitionRefused
from tests import factories
from tests.refusals import again


@pytest.fixture
def staff(db):
    return factories.superuser()


@pytest.fixture
def issuer(db):
    return factories.program().issuer


def acts(key):
    events = AuditEvent.objects.filter(subject_id=key.pk).order_by("id")
    return [(event.action, event.actor_id) for event in events]


def test_an_issuer_signs_under_a_path_of_its_name_that_no_other_has(issuer, db):
    identity = services.identity_of(issuer)
    assert identity.did == f"did:web:127.0.0.1%3A8000:issuers:{identity.path}"
    assert services.identity_of(issuer) == identity
    other = services.identity_of(again(issuer, name=f"{issuer.name}!"))
    assert other.path.startswith(f"{identity.path}-")
    assert services.identity_of(again(issuer, name="心")).path == "issuer"


def test_the_first_key_is_drawn_when_it_is_needed_and_stays(issuer):
    identity = services.identity_of(issuer)
    key = services.active_key(identity)
    assert services.active_key(identity) == key
    assert acts(key) == [("issuerkey.created", None)]


def test_the_private_half_is_sealed_under_the_environments_key_and_bound_to_its_row(
    issuer, settings
):
    key = services.active_key(services.identity_of(issuer))
    secret, in_force = vault.unseal(key.sealed, key.pk)
    assert in_force
    public = multibase.multikey(secret.public_key().public_bytes_raw())
    assert public == key.public_key
    assert secret.private_bytes_raw() not in bytes(key.sealed)
    with pytest.raises(InvalidTag):
        vault.unseal(key.sealed, issuer.pk)
    settings.SEALING_KEY = "bm90LWEta2V5LW9ubHktZm9yLWNoZWNrcy0wMTIzNDU="
    with pytest.raises(InvalidTag):
        vault.unseal(key.sealed, key.pk)


def test_two_seals_of_one_key_differ(issuer):
    key = Ed25519PrivateKey.generate()
    assert vault.seal(key, issuer.pk) != vault.seal(key, issuer.pk)


def test_a_rotation_retires_the_old_key_destroys_its_secret_and_draws_a_new_one(issuer, staff):
    old = services.create_key(issuer, by=staff)
    new = services.rotate_key(issuer, by=staff)
    old.refresh_from_db()
    assert (old.state, old.sealed, new.state) == ("retired", None, "active")
    assert old.name != new.name
    assert acts(old) == [("issuerkey.created", staff.pk), ("issuerkey.retired", staff.pk)]
    with pytest.raises(DomainError, match="signs nothing"):
        services.sign_with(old, {}, created=old.created_at)


def test_the_did_document_lists_active_and_retired_keys_and_no_compromised_one(issuer, staff):
    first = services.create_key(issuer, by=staff)
    second = services.rotate_key(issuer, by=staff)
    third = services.rotate_key(issuer, by=staff)
    second.refresh_from_db()
    services.mark_compromised(second, by=staff, reason="It was in a log.")
    document = services.did_document(first.identity)
    listed = [method["id"] for method in document["verificationMethod"]]
    assert listed == [first.method, third.method] == document["assertionMethod"]
    assert document["id"] == first.identity.did
    assert document["verificationMethod"][0]["publicKeyMultibase"] == first.public_key


def test_a_compromised_key_needs_words_and_never_comes_back(issuer, staff):
    key = services.create_key(issuer, by=staff)
    with pytest.raises(InvalidInput):
        services.mark_compromised(key, by=staff, reason=" ")
    services.mark_compromised(key, by=staff, reason="It was in a log.")
    event = AuditEvent.objects.get(action="issuerkey.compromised")
    assert (event.actor_id, event.reason) == (staff.pk, "It was in a log.")
    with pytest.raises(TransitionRefused):
        services.retire_key(key, by=staff)
    assert services.create_key(issuer, by=staff).state == "active"


def test_an_issuer_has_one_active_key(issuer, staff):
    key = services.create_key(issuer, by=staff)
    with pytest.raises(DomainError, match="rotate it instead"):
        services.create_key(issuer, by=staff)
    services.retire_key(key, by=staff)
    assert not IssuerKey.objects.active().filter(identity=key.identity).exists()


def test_only_staff_handle_keys(issuer, staff):
    key, nobody = services.create_key(issuer, by=staff), factories.person()
    for act in (
        lambda: services.create_key(issuer, by=nobody),
        lambda: services.rotate_key(issuer, by=nobody),
        lambda: services.retire_key(key, by=nobody),
        lambda: services.mark_compromised(key, by=nobody, reason="Mischief."),
    ):
        with pytest.raises(NotAllowed):
            act()
