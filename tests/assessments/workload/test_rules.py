"""When reviews could be done: a range where there is enough to go by, and nothing where not."""

import pytest

from assessments.workload.rules import FEWEST, Range, forecast

STEADY = (10, 11, 9, 10)


@pytest.mark.parametrize(
    "weeks",
    [
        pytest.param([], id="no week is over"),
        pytest.param([40], id="one week says nothing of how weeks differ"),
        pytest.param([FEWEST - 1, 0], id="too few were done"),
        pytest.param([40, 0, 0, 0], id="all of them came in one bunch"),
    ],
)
def test_nothing_is_said_where_there_is_too_little_to_go_by(weeks: list[int]) -> None:
    assert forecast(10, 10, weeks) is None


def test_where_nothing_is_left_it_is_done_now() -> None:
    assert forecast(0, 12, STEADY) == forecast(0, 0, []) == Range(0.0, 0.0)


def test_the_pace_of_the_weeks_lies_inside_the_range() -> None:
    found = forecast(10, 10, STEADY)
    assert found is not None
    assert found.soonest < 7 < found.latest


def test_what_others_wait_for_may_come_first_and_never_makes_it_sooner() -> None:
    alone, queued = forecast(10, 10, STEADY), forecast(10, 30, STEADY)
    assert alone is not None
    assert queued is not None
    assert queued.soonest == alone.soonest
    assert queued.latest > alone.latest
    assert forecast(10, 3, STEADY) == alone


def test_weeks_that_differ_widen_the_range() -> None:
    steady, bunched = forecast(10, 10, STEADY), forecast(10, 10, (16, 4, 14, 6))
    assert steady is not None
    assert bunched is not None
    assert bunched.soonest < steady.soonest
    assert bunched.latest > steady.latest
