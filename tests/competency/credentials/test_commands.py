"""verify_credential, issuer_keys, export_credentials, and the keys in the back office."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from competency.audit.models import AuditEvent
from competency.certificates import services, tasks
from competency.credentials.models import IssuerKey
from competency.credentials.services import seal_keys_anew, sign_with
from tests import factories


def run(command, *arguments, **options):
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def exported(certificate, tmp_path):
    run("export_credentials", out=tmp_path / "all")
    return tmp_path / "all"


@pytest.fixture
def file(exported, certificate):
    (found,) = (exported / "credentials" / certificate.number).iterdir()
    return found


@pytest.fixture
def staff(db):
    return factories.superuser()


def test_a_credential_is_checked_against_the_register(file):
    said = run("verify_credential", file)
    assert said.splitlines()[-1] == "valid"
    assert said.count("ok  ") == 6


def test_a_changed_credential_fails_with_the_reason(file, capsys):
    file.write_text(file.read_text().replace("4.0000", "3.9999"))
    out = StringIO()
    with pytest.raises(CommandError, match="refused") as failed:
        call_command("verify_credential", str(file), stdout=out)
    assert failed.value.returncode == 1
    assert "FAIL signature: Its signature does not fit" in out.getvalue()


def test_an_export_is_checked_far_from_the_site(
    exported, file, certificate, campus, django_db_blocker
):
    with django_db_blocker.block():
        assert run("verify_credential", file, docs=exported).endswith("valid\n")
    services.revoke(certificate, by=campus.certifier, reason="A complaint.")
    tasks.publish_status_lists()
    run("export_credentials", out=exported, program=campus.program.code)
    with pytest.raises(CommandError, match="revoked"):
        run("verify_credential", file, docs=exported)


def test_without_documents_an_issuer_is_nobody_and_a_status_is_open(exported, file, tmp_path):
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "odd.json").write_text("[1, ")
    (tmp_path / "none" / "list.json").write_text("[1]")
    with pytest.raises(CommandError, match="refused"):
        run("verify_credential", file, docs=tmp_path / "none")
    for each in (exported / "status").iterdir():
        each.unlink()
    with pytest.raises(CommandError, match="unchecked"):
        run("verify_credential", file, docs=exported)


def test_a_missing_file_or_folder_is_said_plainly(tmp_path, db):
    with pytest.raises(CommandError, match="No such file"):
        run("verify_credential", tmp_path / "nothing.json")
    with pytest.raises(CommandError, match="is no folder"):
        run("verify_credential", tmp_path, docs=tmp_path / "nothing")


def test_an_export_is_for_its_owner_alone_and_only_of_one_program(exported, file, tmp_path):
    assert file.stat().st_mode & 0o077 == 0
    assert "0 credentials" in run("export_credentials", out=tmp_path / "b", program="nobody")
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="file"):
        run("export_credentials", out=tmp_path / "file")


def test_keys_are_listed_rotated_retired_and_marked(campus, credential, staff):
    identity = credential.key.identity
    by = {"by": staff.email}
    assert f"{credential.key}  active" in run("issuer_keys", "list")
    new = run("issuer_keys", "rotate", identity.path, **by).split()[0]
    assert "is retired" in run("issuer_keys", "retire", new, **by)
    assert "is active" in run("issuer_keys", "create", identity.issuer.name, **by)
    run("issuer_keys", "compromised", str(credential.key), reason="Lost.", **by)
    states = IssuerKey.objects.filter(identity=identity).order_by("created_at")
    assert [key.state for key in states] == ["compromised", "retired", "active"]
    acts = AuditEvent.objects.filter(actor_id=staff.pk, action__startswith="issuerkey.")
    assert acts.count() == 5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rotate", "nobody"), "no issuer"),
        (("retire", "nobody#key"), "no key"),
    ],
)
def test_what_is_not_there_is_said_plainly(arguments, words, staff):
    with pytest.raises(CommandError, match=words):
        run("issuer_keys", *arguments, by=staff.email)
    with pytest.raises(CommandError, match="Nobody has an account"):
        run("issuer_keys", *arguments, by="x@example.org")


def test_who_is_not_staff_is_refused(credential):
    nobody = factories.person()
    with pytest.raises(CommandError, match="Only staff"):
        run("issuer_keys", "rotate", credential.key.identity.path, by=nobody.email)


def test_a_key_outlives_the_sealing_key_it_was_sealed_under(credential, staff, settings):
    key = credential.key
    old, settings.SEALING_KEY = settings.SEALING_KEY, "bm90LWEta2V5LW9ubHktZm9yLWNoZWNrcy0wMTIzNDU="
    settings.SEALING_KEY_FALLBACKS = [old]
    assert "1 issuers' keys sealed anew" in run("rotate_sealing_key", by=staff.email)
    assert seal_keys_anew(by=staff) == 0
    settings.SEALING_KEY_FALLBACKS = []
    key.refresh_from_db()
    document = json.loads(bytes(credential.document))
    del document["proof"]
    assert sign_with(key, document, created=credential.signed_at)["proof"]
    settings.SEALING_KEY = old
    with pytest.raises(CommandError, match="An issuer's key opens with none"):
        run("rotate_sealing_key", by=staff.email)


def test_the_back_office_rotates_and_gives_up_keys_on_the_record(credential, staff):
    client = Client()
    client.force_login(staff)
    key, issuer = credential.key, credential.key.identity.issuer
    issuers = reverse("admin:competency_issuer_changelist")
    client.post(issuers, {"action": "rotate_keys", "_selected_action": [issuer.pk]})
    key.refresh_from_db()
    assert key.state == "retired"
    keys = reverse("admin:competency_issuerkey_changelist")
    marks = {"action": "mark_keys_compromised", "_selected_action": [key.pk]}
    assert "Say what happened." in client.post(keys, marks, follow=True).content.decode()
    client.post(keys, marks | {"why": "It was in a log."})
    key.refresh_from_db()
    assert key.state == "compromised"
    new = IssuerKey.objects.get(identity=key.identity, state="active")
    client.post(keys, {"action": "retire_keys", "_selected_action": [new.pk]})
    new.refresh_from_db()
    assert (new.state, new.sealed) == ("retired", None)
    shown = client.get(reverse("admin:competency_issuerkey_change", args=[key.pk]))
    assert "sealed" not in shown.content.decode().lower()
