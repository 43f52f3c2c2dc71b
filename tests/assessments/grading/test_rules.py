"""Score the keyed items of one submission."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.grading.rules import (
    Asked,
    Scored,
    keyed_section,
    score_items,
    stages_faced,
)
from assessments.vignettes.items import ItemShape, Keyed
from assessments.vignettes.rules import StageShape

STORY = {
    "arrival": StageShape("arrival", branches={"decide": {"stay": "room", "leave": "corridor"}}),
    "corridor": StageShape("corridor", next="room"),
    "room": StageShape("room", next="goodbye"),
    "goodbye": StageShape("goodbye", branches={"end": {"slow": "after", "fast": "after"}}),
    "after": StageShape("after"),
}
KEY = {
    "decide": {"stay": Keyed(3), "leave": Keyed(-3)},
    "end": {"slow": Keyed(1), "fast": Keyed(-1)},
    "rate": {"a": Keyed(4), "b": Keyed(1)},
}
DECIDE = Asked("branch", ItemShape("decide", ["stay", "leave"]), 2)
END = Asked("branch", ItemShape("end", ["slow", "fast"]), 1)
RATE = Asked("sjt_rating", ItemShape("rate", ["a", "b"]), 1)


def scores(asked, answers):
    return {row.item: row.value for row in score_items(asked, answers, KEY, STORY, "arrival")}


@pytest.mark.parametrize(
    ("visited", "finished", "faced"),
    [
        (["arrival", "room", "goodbye", "after"], True, ["arrival", "room", "goodbye", "after"]),
        (["arrival"], False, ["arrival"]),
        (["arrival", "corridor"], False, ["arrival", "corridor", "room", "goodbye"]),
        (["arrival", "room"], False, ["arrival", "room", "goodbye"]),
        (["arrival", "room", "goodbye", "after"], False, ["arrival", "room", "goodbye", "after"]),
        ([], False, []),
    ],
)
def test_out_of_time_a_trainee_answers_for_every_stage_up_to_the_next_decision(
    visited, finished, faced
):
    assert stages_faced(STORY, visited, finished=finished) == faced


def test_decisions_are_scored_together_as_the_path_they_make():
    best = {"decide": {"choice": "stay"}, "end": {"choice": "slow"}}
    mixed = {"decide": {"choice": "stay"}, "end": {"choice": "fast"}}
    worst = {"decide": {"choice": "leave"}, "end": {"choice": "fast"}}
    assert scores([DECIDE, END], best) == {"decide": 1.0, "end": 1.0}
    assert scores([DECIDE, END], mixed) == {"decide": 0.75, "end": 0.75}
    assert scores([DECIDE, END], worst) == {"decide": 0.0, "end": 0.0}


def test_a_decision_left_open_makes_the_path_worth_nothing():
    assert scores([DECIDE, END], {"decide": {"choice": "stay"}}) == {"decide": 0.0, "end": 0.0}
    assert scores([DECIDE], {"decide": {"choice": None}}) == {"decide": 0.0}


def test_a_decision_that_was_never_met_does_not_count_against_anyone():
    assert scores([DECIDE], {"decide": {"choice": "stay"}}) == {"decide": 0.875}


def test_items_without_a_decision_are_scored_by_their_kind():
    assert scores([RATE], {"rate": {"ratings": {"a": 3, "b": 1}}}) == {"rate": 0.75}


def test_a_blank_scores_nothing():
    assert scores([RATE], {}) == {"rate": 0.0}


def test_a_score_carries_the_weight_of_its_item():
    (row,) = score_items([DECIDE], {"decide": {"choice": "leave"}}, KEY, STORY, "arrival")
    assert row == Scored("decide", 0.125, 2)


def test_the_keyed_section_is_the_weighted_mean():
    assert keyed_section([Scored("a", 1.0, 2), Scored("b", 0.0, 1), Scored("c", 0.5, 1)]) == 0.625


def test_without_keyed_items_there_is_no_keyed_section():
    assert keyed_section([]) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 9)), min_size=1))
def test_the_keyed_section_lies_between_its_lowest_and_highest_score(rows):
    section = keyed_section([Scored(str(n), *row) for n, row in enumerate(rows)])
    values = [value for value, _ in rows]
    assert section is not None
    assert min(values) - 1e-9 <= section <= max(values) + 1e-9
