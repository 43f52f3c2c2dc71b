"""A backup is written whole or not at all, and refuses in words."""

import json
import stat

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from competency.audit.sealing import seal_events
from competency.audit.verification import heads
from competency.backups.programs import find, server_version
from competency.backups.rules import key_check
from competency.foundation.errors import DomainError
from config.environment import Variables
from config.settings import stores
from tests import factories
from tests.operations.databases import program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def target(tmp_path):
    return tmp_path / "backup"


def refused(target, *words):
    """The command refuses in these words, and leaves nothing behind."""
    before = set(target.parent.iterdir()) if target.parent.is_dir() else set()
    with pytest.raises(CommandError) as refusal:
        call_command("backup", target)
    for word in words:
        assert word in str(refusal.value)
    if target.parent.is_dir():
        assert set(target.parent.iterdir()) == before


def test_the_manifest_says_what_is_in_the_backup(target, settings, capsys):
    program_id = factories.program().pk
    seal_events()
    call_command("backup", target)
    manifest = json.loads((target / "manifest.json").read_text())
    [head] = heads()
    assert manifest["rows"]["competency_program"] == 1
    assert manifest["rows"]["competency_auditevent"] == head.number == 1
    assert manifest["heads"] == [{"program": str(program_id), "seal": 1, "hash": head.hash}]
    assert "competency.0001_initial" in manifest["migrations"]
    assert manifest["server"] == manifest["dumped_by"] == server_version()
    assert manifest["version"] == "0.1.0"
    assert manifest["sealing_key"] == key_check(settings.SEALING_KEY)
    assert manifest["bytes"] == (target / "database.dump").stat().st_size
    said = capsys.readouterr()
    assert head.hash in said.out
    assert manifest["sha256"] in said.out
    assert "SEALING_KEY IS NOT IN THIS BACKUP" in said.err


def test_no_key_is_in_the_backup(target, settings):
    factories.program()
    call_command("backup", target)
    content = b"".join(path.read_bytes() for path in target.iterdir())
    assert settings.SEALING_KEY.encode() not in content
    assert settings.SECRET_KEY.encode() not in content


def test_only_its_owner_can_read_a_backup(target):
    call_command("backup", target)
    assert {stat.S_IMODE(path.stat().st_mode) for path in target.iterdir()} == {0o600}
    assert stat.S_IMODE(target.stat().st_mode) == 0o700


def test_a_database_without_any_trail_has_no_heads(target, capsys):
    call_command("backup", target)
    assert "none yet" in capsys.readouterr().out


def test_an_installation_without_pyproject_does_not_know_its_version(target, settings, tmp_path):
    settings.BASE_DIR = tmp_path
    call_command("backup", target)
    assert json.loads((target / "manifest.json").read_text())["version"] == ""


@pytest.mark.parametrize("make", ["mkdir", "touch"])
def test_nothing_is_overwritten(target, make):
    getattr(target, make)()
    refused(target, "exists already")


def test_a_link_that_leads_nowhere_is_not_overwritten(target):
    target.symlink_to(target.parent / "nowhere")
    refused(target, "exists already")


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    refused(tmp_path / "no" / "such" / "folder", "cannot be written: No such file or directory.")


def test_what_an_interrupted_backup_left_is_cleared_away(target):
    left = target.with_name("backup.unfinished")
    left.mkdir()
    (left / "database.dump").write_text("half")
    call_command("backup", target)
    assert not left.exists()
    assert (target / "database.dump").read_bytes().startswith(b"PGDMP")


def test_a_failing_pg_dump_is_quoted(target, settings, tmp_path):
    programs = program(tmp_path / "bin", "pg_dump", "(PostgreSQL) 18.9", "echo no room >&2; exit 1")
    settings.POSTGRES_PROGRAMS = [str(programs.parent)]
    refused(target, "pg_dump failed:\nno room")


def test_the_password_is_in_no_command_line(target, settings, tmp_path, monkeypatch):
    script = f'echo "$@" > {tmp_path}/said; echo "$PGPASSWORD" > {tmp_path}/known'
    programs = program(tmp_path / "bin", "pg_dump", "(PostgreSQL) 18.9", script)
    settings.POSTGRES_PROGRAMS = [str(programs.parent)]
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "open-sesame")
    connection.close()
    call_command("backup", target)
    connection.close()
    assert "open-sesame" not in (tmp_path / "said").read_text()
    assert connection.settings_dict["NAME"] in (tmp_path / "said").read_text()
    assert (tmp_path / "known").read_text() == "open-sesame\n"


# --- Which pg_dump ---


@pytest.fixture
def bare_path(settings, monkeypatch, tmp_path):
    """No programs of PostgreSQL but those that a test puts into this folder."""
    settings.POSTGRES_PROGRAMS = []
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}::/nowhere")
    return tmp_path / "path"


def test_without_pg_dump_the_way_out_is_named(target, bare_path):
    refused(target, "pg_dump of PostgreSQL 18 or newer is needed", "POSTGRES_PROGRAMS")


def test_a_pg_dump_older_than_the_server_is_refused(target, bare_path):
    old = program(bare_path, "pg_dump", "(PostgreSQL) 15.2")
    refused(target, f"{old} is of 15", "18 or newer is needed")


def test_a_program_that_does_not_say_its_version_does_not_count(target, bare_path):
    program(bare_path, "pg_dump", "(BusyBox) 1")
    refused(target, "and there is none")


def test_a_program_that_cannot_be_run_does_not_count(target, bare_path):
    program(bare_path, "pg_dump", "").write_bytes(b"\x7fELF")
    refused(target, "and there is none")


def test_programs_are_looked_for_in_the_settings_and_on_the_path(bare_path, settings, tmp_path):
    newer = program(tmp_path / "named", "pg_dump", "(PostgreSQL) 19.0")
    fitting = program(bare_path, "pg_dump", "(PostgreSQL) 18.0 (Debian)")
    settings.POSTGRES_PROGRAMS = [str(newer.parent)]
    assert find("pg_dump", at_least=18).path == str(fitting)
    assert find("pg_dump", at_least=19).path == str(newer)
    with pytest.raises(DomainError, match="pg_dump of PostgreSQL 20"):
        find("pg_dump", at_least=20)


def test_a_folder_named_in_the_environment_takes_the_place_of_the_wheel(monkeypatch):
    named = Variables({"POSTGRES_PROGRAMS": "/opt/pgsql/bin"})
    assert stores.postgres_programs(named) == ["/opt/pgsql/bin"]
    [bundled] = stores.postgres_programs(Variables({}))
    assert bundled.endswith("bin")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert stores.postgres_programs(Variables({})) == []
