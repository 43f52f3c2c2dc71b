"""A check of the trail: asked by name, run once, its answer kept for ever."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from competency.audit.models import AuditEvent, AuditSeal
from competency.audit.sealing import seal_events
from competency.foundation.errors import NotAllowed
from competency.integrity import progress, runs, tasks
from competency.integrity.models import IntegrityCheck
from competency.integrity.services import ask_for_check
from competency.integrity.standing import standings
from competency.parking.services import TRIES, note_mishap
from competency.programs.roles import Role
from tests import factories
from tests.competency.audit.trail import acts, alter, erase, one, superuser


@pytest.fixture
def program(db):
    return factories.program()


@pytest.fixture
def auditor(program):
    return factories.member(program, Role.AUDITOR)


def sealed(program_id, *sizes):
    """A seal of each size, after whatever else there was to seal."""
    seal_events()
    batches = []
    for size in sizes:
        batches.append(acts(size, program_id))
        seal_events()
    return batches


def answered(program, by):
    asked = ask_for_check(program, by=by)
    assert runs.run(asked.pk)
    asked.refresh_from_db()
    return asked


def test_a_whole_trail_is_found_whole(program, auditor):
    sealed(program.pk, 2, 3)
    acts(4, program.pk)
    check = answered(program, auditor)
    assert check.whole
    assert check.findings == []
    last = AuditSeal.objects.filter(program_id=program.pk).latest("number")
    assert (check.head, check.seals) == (last.hash, last.number)
    assert check.unsealed >= 4
    told = AuditEvent.objects.get(action="integritycheck.finished", subject_id=check.pk)
    assert (told.program_id, told.actor_id) == (program.pk, None)
    assert told.detail == {"found": 0, "head": check.head}


def test_what_was_altered_is_told_in_words(program, auditor):
    ((event, *_),) = sealed(program.pk, 3)
    alter(one(event), reason="Because.")
    check = answered(program, auditor)
    assert not check.whole
    assert check.found == 1
    (finding,) = check.findings
    assert finding["program"] == program.code
    assert f"event {event.pk} was altered" in finding["words"]


def test_a_chain_that_was_cut_off_is_found_by_the_head_of_an_earlier_check(program, auditor):
    sealed(program.pk, 2, 2)
    head = answered(program, auditor).head
    last = AuditSeal.objects.filter(hash=head)
    with superuser():
        AuditEvent.objects.filter(entry__seal__in=last)._raw_delete("default")
    erase(last.get().entries.all(), last)
    again = answered(program, auditor)
    assert [finding["words"] for finding in again.findings] == [
        f"No seal has the hash {head}: the chain was cut off or written anew."
    ]


def test_staff_have_every_chain_checked_at_once(program, auditor):
    sealed(program.pk, 2)
    sealed(None, 3)
    check = answered(None, factories.superuser())
    assert check.whole
    assert check.events >= 5
    assert check.program is None
    with pytest.raises(NotAllowed):
        ask_for_check(None, by=auditor)


@pytest.mark.parametrize("role", Role.values)
def test_whoever_may_read_the_trail_may_have_it_checked(program, role):
    person = factories.member(program, role)
    if role in (Role.AUDITOR, Role.DIRECTOR):
        assert ask_for_check(program, by=person).asked_by == person
    else:
        with pytest.raises(NotAllowed):
            ask_for_check(program, by=person)
    with pytest.raises(NotAllowed):
        ask_for_check(factories.program(), by=person)


def test_whoever_asks_twice_gets_one_answer(program, auditor):
    first = ask_for_check(program, by=auditor)
    assert ask_for_check(program, by=factories.superuser()) == first
    assert AuditEvent.objects.filter(action="integritycheck.asked").count() == 1
    assert runs.run(first.pk)
    assert not runs.run(first.pk)
    assert ask_for_check(program, by=auditor) != first


def test_a_click_runs_it_in_the_background(
    program, auditor, eager_tasks, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        check = ask_for_check(program, by=auditor)
    check.refresh_from_db()
    assert check.whole


def test_a_lost_message_is_made_good_by_the_sweep(program, auditor, eager_tasks, settings):
    check = ask_for_check(program, by=auditor)
    tasks.sweep()  # asked just now: its message is on the way
    assert IntegrityCheck.objects.open().exists()
    settings.SWEEP_PATIENCE = 0
    for _ in range(TRIES):
        note_mishap(tasks.SUBJECT, check.pk, "It failed.")
    tasks.sweep()  # parked
    assert IntegrityCheck.objects.open().exists()
    IntegrityCheck.objects.all()._raw_delete("default")
    check = ask_for_check(program, by=auditor)
    tasks.sweep()
    check.refresh_from_db()
    assert check.whole


def test_how_far_it_is_can_be_seen_and_lost_without_harm(program, auditor):
    cache.clear()
    check = ask_for_check(program, by=auditor)
    assert progress.seals_read(check.pk) == 0
    progress.tell(check.pk, progress.EVERY - 1)
    assert progress.seals_read(check.pk) == 0
    progress.tell(check.pk, progress.EVERY)
    assert progress.seals_read(check.pk) == progress.EVERY
    sealed(program.pk, 2, 3)
    last = AuditSeal.objects.filter(program_id=program.pk).latest("number")
    assert progress.seals_to_read(program.pk) == last.number
    assert progress.seals_to_read(None) == AuditSeal.objects.count()


def test_where_each_chain_stands(program, auditor, django_assert_num_queries):
    other = factories.program()
    sealed(program.pk, 2)
    first = answered(program, auditor)
    under_way = ask_for_check(program, by=auditor)
    with django_assert_num_queries(3):
        here, there, site = standings([program, other, None])
    assert here.seal.program_id == program.pk
    assert (here.last, here.open) == (first, under_way)
    assert (there.last, there.open) == (None, None)
    assert site.program is None


def test_the_answer_never_changes(program, auditor):
    check = answered(program, auditor)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        IntegrityCheck.objects.filter(pk=check.pk).update(finished_at=timezone.now() + timedelta(1))
