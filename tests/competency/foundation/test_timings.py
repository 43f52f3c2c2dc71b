"""Durations of steps: counted in memory, added up for every process."""

import threading
import time
from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import Settings

from competency.foundation import timings
from competency.foundation.timings import Ledger
from tests import factories


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """A ledger that hands over when it is told, to sums of its own."""
    monkeypatch.setattr(timings, "DELAY", 3600.0)
    monkeypatch.setattr(timings, "KEY", f"test:{time.monotonic_ns()}")
    fresh = Ledger()
    monkeypatch.setattr(timings, "ledger", fresh)
    yield fresh
    if fresh.due:
        fresh.due.cancel()


def test_durations_of_all_processes_add_up(ledger: Ledger) -> None:
    another = Ledger()
    for mine, seconds in ((ledger, 0.004), (ledger, 0.2), (another, 0.2), (another, 300.0)):
        mine.note("score", seconds)
    for mine in (ledger, another):
        assert mine.due
        mine.due.cancel()
        mine.hand_over()

    (timing,) = timings.read().values()
    assert timing.counts == [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert timing.seconds == pytest.approx(300.404)


def test_a_duration_on_a_bound_belongs_below_it() -> None:
    timing = timings.Timing()
    for bound in timings.BOUNDS:
        timing.add(bound)

    assert timing.counts == [1] * len(timings.BOUNDS) + [0]


def test_while_the_sums_are_out_of_reach_durations_are_kept(
    ledger: Ledger, settings: Settings
) -> None:
    url, settings.REDIS_URL = settings.REDIS_URL, "unix:///nowhere/valkey"
    ledger.note("score", 0.2)
    ledger.hand_over()
    ledger.note("score", 0.3)
    settings.REDIS_URL = url
    ledger.hand_over()

    timing = timings.read()["score"]
    assert timing.seconds == pytest.approx(0.5)
    assert sum(timing.counts) == 2


def test_a_ledger_hands_over_by_itself(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timings, "DELAY", 0.01)
    ledger.note("score", 0.2)
    assert isinstance(ledger.due, threading.Timer)
    ledger.due.join()

    assert timings.read()["score"].seconds == pytest.approx(0.2)


@pytest.mark.django_db(transaction=True)
def test_only_a_committed_step_is_counted(ledger: Ledger) -> None:
    with transaction.atomic():
        timings.note_when_committed("rolled_back", time.perf_counter())
        transaction.set_rollback(True)
    with transaction.atomic():
        timings.note_when_committed("score", time.perf_counter())
        assert not ledger.timings

    assert set(ledger.timings) == {"score"}


@pytest.mark.django_db(transaction=True)
def test_every_step_that_moves_something_is_counted(ledger: Ledger) -> None:
    factories.issued(factories.campus())

    assert set(ledger.timings) >= {
        *("score", "seat_reviewers", "compare_reviews"),
        *("gather_evidence", "decide", "issue_certificate"),
    }
