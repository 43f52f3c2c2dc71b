"""How one's ratings stood beside others': only once the results are released."""

import pytest

from assessments.attempts.services import release_results
from assessments.desk.record import Compared, compared, lines_of, released_to, use_of_levels
from tests import factories


@pytest.fixture
def judged(campus):
    """Two reviewers who differ by one level on C1; decided, and not released."""
    return factories.attempt_of(factories.ratified(campus, {"C1": 3, "C3": 4, "D1": 4}, 4))


def test_nothing_is_compared_before_the_release(judged):
    person = factories.reviews_of(judged)[0].reviewer
    assert not released_to(person).exists()
    assert compared(person) is None
    assert [use.count for use in use_of_levels(person)] == [0, 0, 1, 2]


def test_after_the_release_ones_ratings_stand_beside_the_others(judged, campus):
    release_results(judged, by=campus.director)
    first, second = (review.reviewer for review in factories.reviews_of(judged))
    assert compared(first) == Compared(3, pytest.approx(2 / 3), 1.0, pytest.approx(-1 / 3))
    assert compared(second).severity == pytest.approx(1 / 3)
    (review,) = released_to(first)
    lines = lines_of([review])[review.pk]
    assert [(line.criterion, line.mine, line.others, line.settled) for line in lines] == [
        ("C1", 3, [4], None),
        ("C3", 4, [4], None),
        ("D1", 4, [4], None),
    ]


def test_what_a_third_person_settled_stands_beside_it(campus):
    attempt = factories.reviewed(campus, {"C1": 2, "C3": 4, "D1": 4}, 4)
    factories.settle(factories.adjudication_of(attempt), 4)
    (review,) = [each for each in factories.reviews_of(attempt) if each.seat == 1]
    lines = lines_of([review])[review.pk]
    assert lines[0].settled == 4
