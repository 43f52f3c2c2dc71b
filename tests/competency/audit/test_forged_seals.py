"""Seals that were changed, forged or removed, and what a head noted elsewhere is good for."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Cast

from competency.audit import verification
from competency.audit.findings import Kind
from competency.audit.models import AuditEvent, AuditSeal, SealEntry
from competency.audit.rules import GENESIS
from competency.audit.sealing import seal_events
from competency.audit.verification import heads, verify_audit
from tests.competency.audit.trail import (
    act,
    alter,
    erase,
    found,
    rewrite,
    sealed,
    the_seal,
)

pytestmark = pytest.mark.django_db

HERE, THERE, NOWHERE = uuid4(), uuid4(), uuid4()


def entries_of(number):
    return SealEntry.objects.filter(seal__program_id=HERE, seal__number=number)


@pytest.fixture
def chain():
    """Three seals of three events each, and a neighbor that nobody touches."""
    batches = sealed(HERE, 3, 3, 3)
    sealed(THERE, 2)
    return batches


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
    assert [finding[:2] for finding in found(HERE)] == [(kind, 3)]


def test_a_seal_hashed_anew_breaks_the_chain(chain):
    rewrite(chain[1][1], 2)
    assert found(HERE) == [(Kind.BROKEN_CHAIN, 3, None)]


def test_a_chain_hashed_anew_to_its_end_is_found_by_a_head_noted_before(chain):
    noted = head_of(HERE)
    rewrite(chain[0][1], 1, 2, 3)
    assert found(HERE) == []
    assert found(HERE, expect=[noted]) == [(Kind.NOT_IN_CHAIN, None, None)]


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
    assert found(HERE) == []
    assert verify_audit(HERE).chains[HERE].unsealed == 3
    seal_events()
    assert found(HERE, expect=[here]) == [(Kind.NOT_IN_CHAIN, None, None)]
    assert found(None, expect=[here, there]) == [(Kind.NOT_IN_CHAIN, None, None)]
    assert found(THERE, expect=[there]) == []


def test_a_whole_chain_deleted_is_found_by_a_head_noted_before(chain):
    noted = head_of(HERE)
    erase(
        SealEntry.objects.filter(event__in=[event.pk for batch in chain for event in batch]),
        AuditSeal.objects.filter(program_id=HERE),
        AuditEvent.objects.filter(program_id=HERE),
    )
    assert found(HERE) == []
    assert verify_audit(HERE).chains[HERE].head == GENESIS
    assert found(HERE, expect=[noted]) == [(Kind.NOT_IN_CHAIN, None, None)]


# --- What the result says ---


def test_a_head_that_was_noted_is_still_found_when_the_chain_has_grown(chain):
    noted = f"  {head_of(HERE).upper()} "
    sealed(HERE, 5)
    assert found(HERE, expect=[noted]) == []


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
