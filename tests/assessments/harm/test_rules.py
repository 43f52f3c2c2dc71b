"""When is a harm flag settled?"""

from itertools import product

import pytest

from assessments.harm.rules import verdict


@pytest.mark.parametrize(
    ("judgements", "settled"),
    [
        ([], None),
        ([True], None),
        ([False], None),
        ([True, True], True),
        ([False, False], False),
        ([True, False], None),
        ([False, True], None),
        ([True, False, True], True),
        ([False, True, False], False),
    ],
)
def test_two_people_must_agree(judgements, settled):
    assert verdict(judgements) is settled


@pytest.mark.parametrize("judgements", [*product([True, False], repeat=3)])
def test_three_people_always_settle_it_by_majority(judgements):
    assert verdict(judgements) is (sum(judgements) >= 2)
