"""A restore checks before it touches, loses nothing when it fails, and proves what it did."""

import json
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from competency.audit.findings import Kind
from competency.audit.models import AuditEvent
from competency.audit.sealing import seal_events
from competency.audit.verification import verify_audit
from competency.backups import restoring
from competency.backups.restoring import read_backup, restore
from competency.backups.snapshots import is_empty
from competency.programs.models import Program
from tests import factories
from tests.operations.databases import copied_database, drop, on, program

pytestmark = pytest.mark.django_db(transaction=True)

SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'"


@pytest.fixture
def backup(transactional_db, tmp_path) -> Path:
    """Of a database with one program, `first`."""
    factories.program("first")
    seal_events()
    call_command("backup", tmp_path / "backup")
    return tmp_path / "backup"


@pytest.fixture
def in_use(backup):
    """Work in a database that has moved on since the backup: it holds `second` as well."""
    name = copied_database()
    with on(name):
        factories.program("second")
        seal_events()
        yield name
    drop(name)


def codes():
    return set(Program.objects.values_list("code", flat=True))


def schemas():
    with connection.cursor() as cursor:
        cursor.execute(SCHEMAS)
        return {name for (name,) in cursor.fetchall()}


def refused(backup, *options, words):
    with pytest.raises(CommandError, match=words) as refusal:
        call_command("restore", backup, *options)
    return str(refusal.value)


def rewrite(backup, **changes):
    path = backup / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


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


def failing_after_work(settings, backup):
    """A folder with a pg_restore that begins, and then fails."""
    [real] = settings.POSTGRES_PROGRAMS
    script = (
        f'"{real}/psql" -q "$1" -c "BEGIN; CREATE TABLE half (id int); ROLLBACK"\n'
        'echo "the disk is full" >&2; exit 1'
    )
    return program(backup.parent / "bin", "pg_restore", "(PostgreSQL) 18.9", script).parent


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


# --- In the place of what is there ---


def test_replacing_drops_what_was_there(backup, in_use, capsys):
    assert codes() == {"first", "second"}
    call_command("restore", backup, "--replace", "--yes")
    assert codes() == {"first"}
    assert schemas() == {"public"}


def test_replacing_asks_for_the_name_of_the_database(backup, in_use, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda prompt: "yes")
    refused(backup, "--replace", words="Nothing was done")
    assert codes() == {"first", "second"}
    monkeypatch.setattr("builtins.input", lambda prompt: in_use if in_use in prompt else "")
    call_command("restore", backup, "--replace")
    assert codes() == {"first"}


def test_nothing_is_replaced_while_others_are_connected(backup, in_use):
    with psycopg.connect(connection.connection.info.dsn):
        refused(backup, "--replace", "--yes", words="1 other connections use this database")
    assert codes() == {"first", "second"}


def test_a_replacement_that_fails_puts_back_what_was_there(backup, in_use, settings):
    settings.POSTGRES_PROGRAMS = [str(failing_after_work(settings, backup))]
    refused(backup, "--replace", "--yes", words="the disk is full")
    assert codes() == {"first", "second"}
    assert schemas() == {"public"}
    assert verify_audit().whole


def test_a_replacement_with_something_wrong_keeps_what_was_there_aside(backup, in_use):
    rewrite(backup, rows=read_backup(backup).manifest.rows | {"competency_program": 7})
    said = refused(backup, "--replace", "--yes", words="Restored, but 1 things are wrong")
    [kept] = schemas() - {"public"}
    assert kept.startswith("before_restore_")
    assert f"What was there before is in schema {kept}." in said
    assert codes() == {"first"}
    call_command("backup", backup.with_name("again"))
    again = read_backup(backup.with_name("again"))
    assert again.manifest.rows["competency_program"] == 1
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {kept} CASCADE")
    assert verify_audit().whole


def test_a_backup_of_an_earlier_version_is_migrated(backup, empty_database, monkeypatch):
    called = []
    monkeypatch.setattr(restoring, "call_command", lambda *args, **kwargs: called.append(args))
    with on(empty_database):
        restored = restore(read_backup(backup))
    assert called == [("migrate",)]
    assert restored.problems == []
