"""When may a trainee appeal, and when and on what re-sit?"""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competency.appeals.rules import appeal_until, next_form, resit_from

NOON = datetime(2026, 2, 27, 12, tzinfo=UTC)


def test_the_time_for_an_appeal_counts_from_the_release():
    assert appeal_until(NOON, 30) == NOON + timedelta(days=30)
    assert appeal_until(NOON, 0) == NOON


def test_a_resit_opens_days_after_the_decision():
    assert resit_from(NOON, 2) == datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("forms", "used", "following"),
    [
        ([1, 2], [], 1),
        ([1, 2], [1], 2),
        ([1, 2], [1, 2], 1),
        ([1, 2], [1, 2, 1], 2),
        ([1, 2, 3], [1, 2], 3),
        ([1, 2, 3], [3, 1, 2], 3),
        ([1, 2, 3], [1, 2, 3, 2], 1),
        ([1], [], 1),
        ([1], [1], None),
        ([], [], None),
        ([2, 3], [1], 2),
    ],
)
def test_the_next_form_is_the_one_used_least_and_longest_ago(forms, used, following):
    assert next_form(forms, used) == following


@settings(max_examples=50)
@given(st.integers(2, 5), st.integers(1, 12))
def test_nobody_sits_the_same_form_twice_running_and_all_are_used_evenly(forms, sittings):
    known, used = list(range(1, forms + 1)), []
    for _ in range(sittings):
        following = next_form(known, used)
        assert following is not None
        assert following != (used[-1] if used else None)
        used.append(following)
    counts = Counter({form: 0 for form in known}) + Counter(used)
    assert max(counts.values()) - min(counts[form] for form in known) <= 1
