"""Allocate reviewers, compare their ratings, hide who wrote what."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.reviews.rules import (
    PSEUDONYM_ALPHABET,
    Agreement,
    Candidate,
    Line,
    agreement,
    allocate,
    composite,
    disputed_criteria,
    make_pseudonym,
    passage_problem,
)


def candidate(person, load=0, *, known=False):
    return Candidate(person, load, known)


def lots(*numbers):
    drawn = iter(numbers)
    return lambda: next(drawn)


def test_the_least_loaded_sit_first():
    people = [candidate("ana", 2), candidate("ben", 0), candidate("eva", 1)]
    assert allocate(people, 2, lambda: 0.5) == ["ben", "eva"]


def test_between_equals_the_lot_decides():
    people = [candidate("ana"), candidate("ben"), candidate("eva")]
    assert allocate(people, 2, lots(0.9, 0.5, 0.1)) == ["eva", "ben"]
    assert allocate(people, 2, lots(0.1, 0.9, 0.5)) == ["ana", "eva"]


def test_people_new_to_the_attempt_come_before_those_who_judged_it():
    people = [candidate("ana", 0, known=True), candidate("ben", 9)]
    assert allocate(people, 1, lambda: 0.5) == ["ben"]
    assert allocate(people, 2, lambda: 0.5) == ["ben", "ana"]


def test_when_people_are_short_everyone_who_can_serves():
    assert allocate([candidate("ana")], 2, lambda: 0.5) == ["ana"]
    assert allocate([], 2, lambda: 0.5) == []
    assert allocate([candidate("ana")], 0, lambda: 0.5) == []


candidates = st.lists(
    st.builds(Candidate, st.integers(), st.integers(0, 5), st.booleans()),
    unique_by=lambda one: one.person,
)


@given(candidates, st.integers(0, 5), st.randoms(use_true_random=False))
def test_nobody_sits_twice_and_nobody_busier_is_preferred(people, seats, rng):
    drawn = allocate(people, seats, rng.random)
    assert len(drawn) == len(set(drawn)) == min(seats, len(people))
    rank = {c.person: (c.judged_this_attempt, c.open_reviews) for c in people}
    left_out = [rank[c.person] for c in people if c.person not in drawn]
    assert all(rank[person] <= other for person in drawn for other in left_out)


def test_a_lot_among_equals_gives_each_the_same_chance():
    people = [candidate(name) for name in "abcd"]
    seen = {allocate(people, 1, lots(*order))[0] for order in
            [(0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 0, 1), (1, 1, 1, 0)]}  # fmt: skip
    assert seen == set("abcd")


def test_a_pseudonym_is_two_groups_of_letters_without_vowels():
    name = make_pseudonym(secrets.choice)
    assert [len(group) for group in name.split("-")] == [3, 3]
    assert set(name) <= {*PSEUDONYM_ALPHABET, "-"}
    assert not set(PSEUDONYM_ALPHABET) & set("AEIOUY")


# --- Comparison ---

PLAIN = [Line("C1", 1), Line("C3", 1), Line("D1", 2)]
WITH_MINIMUM = [Line("C1", 1), Line("C3", 1, minimum=2.0), Line("D1", 2)]


def levels(c1, c3, d1):
    return {"C1": c1, "C3": c3, "D1": d1}


def test_the_composite_is_the_weighted_mean():
    assert composite(levels(1, 2, 4), PLAIN) == 2.75


@pytest.mark.parametrize(
    ("one", "other", "disputed"),
    [
        (levels(3, 3, 3), levels(3, 3, 3), []),
        (levels(3, 3, 3), levels(4, 4, 4), []),
        (levels(1, 3, 3), levels(3, 3, 3), ["C1"]),
        (levels(1, 1, 1), levels(4, 4, 4), ["C1", "C3", "D1"]),
        (levels(4, 4, 4), levels(4, 4, 2), ["D1"]),
    ],
)
def test_two_levels_apart_are_disputed_whatever_the_composite(one, other, disputed):
    assert disputed_criteria([one, other], PLAIN, 2.0) == disputed
    assert disputed_criteria([other, one], PLAIN, 2.0) == disputed


def test_without_a_minimum_composites_on_two_sides_of_the_cut_dispute_every_difference():
    one, other = levels(3, 3, 2), levels(3, 2, 3)  # 2.50 and 2.75
    assert disputed_criteria([one, other], PLAIN, 2.6) == ["C3", "D1"]
    assert disputed_criteria([one, other], PLAIN, 2.4) == []


def test_a_composite_exactly_at_the_cut_reaches_it():
    one, other = levels(3, 3, 2), levels(3, 2, 3)
    assert disputed_criteria([one, other], PLAIN, 2.5) == []
    assert disputed_criteria([one, other], PLAIN, 2.75) == ["C3", "D1"]


def test_with_a_minimum_it_is_the_minimum_that_counts_and_not_the_composite():
    below, above = levels(3, 1, 3), levels(3, 2, 3)
    assert disputed_criteria([below, above], WITH_MINIMUM, 2.6) == ["C3"]
    assert disputed_criteria([levels(3, 3, 2), levels(3, 2, 3)], WITH_MINIMUM, 2.6) == []


def test_a_level_exactly_at_the_minimum_reaches_it():
    assert disputed_criteria([levels(3, 2, 3), levels(3, 3, 3)], WITH_MINIMUM, 2.6) == []


def test_any_two_of_three_reviewers_can_disagree():
    three = [levels(3, 3, 3), levels(3, 3, 4), levels(3, 3, 2)]
    assert disputed_criteria(three, PLAIN, 1.0) == ["D1"]


level = st.integers(1, 4)
given_levels = st.builds(levels, level, level, level)


@given(given_levels, given_levels, st.sampled_from([PLAIN, WITH_MINIMUM]), st.floats(1, 4))
def test_only_differences_are_disputed_and_the_order_of_reviewers_does_not_matter(
    one, other, lines, cut
):
    disputed = disputed_criteria([one, other], lines, cut)
    assert disputed == disputed_criteria([other, one], lines, cut)
    assert all(one[code] != other[code] for code in disputed)
    assert all(code in disputed for code in one if abs(one[code] - other[code]) >= 2)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (levels(3, 3, 3), levels(3, 3, 3), Agreement(3, 1.0, 1.0)),
        (levels(3, 3, 3), levels(4, 2, 3), Agreement(3, 1 / 3, 1.0)),
        (levels(1, 1, 1), levels(3, 4, 1), Agreement(3, 1 / 3, 1 / 3)),
    ],
)
def test_agreement_is_told_as_shares_of_criteria(one, other, found):
    assert agreement([one, other], ["C1", "C3", "D1"]) == found


# --- Passages ---


@pytest.mark.parametrize(
    ("text", "start", "end", "words"),
    [
        ("I stay", 2, 6, "stay"),
        ("👩🏽‍⚕️ stays", 0, 4, "👩🏽‍⚕"),
        ("🙂 stays", 2, 7, "stays"),
        ("e\u0301te\u0301", 0, 2, "e\u0301"),
        ("مَرْحَبًا", 0, 2, "مَ"),
        ("一緒にいます", 2, 6, "にいます"),
    ],
)
def test_a_passage_is_a_range_of_code_points_in_every_script(text, start, end, words):
    assert passage_problem(text, start, end) is None
    assert text[start:end] == words


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (0, 0), (3, 2), (0, 7), (6, 7), (7, 9)])
def test_a_passage_outside_the_answer_is_refused_with_its_bounds(start, end):
    assert passage_problem("I stay", start, end) == (
        f"The passage {start}–{end} is not within the answer (0–6)."
    )


@pytest.mark.parametrize("text", ["   ", "\n\t ", "\u00a0 "])
def test_a_passage_of_blanks_is_refused(text):
    assert passage_problem(text, 0, len(text)) == "The passage cited has no words."


@given(st.text(), st.integers(-2, 12), st.integers(-2, 12))
def test_a_passage_without_a_problem_has_words(text, start, end):
    if passage_problem(text, start, end) is None:
        assert text[start:end].strip()
        assert len(text[start:end]) == end - start
