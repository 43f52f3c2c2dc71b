"""Every act is sealed once, in a chain of its program, at the same cost for each batch."""

from uuid import uuid4

import pytest
import structlog

from competency.audit import sealing, tasks
from competency.audit.models import AuditEvent, AuditSeal, SealEntry
from competency.audit.rules import GENESIS
from competency.audit.sealing import seal_events, unsealed
from competency.audit.verification import verify_audit
from tests.competency.audit.trail import act, acts, seal_number, sealed
from tests.refusals import frozen

pytestmark = pytest.mark.django_db

HERE, THERE = uuid4(), uuid4()


def sealed_ids(seal):
    return list(seal.entries.order_by("position").values_list("event_id", flat=True))


def test_acts_are_sealed_in_order_and_only_once():
    rows = acts(3, HERE)
    assert seal_events() == 3
    assert seal_events() == 0
    [seal] = AuditSeal.objects.all()
    assert (seal.program_id, seal.number, seal.count) == (HERE, 1, 3)
    assert seal.previous_hash == GENESIS
    assert sealed_ids(seal) == [row.pk for row in rows]
    assert (seal.first_event_id, seal.last_event_id) == (rows[0].pk, rows[2].pk)
    assert str(seal) == f"seal 1 of {HERE}"
    assert str(seal.entries.get(position=2)) == f"2: event {rows[1].pk}"


def test_each_program_has_a_chain_and_so_have_acts_without_one():
    for program_id in (HERE, None, THERE, HERE, None):
        act(program_id)
    assert seal_events() == 5
    assert {(s.program_id, s.number, s.count) for s in AuditSeal.objects.all()} == {
        (HERE, 1, 2),
        (THERE, 1, 1),
        (None, 1, 2),
    }
    assert str(seal_number(None, 1)) == "seal 1 of the site"


def test_a_seal_continues_the_one_before_it():
    sealed(HERE, 2, 1)
    assert seal_number(HERE, 2).previous_hash == seal_number(HERE, 1).hash


def test_many_acts_take_several_seals(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 4)
    acts(10, HERE)
    assert seal_events() == 10
    assert list(AuditSeal.objects.order_by("number").values_list("count", flat=True)) == [4, 4, 2]


def test_a_full_last_seal_is_not_followed_by_an_empty_one(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 4)
    acts(8, HERE)
    assert seal_events() == 8
    assert AuditSeal.objects.count() == 2


def test_a_batch_costs_the_same_number_of_statements_whatever_its_size(django_assert_num_queries):
    # Two find the chains. The batch: lock, acts, last seal, new seal, entries; and a savepoint.
    for count in (2, 900):
        acts(count, HERE)
        with django_assert_num_queries(9):
            assert seal_events() == count


def test_an_act_that_came_late_is_sealed_later(monkeypatch):
    early, late = acts(2, HERE)
    monkeypatch.setattr(sealing, "unsealed", lambda since: unsealed(since).exclude(pk=early.pk))
    assert seal_events() == 1
    monkeypatch.undo()
    assert seal_events() == 1
    assert sealed_ids(seal_number(HERE, 1)) == [late.pk]
    assert sealed_ids(seal_number(HERE, 2)) == [early.pk]
    assert verify_audit().whole


def test_an_act_that_came_too_late_is_found_by_the_search_through_everything(monkeypatch):
    rows = acts(5, HERE)
    monkeypatch.setattr(sealing, "unsealed", lambda since: unsealed(since).exclude(pk=rows[0].pk))
    seal_events()
    monkeypatch.undo()
    monkeypatch.setattr(sealing, "LOOK_BACK", 2)
    tasks.seal()
    assert not SealEntry.objects.filter(event=rows[0].pk).exists()
    tasks.seal_stragglers()
    assert SealEntry.objects.filter(event=rows[0].pk).exists()


def test_each_seal_is_told_to_the_log_once_it_is_committed(django_capture_on_commit_callbacks):
    act(HERE)
    act(None)
    with structlog.testing.capture_logs() as lines:
        with django_capture_on_commit_callbacks() as callbacks:
            seal_events()
        assert lines == []
        for callback in callbacks:
            callback()
    [of_site, of_program] = sorted(lines, key=lambda line: str(line["chain"] or ""))
    assert of_program["event"] == of_site["event"] == "audit_sealed"
    assert (of_program["chain"], of_program["seal"]) == (str(HERE), 1)
    assert of_program["hash"] == seal_number(HERE, 1).hash
    assert (of_site["chain"], of_site["hash"]) == (None, seal_number(None, 1).hash)


def test_seals_and_their_entries_are_append_only():
    sealed(HERE, 2)
    for rows in (AuditSeal.objects.all(), SealEntry.objects.all()):
        with frozen():
            rows._raw_delete("default")
    with frozen():
        AuditSeal.objects.update(count=1)
    with frozen():
        SealEntry.objects.update(event_hash="f" * 64)


def test_sealing_touches_no_act():
    rows = acts(3, HERE)
    before = list(AuditEvent.objects.filter(pk__in=[row.pk for row in rows]).values())
    seal_events()
    assert list(AuditEvent.objects.filter(pk__in=[row.pk for row in rows]).values()) == before
