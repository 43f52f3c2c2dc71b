"""A backup to restore, and what is in the database afterwards."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from competency.audit.sealing import seal_events
from competency.programs.models import Program
from tests import factories
from tests.operations.databases import program

SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'"


@pytest.fixture
def backup(transactional_db, tmp_path) -> Path:
    """Of a database with one program, `first`."""
    factories.program("first")
    seal_events()
    call_command("backup", tmp_path / "backup")
    return tmp_path / "backup"


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


def failing_after_work(settings, backup):
    """A folder with a pg_restore that begins, and then fails."""
    [real] = settings.POSTGRES_PROGRAMS
    script = (
        f'"{real}/psql" -q "$1" -c "BEGIN; CREATE TABLE half (id int); ROLLBACK"\n'
        'echo "the disk is full" >&2; exit 1'
    )
    return program(backup.parent / "bin", "pg_restore", "(PostgreSQL) 18.9", script).parent
