"""A superuser who switches every trigger off and rewrites the record is found out."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import DateTimeField, F, JSONField, Value
from django.db.models.functions import Cast

from competency.audit import verification
from competency.audit.contents import hash_events, read_seals
from competency.audit.findings import Kind
from competency.audit.models import AuditEvent, AuditSeal, SealEntry
from competency.audit.rules import GENESIS, seal_hash
from competency.audit.sealing import seal_events
from competency.audit.verification import heads, verify_audit
from tests.competency.audit.trail import (
    act,
    acts,
    alter,
    entry,
    erase,
    one,
    seal_number,
    sealed,
    the_seal,
)

pytestmark = pytest.mark.django_db

HERE, THERE, NOWHERE = uuid4(), uuid4(), uuid4()


def found(program_id=HERE, **options):
    """What is wrong, as (kind, seal, event)."""
    result = verify_audit(program_id, **options)
    assert result.found == len(result.findings)
    assert result.whole is not bool(result.findings)
    return [(finding.kind, finding.seal, finding.event_id) for finding in result.findings]


def entries_of(number):
    return SealEntry.objects.filter(seal__program_id=HERE, seal__number=number)


@pytest.fixture
def chain():
    """Three seals of three events each, and a neighbor that nobody touches."""
    batches = sealed(HERE, 3, 3, 3)
    sealed(THERE, 2)
    return batches


def test_a_trail_that_nobody_touched_is_whole(chain):
    assert found() == found(None) == []


# --- Events ---

CHANGES = {
    "at": F("at") + timedelta(microseconds=1),
    "action": "review.recused",
    "actor_id": NOWHERE,
    "subject_type": "rating",
    "subject_id": NOWHERE,
    "program_id": None,
    "reason": "Because.",
    "request_id": "r-2",
    "detail": {"number": 7},
}


@pytest.mark.parametrize(("column", "value"), CHANGES.items(), ids=list(CHANGES))
def test_a_changed_column_is_found(chain, column, value):
    event = chain[1][1]
    alter(one(event), **{column: value})
    assert found() == [(Kind.ALTERED, 2, event.pk)]
    assert verify_audit(THERE).whole


def test_every_column_of_an_event_can_be_found_changed():
    assert {field.column for field in AuditEvent._meta.local_fields} == {"id", *CHANGES}


def test_an_event_is_found_altered_with_its_triggers_switched_off(chain):
    event = chain[0][0]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE competency_auditevent DISABLE TRIGGER ALL")
    one(event).update(reason="Because.")
    assert found() == [(Kind.ALTERED, 1, event.pk)]


LONG = '{"number": 1' + "0" * 6_000 + "}"
LARGE = '{"number": 1' + "0" * 400 + ".5}"


@pytest.mark.parametrize(
    "change",
    [
        {"at": Cast(Value("infinity"), DateTimeField())},
        {"at": Cast(Value("2026-01-01 00:00+00 BC"), DateTimeField())},
        {"detail": Cast(Value(LONG), JSONField())},
        {"detail": Cast(Value(LARGE), JSONField())},
    ],
    ids=["for ever", "before time", "a number too long", "a number too large"],
)
def test_a_value_that_no_program_can_read_is_found_and_does_not_end_the_search(chain, change):
    unreadable, gone = chain[0][2], chain[2][0]
    alter(one(unreadable), **change)
    erase(one(gone))
    assert found() == [(Kind.ALTERED, 1, unreadable.pk), (Kind.DELETED, 3, gone.pk)]


def test_a_moment_before_our_era_is_told_from_the_same_in_it():
    event = act(HERE, at=datetime(2026, 1, 1, tzinfo=UTC))
    seal_events()
    alter(one(event), at=Cast(Value("2026-01-01 00:00+00 BC"), DateTimeField()))
    assert found() == [(Kind.ALTERED, 1, event.pk)]


def test_a_forged_event_that_no_program_can_read_does_not_stop_the_sealing():
    alter(one(act(HERE)), at=Cast(Value("infinity"), DateTimeField()))
    assert verify_audit(HERE).chains[HERE].unsealed == 1
    assert seal_events() == 1
    assert found() == []


def test_a_deleted_event_is_found(chain):
    event = chain[1][0]
    erase(one(event))
    assert found() == [(Kind.DELETED, 2, event.pk)]


def test_two_events_that_changed_numbers_are_found(chain):
    first, last = chain[0][0], chain[2][2]
    alter(one(first), id=-1)
    alter(one(last), id=first.pk)
    alter(AuditEvent.objects.filter(pk=-1), id=last.pk)
    assert found() == [(Kind.ALTERED, 1, first.pk), (Kind.ALTERED, 3, last.pk)]


def test_two_events_that_changed_contents_are_found(chain):
    first, last = chain[0][0], chain[2][2]
    for event, other in ((first, last), (last, first)):
        alter(one(event), **{name: getattr(other, name) for name in CHANGES})
    assert found() == [(Kind.ALTERED, 1, first.pk), (Kind.ALTERED, 3, last.pk)]


def test_a_forged_event_at_the_end_is_not_sealed_yet_and_counted(chain):
    forged = act(HERE)
    result = verify_audit(HERE)
    assert result.whole
    assert result.chains[HERE].unsealed == 1
    assert result.chains[HERE].oldest_unsealed == forged.at


# --- Entries ---


def test_entries_in_another_order_are_found(chain):
    first, _, third = chain[1]
    for event, place in ((first, 99), (third, 1), (first, 3)):
        alter(entry(event), position=place)
    assert found() == [(Kind.REORDERED, 2, third.pk)]


def test_a_forged_event_slipped_into_a_seal_is_found(chain):
    forged, seal = act(HERE), seal_number(HERE, 2)
    seal.entries.create(event=forged, position=4, event_hash="f" * 64)
    assert found() == [(Kind.INSERTED, 2, forged.pk), (Kind.ALTERED, 2, forged.pk)]


def test_a_flood_of_forged_entries_is_found_without_reading_it_all(chain, monkeypatch):
    monkeypatch.setattr("competency.audit.contents.BATCH", 2)
    seal = seal_number(HERE, 1)
    for place, forged in enumerate(acts(20, HERE), 4):
        seal.entries.create(event=forged, position=place, event_hash="f" * 64)
    assert [kind for kind, *_ in found()] == [Kind.INSERTED, Kind.ALTERED]


def test_an_event_and_its_entry_deleted_together_are_found(chain):
    erase(one(chain[1][1]), entry(chain[1][1]))
    assert found() == [(Kind.TAKEN_OUT, 2, None)]


def test_an_event_altered_together_with_its_entry_is_found(chain):
    rewrite(chain[1][1])
    assert found() == [(Kind.SEAL_ALTERED, 2, None)]


# --- Seals ---


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"sealed_at": F("sealed_at") + timedelta(days=1)}, Kind.SEAL_ALTERED),
        ({"sealed_at": Cast(Value("infinity"), DateTimeField())}, Kind.SEAL_ALTERED),
        ({"first_event_id": 0}, Kind.SEAL_ALTERED),
        ({"count": 2}, Kind.INSERTED),
        ({"count": 4}, Kind.TAKEN_OUT),
    ],
    ids=["later", "for ever", "earlier", "fewer", "more"],
)
def test_a_seal_that_was_changed_is_found(chain, change, kind):
    alter(the_seal(HERE, 3), **change)
    assert [finding[:2] for finding in found()] == [(kind, 3)]


def rewrite(event: AuditEvent, *numbers: int) -> None:
    """What a forger does who knows the code: alter an event, and hash what follows anew."""
    alter(one(event), reason="Because.")
    [(_, hashed)] = hash_events(one(event))
    alter(entry(event), event_hash=hashed)
    for number in numbers:
        before = AuditSeal.objects.filter(program_id=HERE, number=number - 1).first()
        alter(the_seal(HERE, number), previous_hash=before.hash if before else GENESIS)
        now = next(seal for seal in read_seals(HERE) if seal.number == number)
        listed = [(row.event_id, row.event_hash) for row in now.entries]
        alter(the_seal(HERE, number), hash=seal_hash(now, listed))


def test_a_seal_hashed_anew_breaks_the_chain(chain):
    rewrite(chain[1][1], 2)
    assert found() == [(Kind.BROKEN_CHAIN, 3, None)]


def test_a_chain_hashed_anew_to_its_end_is_found_by_a_head_noted_before(chain):
    noted = head_of(HERE)
    rewrite(chain[0][1], 1, 2, 3)
    assert found() == []
    assert found(expect=[noted]) == [(Kind.NOT_IN_CHAIN, None, None)]


def test_a_whole_seal_deleted_is_found(chain):
    erase(entries_of(2), the_seal(HERE, 2))
    [finding] = verify_audit(HERE).findings
    assert finding.kind == Kind.SEALS_MISSING
    assert finding.words == "Seal 3: before it, seal 2 is missing."


@pytest.mark.parametrize("program", [HERE, None], ids=["of one program", "anywhere"])
def test_a_seal_deleted_from_over_its_entries_is_found(chain, program):
    erase(the_seal(HERE, 3))
    [finding] = verify_audit(program).findings
    assert (finding.kind, finding.event_id) == (Kind.SEAL_GONE, chain[2][0].pk)
    assert "(3 events in all)" in finding.words


def test_a_seal_deleted_from_over_a_single_entry_is_found():
    sealed(HERE, 2, 1)
    erase(the_seal(HERE, 2))
    assert "(and no other)" in verify_audit(HERE).findings[0].words


def head_of(program_id: UUID | None) -> str:
    return next(head.hash for head in heads() if head.program_id == program_id)


def test_a_tail_cut_off_is_found_by_a_head_noted_before(chain):
    here, there = head_of(HERE), head_of(THERE)
    erase(entries_of(3), the_seal(HERE, 3))
    assert found() == []
    assert verify_audit(HERE).chains[HERE].unsealed == 3
    seal_events()
    assert found(expect=[here]) == [(Kind.NOT_IN_CHAIN, None, None)]
    assert found(None, expect=[here, there]) == [(Kind.NOT_IN_CHAIN, None, None)]
    assert found(THERE, expect=[there]) == []


def test_a_whole_chain_deleted_is_found_by_a_head_noted_before(chain):
    noted = head_of(HERE)
    erase(
        SealEntry.objects.filter(event__in=[event.pk for batch in chain for event in batch]),
        AuditSeal.objects.filter(program_id=HERE),
        AuditEvent.objects.filter(program_id=HERE),
    )
    assert found() == []
    assert verify_audit(HERE).chains[HERE].head == GENESIS
    assert found(expect=[noted]) == [(Kind.NOT_IN_CHAIN, None, None)]


# --- What the result says ---


def test_a_head_that_was_noted_is_still_found_when_the_chain_has_grown(chain):
    noted = f"  {head_of(HERE).upper()} "
    sealed(HERE, 5)
    assert found(expect=[noted]) == []


def test_chains_are_counted_one_by_one(chain):
    sealed(None, 4)
    act(THERE)
    chains = verify_audit().chains
    assert {key: (row.seals, row.events, row.unsealed) for key, row in chains.items()} == {
        HERE: (3, 9, 0),
        THERE: (1, 2, 1),
        None: (1, 4, 0),
    }
    assert {key: row.head for key, row in chains.items()} == {
        head.program_id: head.hash for head in heads()
    }


def test_a_program_without_any_acts_has_an_empty_chain():
    chain = verify_audit(NOWHERE).chains[NOWHERE]
    assert (chain.head, chain.seals, chain.unsealed) == (GENESIS, 0, 0)


def test_findings_beyond_a_thousand_are_only_counted(chain, monkeypatch):
    monkeypatch.setattr(verification, "KEPT", 2)
    alter(AuditEvent.objects.filter(program_id=HERE), reason="Because.")
    result = verify_audit(HERE)
    assert (len(result.findings), result.found) == (2, 9)


def test_verifying_costs_the_same_number_of_statements_however_long_the_chain(
    chain, django_assert_num_queries
):
    for _ in range(2):
        with django_assert_num_queries(3 + 2):  # and a savepoint
            verify_audit()
        sealed(HERE, 1, 1, 1, 1)
