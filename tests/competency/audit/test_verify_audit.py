"""The command says what was found, in words or as JSON, and exits with 1 if anything was."""

import json

import pytest
from django.core.management import CommandError, call_command

from competency.audit import verification
from competency.audit.sealing import seal_events
from tests import factories
from tests.competency.audit.trail import act, acts, alter, one

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    made = factories.program("cascade")
    seal_events()
    return made


def verify(capsys, *arguments):
    """What is printed, and the exit code."""
    try:
        call_command("verify_audit", *arguments)
    except CommandError as refused:
        return capsys.readouterr().out, refused.returncode
    return capsys.readouterr().out, 0


def test_it_prints_the_head_of_every_chain(program, capsys):
    acts(2)
    seal_events()
    said, code = verify(capsys)
    assert code == 0
    for head in verification.heads():
        assert head.hash in said
    assert "cascade: head " in said
    assert "(no program): head " in said
    assert ", 2 acts in 1 seals\n" in said
    assert said.endswith("Nothing was altered, deleted, inserted or reordered.\n")


def test_it_counts_what_is_not_sealed_yet(program, capsys):
    event = act(program.pk)
    said, code = verify(capsys, "--program", "cascade")
    assert code == 0
    assert f"; 1 not sealed yet, the oldest of {event.at:%Y-%m-%d %H:%M} UTC\n" in said
    assert "(no program)" not in said


def test_it_names_what_was_altered(program, capsys, monkeypatch):
    monkeypatch.setattr(verification, "KEPT", 1)
    rows = acts(2, program.pk)
    seal_events()
    for row in rows:
        alter(one(row), reason="Because.")
    said, code = verify(capsys)
    assert code == 1
    assert f"cascade: Seal 2: event {rows[0].pk} was altered.\n… and 1 more.\n" in said
    assert "Nothing" not in said


def test_a_head_that_is_no_longer_there_is_a_finding(program, capsys):
    said, code = verify(capsys, "--expect", verification.heads()[0].hash, "--expect", "d" * 64)
    assert code == 1
    assert f"(no program): No seal has the hash {'d' * 64}: " in said


def test_it_answers_in_json(program, capsys):
    event = act(program.pk)
    seal_events()
    alter(one(event), reason="Because.")
    act(None)
    said, code = verify(capsys, "--json")
    answer = json.loads(said)
    chains = {chain["program"]: chain for chain in answer["chains"]}
    assert code == 1
    assert (answer["whole"], answer["found"]) == (False, 1)
    assert chains["cascade"]["seals"] == 2
    assert chains["cascade"]["program_id"] == str(program.pk)
    assert chains[None]["unsealed"] == 1
    [finding] = answer["findings"]
    assert (finding["kind"], finding["event_id"]) == ("altered", event.pk)
    assert finding["words"] == f"Seal 2: event {event.pk} was altered."


def test_a_program_that_nobody_knows_cannot_be_checked(program, capsys):
    assert verify(capsys, "--program", "nowhere") == ("", 2)


def test_a_program_that_is_gone_is_named_by_its_key(capsys):
    event = act(factories.program().pk)
    alter(one(event), program_id="99999999-9999-4999-8999-999999999999")
    said, _ = verify(capsys)
    assert "99999999-9999-4999-8999-999999999999: head " in said
