"""A restore checks before it touches, loses nothing when it fails, and proves what it did."""

import pytest
from django.core.management import call_command
from django.db import connection

from competency.audit.findings import Kind
from competency.audit.models import AuditEvent
from competency.audit.verification import verify_audit
from competency.backups import restoring
from competency.backups.restoring import read_backup, restore
from competency.backups.snapshots import is_empty
from tests.operations.databases import on
from tests.operations.restores import codes, failing_after_work, refused, rewrite, schemas

pytestmark = pytest.mark.django_db(transaction=True)


# --- Before anything is touched ---


def test_a_dump_that_was_changed_is_refused(backup, empty_database):
    dump = backup / "database.dump"
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)
    with on(empty_database):
        refused(backup, words="is not what was backed up: its SHA-256 differs")
        assert is_empty()


def test_what_is_not_a_backup_is_refused(backup, tmp_path):
    refused(tmp_path / "nowhere", words="is not a backup: No such file or directory")
    (backup / "database.dump").unlink()
    refused(backup, words="database.dump cannot be read: No such file or directory")
    (backup / "manifest.json").write_text("[]")
    refused(backup, words=r"manifest\.json is not a manifest of a backup")


@pytest.mark.parametrize(("version", "named"), [("9.9.9", "9.9.9"), ("", "without a number")])
def test_a_backup_of_a_later_version_is_refused(backup, version, named):
    migrations = [*read_backup(backup).manifest.migrations, "competency.9999_later"]
    rewrite(backup, migrations=migrations, version=version)
    refused(backup, words=f"later version, {named}. This one does not know competency.9999_later")


def test_a_backup_of_a_later_server_is_refused(backup, empty_database):
    rewrite(backup, server=99)
    with on(empty_database):
        refused(backup, words="The backup is of PostgreSQL 99; this server has 18")


def test_a_database_that_is_not_empty_is_refused(backup):
    refused(backup, words="This database is not empty")
    assert codes() == {"first"}


def test_another_sealing_key_is_told_loudly(backup, empty_database, settings, capsys):
    settings.SEALING_KEY = "b" * 43 + "="
    with on(empty_database):
        call_command("restore", backup)
    assert "ANOTHER SEALING_KEY" in capsys.readouterr().err


# --- Into an empty database ---


def test_a_restored_database_is_what_was_backed_up(backup, empty_database, capsys):
    capsys.readouterr()
    with on(empty_database):
        call_command("restore", backup)
        assert codes() == {"first"}
        assert verify_audit().whole
        assert schemas() == {"public"}
    said = capsys.readouterr()
    assert "1 audit chains whole" in said.out
    assert said.err == ""


def test_a_restore_that_fails_leaves_an_empty_database_empty(backup, empty_database, settings):
    settings.POSTGRES_PROGRAMS = [str(failing_after_work(settings, backup))]
    with on(empty_database):
        refused(backup, words="pg_restore failed:\nthe disk is full")
        assert is_empty()


# --- What is wrong with what was restored ---


def test_tampering_from_before_the_backup_is_found(backup, empty_database, tmp_path, capsys):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE competency_auditevent DISABLE TRIGGER ALL")
        AuditEvent.objects.update(reason="Because.")
        cursor.execute("ALTER TABLE competency_auditevent ENABLE TRIGGER ALL")
    call_command("backup", tmp_path / "tampered")
    with on(empty_database):
        said = refused(tmp_path / "tampered", words="Restored, but 1 things are wrong")
        [finding] = verify_audit().findings
    assert finding.kind == Kind.ALTERED
    assert finding.words in capsys.readouterr().out
    assert "schema" not in said


def test_counts_and_heads_that_differ_are_named(backup, empty_database, capsys):
    manifest = read_backup(backup).manifest
    rows = manifest.rows | {"competency_program": 7}
    rewrite(backup, rows=rows, heads=[{"program": None, "seal": 9, "hash": "a" * 64}])
    with on(empty_database):
        refused(backup, words="Restored, but 3 things are wrong")
    said = capsys.readouterr().out
    assert "competency_program: 7 rows in the backup, 1 rows restored" in said
    assert "the audit chains do not end as they did in the backup" in said
    assert f"(no program): No seal has the hash {'a' * 64}" in said


def test_a_backup_of_an_earlier_version_is_migrated(backup, empty_database, monkeypatch):
    called = []
    monkeypatch.setattr(restoring, "call_command", lambda *args, **kwargs: called.append(args))
    with on(empty_database):
        restored = restore(read_backup(backup))
    assert called == [("migrate",)]
    assert restored.problems == []
