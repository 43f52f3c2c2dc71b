"""Agreement against values that others computed or printed.

The tables are counts as published; the coefficients were computed with `Kappa()` of the R package
vcd 1.4.11 and again with scikit-learn 1.9.1. Cohen's own unweighted figure is 0.492.
"""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.psychometrics.agreement import (
    FEW_TRAINEES,
    agreement_of,
    jackknife_error,
    share_within,
    weighted_kappa,
)
from assessments.psychometrics.shares import mean_interval, share

PUBLISHED = {
    "Cohen (1968), Psychological Bulletin 70, 213-220": (
        [[88, 14, 18], [10, 40, 10], [2, 6, 12]],
        (0.491525423728813, 0.473684210526316, 0.454545454545454),
    ),
    "Schuster & Smith (2006), facility and research diagnoses": (
        [[40, 6, 4, 15], [4, 25, 1, 5], [4, 2, 21, 9], [17, 13, 12, 45]],
        (0.431500775881179, 0.406810874013446, 0.383185944134949),
    ),
    "Hout, Duncan & Sobel (1987), in Agresti (2002), table 2.10": (
        [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]],
        (0.129330254041571, 0.237380627557981, 0.332045586246861),
    ),
}
SHARES = {0: 0.362637362637363, 1: 0.747252747252747}  # of the last
tables = st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=4, max_size=4)


@pytest.mark.parametrize("source", PUBLISHED)
def test_kappa_is_what_others_find(source: str) -> None:
    table, expected = PUBLISHED[source]
    found = [weighted_kappa(table, power) for power in (0, 1, 2)]
    assert found == pytest.approx(expected, abs=1e-9)


def test_shares_are_what_others_find() -> None:
    table = PUBLISHED["Hout, Duncan & Sobel (1987), in Agresti (2002), table 2.10"][0]
    assert {steps: share_within(table, steps) for steps in SHARES} == pytest.approx(SHARES)


@given(tables)
def test_kappa_does_not_depend_on_who_is_first(table: Sequence[Sequence[int]]) -> None:
    turned = [list(column) for column in zip(*table, strict=True)]
    first, second = weighted_kappa(table), weighted_kappa(turned)
    assert first == second == None or first == pytest.approx(second)  # noqa: E711
    assert first is None or -1 - 1e-9 <= first <= 1 + 1e-9


def test_without_pairs_or_variety_kappa_says_nothing() -> None:
    assert weighted_kappa([[0] * 4] * 4) is None
    assert weighted_kappa([[0, 0], [0, 9]]) is None
    assert agreement_of({}, 0).pairs == 0


def test_an_interval_needs_enough_trainees() -> None:
    groups = {n: [[5 + n % 3, 1], [n % 2, 5]] for n in range(16)}
    few, many = agreement_of(groups, FEW_TRAINEES - 1), agreement_of(groups, FEW_TRAINEES)
    assert few.low is few.high is None
    assert few.kappa == many.kappa
    assert many.low is not None
    assert many.high is not None
    assert many.kappa is not None
    assert many.low < many.kappa < many.high <= 1


def test_groups_that_all_say_the_same_leave_no_error() -> None:
    assert jackknife_error([[[4, 1], [1, 4]]] * 10) == pytest.approx(0.0)
    assert jackknife_error([[[4, 1], [1, 4]]]) is None


def test_a_share_without_cases_could_be_anything() -> None:
    assert (share(0, 0).value, share(0, 0).low, share(0, 0).high) == (None, 0.0, 1.0)
    assert mean_interval(3.0, 0.5, 2) is None
