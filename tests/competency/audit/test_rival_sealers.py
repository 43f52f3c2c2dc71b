"""Two sealers at once, and acts that are committed in another order than they were numbered."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import connection, transaction

from competency.audit import sealing
from competency.audit.models import AuditSeal, SealEntry
from competency.audit.sealing import seal_events, unsealed
from competency.audit.verification import verify_audit
from tests.competency.audit.trail import act, acts

pytestmark = pytest.mark.django_db(transaction=True)

HERE, THERE = uuid4(), uuid4()


def aside(work: Callable[[], object]) -> object:
    """Run in this thread, whose connection ends with it."""
    try:
        return work()
    finally:
        connection.close()


@contextmanager
def rivals(count: int, work: Callable[[], object]) -> Iterator[list[Future[object]]]:
    with ThreadPoolExecutor(count) as threads:
        yield [threads.submit(aside, work) for _ in range(count)]


def test_sealers_at_once_seal_every_act_once(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 50)
    acts(1_000, HERE)
    acts(500, THERE)
    start = threading.Barrier(4)

    def seal_when_all_are_ready() -> int:
        start.wait()
        return seal_events()

    with rivals(4, seal_when_all_are_ready) as futures:
        sealed = [future.result(timeout=60) for future in futures]
    sealed.append(seal_events())  # what was left to a rival who had just finished looking

    assert sum(sealed) == 1_500 == SealEntry.objects.count()
    assert not unsealed().exists()
    assert verify_audit().whole


def test_a_sealer_leaves_a_chain_alone_that_another_is_sealing():
    act(HERE)
    act(THERE)
    with transaction.atomic():
        assert sealing._lock(HERE)
        with rivals(1, seal_events) as [future]:
            assert future.result(timeout=60) == 1
    assert AuditSeal.objects.get().program_id == THERE
    assert seal_events() == 1


def test_an_act_committed_after_a_later_one_was_sealed_is_sealed_next():
    written, seal_now = threading.Event(), threading.Event()

    def write_slowly() -> int:
        with transaction.atomic():
            early = act(HERE)
            written.set()
            assert seal_now.wait(60)
        return early.pk

    with rivals(1, write_slowly) as [future]:
        assert written.wait(60)
        later = act(HERE)
        assert seal_events() == 1
        seal_now.set()
        early = future.result(timeout=60)

    assert early < later.pk
    assert seal_events() == 1
    assert list(AuditSeal.objects.order_by("number").values_list("first_event_id", flat=True)) == [
        later.pk,
        early,
    ]
    assert verify_audit().whole


def test_a_trail_is_whole_while_it_is_sealed():
    acts(300, HERE)
    done = threading.Event()

    def keep_sealing() -> None:
        while not done.is_set():
            acts(20, HERE)
            seal_events()

    with rivals(1, keep_sealing) as [future]:
        try:
            results = [verify_audit() for _ in range(10)]
        finally:
            done.set()
        future.result(timeout=60)
    assert all(result.whole for result in results)
