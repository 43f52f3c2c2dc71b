"""Levels, composites and their standard errors, checked by hand calculation."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.psychometrics.composite import (
    Components,
    Judged,
    Measure,
    difference_variance,
    measure,
    measure_criterion,
    rater_variance,
)

COMPONENTS = Components(
    trainee=0.18,
    vignette=0.006,
    reviewer=0.010,
    trainee_vignette=0.020,
    trainee_reviewer=0.010,
    residual=0.040,
)  # σ²(vignette) = 0.026, σ²(scoring) = 0.060
WEIGHTS = {"C1": 1.0, "C3": 1.0, "D1": 2.0}


def judged(c1, c3, d1):
    return Judged({"C1": c1, "C3": c3, "D1": d1}, WEIGHTS)


def test_components_add_up_to_what_a_vignette_and_a_scoring_add():
    assert COMPONENTS.per_vignette == pytest.approx(0.026)
    assert COMPONENTS.per_scoring == pytest.approx(0.060)


def test_each_judgement_has_its_weighted_mean():
    assert judged([3, 4], [2, 2], [4, 1]).composites() == [3.25, 2.0]


def test_a_settled_criterion_stands_in_every_judgement():
    assert judged([3, 4], [2], [4, 4]).composites() == [3.25, 3.5]


def test_when_everything_was_settled_there_is_one_judgement():
    assert judged([3], [2], [4]).composites() == [3.25]


@pytest.mark.parametrize(
    ("scores", "variance"),
    [([], 0.0), ([3.0], 0.0), ([3.0, 3.0], 0.0), ([3.0, 4.0], 0.5), ([2.0, 3.0, 4.0], 1.0)],
)
def test_the_variance_of_scorings_is_unbiased(scores, variance):
    assert difference_variance(scores) == pytest.approx(variance)


@pytest.mark.parametrize(
    ("observed", "components", "variance"),
    [
        ([], None, 0.0),
        ([0.5], None, 0.5),
        ([0.5, 0.1], None, 0.3),
        ([], COMPONENTS, 0.060),
        ([0.5], COMPONENTS, (0.5 + 8 * 0.060) / 9),
        ([0.0, 0.0], COMPONENTS, 8 * 0.060 / 10),
    ],
)
def test_the_pinned_variance_steadies_what_few_differences_show(observed, components, variance):
    assert rater_variance(observed, components) == pytest.approx(variance)


def test_one_vignette_with_two_reviewers_by_hand():
    found = measure([judged([3, 4], [3, 3], [3, 4])], COMPONENTS)
    # composites 3.00 and 3.75: mean 3.375, variance 0.28125
    per_scoring = (0.28125 + 8 * 0.060) / 9
    assert found.value == pytest.approx(3.375)
    assert found.standard_error == pytest.approx(sqrt(0.026 / 1 + per_scoring / 2))
    assert found.ratings == 6


def test_two_vignettes_count_the_same_whatever_their_reviewers():
    one, other = judged([4, 4], [4, 4], [4, 4]), judged([2], [2], [2])
    found = measure([one, other], COMPONENTS)
    assert found.value == pytest.approx(3.0)
    assert found.standard_error == pytest.approx(sqrt(0.026 / 2 + (8 * 0.060 / 10) / 3))
    assert found.ratings == 9


def test_without_components_only_the_reviewers_differences_count():
    found = measure([judged([3, 4], [3, 4], [3, 4])], None)
    assert found == Measure(3.5, pytest.approx(sqrt(0.5 / 2)), 6)


def test_without_components_agreement_leaves_no_error():
    assert measure([judged([3, 3], [3, 3], [3, 3])], None).standard_error == 0.0


def test_nothing_cannot_be_measured():
    with pytest.raises(ValueError, match="nothing to measure"):
        measure([], COMPONENTS)


def test_a_criterion_is_measured_over_the_vignettes_that_show_it():
    shows, lacks = judged([3, 4], [1, 1], [4, 4]), Judged({"C1": [2, 2]}, {"C1": 1.0})
    c1 = measure_criterion("C1", [shows, lacks], COMPONENTS)
    c3 = measure_criterion("C3", [shows, lacks], COMPONENTS)
    assert c1 is not None
    assert c3 is not None
    assert (c1.value, c1.ratings) == (pytest.approx(2.75), 4)
    assert c1.standard_error == pytest.approx(sqrt(0.026 / 2 + ((0.5 + 8 * 0.060) / 10) / 4))
    assert (c3.value, c3.ratings) == (1.0, 2)


def test_a_criterion_that_no_vignette_shows_is_not_measured():
    assert measure_criterion("Z9", [judged([3], [3], [3])], COMPONENTS) is None


levels = st.lists(st.integers(1, 4), min_size=2, max_size=2)
submissions = st.lists(st.builds(judged, levels, levels, levels), min_size=1, max_size=5)


@given(submissions)
def test_a_measure_stays_on_the_scale_and_its_error_is_real(rows):
    found = measure(rows, COMPONENTS)
    assert 1 <= found.value <= 4
    assert found.standard_error > 0
    assert found.ratings == 6 * len(rows)


@given(submissions)
def test_the_same_work_shown_again_only_makes_the_measure_surer(rows):
    once, twice = measure(rows, COMPONENTS), measure(rows + rows, COMPONENTS)
    assert twice.value == pytest.approx(once.value)
    steady = rater_variance([0.0], COMPONENTS)
    spread = max(difference_variance(row.composites()) for row in rows)
    if spread <= steady:
        assert twice.standard_error < once.standard_error
