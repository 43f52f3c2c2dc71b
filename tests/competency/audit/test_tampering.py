"""A superuser who switches every trigger off and rewrites the record is found out."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import DateTimeField, F, JSONField, Value
from django.db.models.functions import Cast

from competency.audit.findings import Kind
from competency.audit.models import AuditEvent
from competency.audit.sealing import seal_events
from competency.audit.verification import verify_audit
from tests.competency.audit.trail import (
    act,
    acts,
    alter,
    entry,
    erase,
    found,
    one,
    rewrite,
    seal_number,
    sealed,
)

pytestmark = pytest.mark.django_db

HERE, THERE, NOWHERE = uuid4(), uuid4(), uuid4()


@pytest.fixture
def chain():
    """Three seals of three events each, and a neighbor that nobody touches."""
    batches = sealed(HERE, 3, 3, 3)
    sealed(THERE, 2)
    return batches


def test_a_trail_that_nobody_touched_is_whole(chain):
    assert found(HERE) == found(None) == []


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
    assert found(HERE) == [(Kind.ALTERED, 2, event.pk)]
    assert verify_audit(THERE).whole


def test_every_column_of_an_event_can_be_found_changed():
    assert {field.column for field in AuditEvent._meta.local_fields} == {"id", *CHANGES}


def test_an_event_is_found_altered_with_its_triggers_switched_off(chain):
    event = chain[0][0]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE competency_auditevent DISABLE TRIGGER ALL")
    one(event).update(reason="Because.")
    assert found(HERE) == [(Kind.ALTERED, 1, event.pk)]


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
    assert found(HERE) == [(Kind.ALTERED, 1, unreadable.pk), (Kind.DELETED, 3, gone.pk)]


def test_a_moment_before_our_era_is_told_from_the_same_in_it():
    event = act(HERE, at=datetime(2026, 1, 1, tzinfo=UTC))
    seal_events()
    alter(one(event), at=Cast(Value("2026-01-01 00:00+00 BC"), DateTimeField()))
    assert found(HERE) == [(Kind.ALTERED, 1, event.pk)]


def test_a_forged_event_that_no_program_can_read_does_not_stop_the_sealing():
    alter(one(act(HERE)), at=Cast(Value("infinity"), DateTimeField()))
    assert verify_audit(HERE).chains[HERE].unsealed == 1
    assert seal_events() == 1
    assert found(HERE) == []


def test_a_deleted_event_is_found(chain):
    event = chain[1][0]
    erase(one(event))
    assert found(HERE) == [(Kind.DELETED, 2, event.pk)]


def test_two_events_that_changed_numbers_are_found(chain):
    first, last = chain[0][0], chain[2][2]
    alter(one(first), id=-1)
    alter(one(last), id=first.pk)
    alter(AuditEvent.objects.filter(pk=-1), id=last.pk)
    assert found(HERE) == [(Kind.ALTERED, 1, first.pk), (Kind.ALTERED, 3, last.pk)]


def test_two_events_that_changed_contents_are_found(chain):
    first, last = chain[0][0], chain[2][2]
    for event, other in ((first, last), (last, first)):
        alter(one(event), **{name: getattr(other, name) for name in CHANGES})
    assert found(HERE) == [(Kind.ALTERED, 1, first.pk), (Kind.ALTERED, 3, last.pk)]


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
    assert found(HERE) == [(Kind.REORDERED, 2, third.pk)]


def test_a_forged_event_slipped_into_a_seal_is_found(chain):
    forged, seal = act(HERE), seal_number(HERE, 2)
    seal.entries.create(event=forged, position=4, event_hash="f" * 64)
    assert found(HERE) == [(Kind.INSERTED, 2, forged.pk), (Kind.ALTERED, 2, forged.pk)]


def test_a_flood_of_forged_entries_is_found_without_reading_it_all(chain, monkeypatch):
    monkeypatch.setattr("competency.audit.contents.BATCH", 2)
    seal = seal_number(HERE, 1)
    for place, forged in enumerate(acts(20, HERE), 4):
        seal.entries.create(event=forged, position=place, event_hash="f" * 64)
    assert [kind for kind, *_ in found(HERE)] == [Kind.INSERTED, Kind.ALTERED]


def test_an_event_and_its_entry_deleted_together_are_found(chain):
    erase(one(chain[1][1]), entry(chain[1][1]))
    assert found(HERE) == [(Kind.TAKEN_OUT, 2, None)]


def test_an_event_altered_together_with_its_entry_is_found(chain):
    rewrite(chain[1][1])
    assert found(HERE) == [(Kind.SEAL_ALTERED, 2, None)]
