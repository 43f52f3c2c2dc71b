"""Seals of PDFs by command: listed, replaced, taken in; and kept under a new sealing key."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.core.management import call_command
from django.core.management.base import CommandError

from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.credentials import vault
from competency.renderings import making
from competency.renderings.models import IssuerSeal, Paper, Rendering
from competency.renderings.services import ask_for, seal_keys_anew
from tests import factories
from tests.competency.renderings.test_making import pem, seal_holds

NEW_KEY = "bm90LWEta2V5LW9ubHktZm9yLWNoZWNrcy0wMTIzNDU="


@pytest.fixture
def staff(db: None) -> User:
    return factories.superuser()


def run(*arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command("issuer_seals", *arguments, stdout=out, **options)
    return out.getvalue()


def test_seals_are_listed_replaced_and_taken_in_each_on_the_record(
    asked: Rendering, staff: User, tmp_path: Path
) -> None:
    making.make(asked.pk)
    issuer = asked.credential.achievement.identity.issuer
    assert "in use" in run("list")
    assert "is in use until" in run("replace", issuer.name, by=staff.email)
    key, chain = pem("A board")
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "chain.pem").write_bytes(chain)
    files = {"key": tmp_path / "key.pem", "chain": tmp_path / "chain.pem"}
    run("import", issuer.name, by=staff.email, **files)
    listed = run("list").splitlines()
    assert [("retired" in line, "in use" in line) for line in listed] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    acts = AuditEvent.objects.filter(actor_id=staff.pk, action__startswith="issuerseal.")
    assert sorted(acts.values_list("action", flat=True)) == [
        "issuerseal.created",
        "issuerseal.imported",
        "issuerseal.retired",
        "issuerseal.retired",
    ]


@pytest.mark.parametrize(
    ("issuer", "email", "words"),
    [
        ("Nobody", "", "There is no issuer"),
        ("", "x@example.org", "Nobody has an account"),
        ("", "holder", "Only staff handle"),
    ],
)
def test_what_is_wrong_is_said_plainly(
    asked: Rendering, staff: User, issuer: str, email: str, words: str
) -> None:
    name = issuer or asked.credential.achievement.identity.issuer.name
    holder = asked.credential.certificate.holder.email
    by = {"": staff.email, "holder": holder}.get(email, email)
    with pytest.raises(CommandError, match=words):
        run("replace", name, by=by)


def test_a_file_that_cannot_be_read_or_holds_no_key_changes_nothing(
    asked: Rendering, staff: User, tmp_path: Path
) -> None:
    issuer = asked.credential.achievement.identity.issuer
    gone, empty = tmp_path / "gone.pem", tmp_path / "empty.pem"
    empty.write_text("nothing")
    with pytest.raises(CommandError, match="cannot be read"):
        run("import", issuer.name, by=staff.email, key=gone, chain=gone)
    with pytest.raises(CommandError, match="readable PEM"):
        run("import", issuer.name, by=staff.email, key=empty, chain=empty)
    assert not IssuerSeal.objects.exists()


def test_a_seal_outlives_the_sealing_key_it_was_kept_under(
    asked: Rendering, staff: User, settings: Any
) -> None:
    making.make(asked.pk)
    seal = IssuerSeal.objects.get()
    old, settings.SEALING_KEY = settings.SEALING_KEY, NEW_KEY
    settings.SEALING_KEY_FALLBACKS = [old]
    assert [seal_keys_anew(by=staff), seal_keys_anew(by=staff)] == [1, 0]
    settings.SEALING_KEY_FALLBACKS = []
    letter = ask_for(asked.credential, Paper.US_LETTER)
    making.make(letter.pk)
    letter.refresh_from_db()
    assert letter.seal == seal
    assert seal_holds(bytes(letter.document or b""))
    settings.SEALING_KEY = old
    seal.refresh_from_db()
    with pytest.raises(InvalidTag):
        vault.unseal_bytes(seal.sealed or b"", seal.pk)
