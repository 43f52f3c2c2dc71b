"""A restore in the place of what is there: all of it, or none."""

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from competency.audit.sealing import seal_events
from competency.audit.verification import verify_audit
from competency.backups.restoring import read_backup
from tests import factories
from tests.operations.databases import copied_database, drop, on
from tests.operations.restores import codes, failing_after_work, refused, rewrite, schemas

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def in_use(backup):
    """Work in a database that has moved on since the backup: it holds `second` as well."""
    name = copied_database()
    with on(name):
        factories.program("second")
        seal_events()
        yield name
    drop(name)


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
