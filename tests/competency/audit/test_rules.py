"""Hashes of events and seals, and what a seal that was tampered with looks like."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency.audit.findings import WORDS, Finding, Kind
from competency.audit.rules import (
    GENESIS,
    Entry,
    EventContent,
    Seal,
    check_seal,
    event_hash,
    instant,
    lock_key,
    seal_hash,
)

PROGRAM = UUID("11111111-1111-4111-8111-111111111111")
OTHER = UUID("22222222-2222-4222-8222-222222222222")
AT = datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)
EVENT = EventContent(
    id=7,
    at=AT,
    action="review.completed",
    actor_id=OTHER,
    subject_type="review",
    subject_id=PROGRAM,
    program_id=PROGRAM,
    reason="It shows.",
    request_id="r-1",
    detail='{"origin": "in_progress"}',
)


def seal(number=1, previous=GENESIS, events=(3, 5, 9), **changes):
    entries = [Entry(i, pk, f"{pk:064}", f"{pk:064}") for i, pk in enumerate(events, 1)]
    drawn = Seal(
        program_id=PROGRAM,
        number=number,
        previous_hash=previous,
        hash="",
        count=len(entries),
        first_event_id=events[0],
        last_event_id=events[-1],
        sealed_at=AT,
        entries=entries,
    )
    listed = [(entry.event_id, entry.event_hash) for entry in entries]
    return replace(replace(drawn, hash=seal_hash(drawn, listed)), **changes)


def kinds(one, before=None):
    return [finding.kind for finding in check_seal(one, before)]


# --- Hashes ---


def test_the_hash_of_an_event_is_this_for_ever():
    """Computed by hand with `sha256sum` over the canonical form: a change breaks every chain."""
    assert event_hash(EVENT) == "47fa4c1aec83803c307f98665ac85f1d235bc9031365ec613b4c328a9242f9e4"


def test_the_hash_of_a_seal_is_this_for_ever():
    assert seal().hash == "9e06a79276115b128ae24dc6d8ae5d4ad70c9495491c5e104f0e0b7f5303b457"


@pytest.mark.parametrize(
    "change",
    [
        {"id": 8},
        {"at": AT + timedelta(microseconds=1)},
        {"at": None},
        {"action": "review.recused"},
        {"actor_id": None},
        {"subject_type": "rating"},
        {"subject_id": OTHER},
        {"program_id": None},
        {"reason": "It shows"},
        {"request_id": ""},
        {"detail": "{}"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_part_of_an_event_counts(change):
    assert event_hash(replace(EVENT, **change)) != event_hash(EVENT)


def test_the_same_moment_in_another_zone_and_the_same_detail_spelled_otherwise_are_the_same():
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))
    spelled = '{  "origin":"in_progress"}'
    assert event_hash(replace(EVENT, at=elsewhere, detail=spelled)) == event_hash(EVENT)
    assert instant(None) is None


@pytest.mark.parametrize("number", ["1" + "0" * 5_000, "1" + "0" * 400 + ".5"])
def test_a_number_that_nobody_can_read_still_has_a_hash(number):
    forged = replace(EVENT, detail=f'{{"origin": {number}}}')
    assert event_hash(forged) != event_hash(replace(forged, detail=forged.detail + " "))


@given(st.text(), st.text())
def test_different_words_have_different_hashes(one, other):
    hashes = {event_hash(replace(EVENT, reason=words)) for words in (one, other)}
    assert len(hashes) == len({one, other})


def test_every_chain_has_a_lock_of_its_own_that_postgresql_can_take():
    keys = {lock_key(one) for one in (None, PROGRAM, OTHER)}
    assert len(keys) == 3
    assert all(-(2**63) <= key < 2**63 for key in keys)


# --- Seals ---


def test_a_chain_as_it_was_sealed_has_nothing_wrong():
    first = seal()
    assert kinds(first) == []
    assert kinds(seal(2, first.hash, (4, 12)), first) == []


@pytest.mark.parametrize(
    ("now", "kind"), [(None, Kind.DELETED), ("f" * 64, Kind.ALTERED)], ids=["gone", "changed"]
)
def test_an_event_that_is_gone_or_changed_is_named(now, kind):
    whole = seal()
    entries = [*whole.entries[:1], replace(whole.entries[1], now=now), whole.entries[2]]
    [finding] = check_seal(replace(whole, entries=entries), None)
    assert (finding.kind, finding.seal, finding.event_id) == (kind, 1, 5)


@pytest.mark.parametrize(
    "change",
    [
        {"program_id": OTHER},
        {"first_event_id": 1},
        {"last_event_id": 99},
        {"sealed_at": AT + timedelta(days=1)},
        {"sealed_at": None},
        {"hash": "e" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_seal_that_says_something_else_of_itself_is_altered(change):
    assert kinds(seal(**change)) == [Kind.SEAL_ALTERED]


def test_a_hash_that_was_changed_in_the_list_is_a_changed_seal():
    whole = seal()
    forged = replace(whole.entries[0], event_hash="f" * 64, now="f" * 64)
    assert kinds(replace(whole, entries=[forged, *whole.entries[1:]])) == [Kind.SEAL_ALTERED]


def test_events_in_another_order_are_told_from_other_changes():
    first, second, third = seal().entries
    entries = [first, replace(third, position=2), replace(second, position=3)]
    [finding] = check_seal(seal(entries=entries), None)
    assert (finding.kind, finding.event_id) == (Kind.REORDERED, 9)


def test_positions_that_are_not_counted_through_are_a_change():
    first, second, third = seal().entries
    assert kinds(seal(entries=[first, second, replace(third, position=8)])) == [Kind.SEAL_ALTERED]


def test_an_event_that_was_put_in_is_named():
    whole = seal()
    added = Entry(4, 77, "a" * 64, "a" * 64)
    [finding] = check_seal(replace(whole, entries=[*whole.entries, added]), None)
    assert (finding.kind, finding.event_id) == (Kind.INSERTED, 77)


def test_an_event_that_was_taken_out_is_missed_at_its_position():
    whole = seal()
    [finding] = check_seal(replace(whole, entries=whole.entries[::2]), None)
    assert (finding.kind, finding.note) == (Kind.TAKEN_OUT, "1 gone, at position 2")


def test_a_seal_without_any_events_is_short_of_all():
    [finding] = check_seal(seal(entries=[]), None)
    assert finding.note == "3 gone, at position 1, 2, 3"


# --- The chain ---


@pytest.mark.parametrize(
    ("number", "note"),
    [(3, "seal 2 is missing"), (5, "seals 2 to 4 are missing")],
    ids=["one", "several"],
)
def test_seals_that_are_missing_are_counted(number, note):
    before = seal()
    [finding] = check_seal(seal(number, "d" * 64), before)
    assert (finding.kind, finding.note) == (Kind.SEALS_MISSING, note)


def test_a_chain_begins_with_seal_one_after_nothing():
    assert kinds(seal(2)) == [Kind.SEALS_MISSING]
    assert kinds(seal(1, "d" * 64)) == [Kind.BROKEN_CHAIN]


def test_a_seal_continues_the_one_before_it():
    before = seal()
    assert kinds(seal(2, "d" * 64), before) == [Kind.BROKEN_CHAIN]
    assert kinds(seal(1, before.hash), before) == [Kind.BROKEN_CHAIN]


def test_one_seal_written_anew_breaks_the_chain_behind_it():
    first = seal()
    second = seal(2, first.hash, (12, 13))
    anew = seal(events=(3, 5))
    assert kinds(anew) == []
    assert kinds(second, anew) == [Kind.BROKEN_CHAIN]


# --- Words ---


@pytest.mark.parametrize("kind", Kind)
def test_every_finding_has_words(kind):
    assert WORDS[kind]
    words = Finding(kind, seal=7, event_id=42, note="3 gone").words
    assert words.startswith("Seal 7: ")
    assert words.endswith(".")
    assert "None" not in words


def test_words_without_a_seal_begin_like_a_sentence():
    words = Finding(Kind.NOT_IN_CHAIN, note="abc").words
    assert words == "No seal has the hash abc: the chain was cut off or written anew."
