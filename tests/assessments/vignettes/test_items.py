"""The kinds of items: what is answered, how it is checked and scored."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.vignettes.items import (
    KINDS,
    Branch,
    FreeText,
    ItemKind,
    ItemShape,
    Keyed,
    MostLeast,
    ResponseError,
    SjtRating,
    score_path,
    score_sjt_rating,
)
from assessments.vignettes.kinds.choose_n import ChooseN
from assessments.vignettes.kinds.ranking import score_ranking
from assessments.vignettes.kinds.single_choice import SingleChoice
from assessments.vignettes.kinds.sjt_rating import mode

OPTIONS = ("a", "b", "c")
ITEM = ItemShape("item", OPTIONS, {"choose": 2})
SJT_KEY = {"a": Keyed(4), "b": Keyed(2), "c": Keyed(1)}
BRANCH_KEY = {"a": Keyed(3), "b": Keyed(0), "c": Keyed(-3, critical=True)}
MOST_LEAST_KEY = {"a": Keyed(1), "b": Keyed(0), "c": Keyed(-1, critical=True)}
CHOICE_KEY = {"a": Keyed(6), "b": Keyed(3), "c": Keyed(0, critical=True)}
CHOOSE_KEY = {"a": Keyed(1), "b": Keyed(1), "c": Keyed(0, critical=True)}
RANKING_KEY = {"a": Keyed(1), "b": Keyed(2), "c": Keyed(3)}
KEYS = {
    "sjt_rating": SJT_KEY,
    "branch": BRANCH_KEY,
    "most_least": MOST_LEAST_KEY,
    "single_choice": CHOICE_KEY,
    "choose_n": CHOOSE_KEY,
    "ranking": RANKING_KEY,
}
BEST = {
    "sjt_rating": {"ratings": {"a": 4, "b": 2, "c": 1}},
    "branch": {"choice": "a"},
    "most_least": {"most": "a", "least": "c"},
    "single_choice": {"choice": "a"},
    "choose_n": {"chosen": ["a", "b"]},
    "ranking": {"order": ["a", "b", "c"]},
}
WORST = {
    "sjt_rating": {"ratings": {"a": 1, "b": 4, "c": 4}},
    "branch": {"choice": "c"},
    "most_least": {"most": "c", "least": "a"},
    "single_choice": {"choice": "c"},
    "choose_n": {"chosen": ["c"]},
    "ranking": {"order": ["c", "b", "a"]},
}
BLANK: dict[str, list[Any]] = {
    "free_text": [{}, {"text": ""}, {"text": " \n\t"}],
    "sjt_rating": [{}, {"ratings": {}}],
    "branch": [{}, {"choice": None}],
    "most_least": [{}, {"most": None}, {"most": None, "least": None}],
    "single_choice": [{}, {"choice": None}],
    "choose_n": [{}, {"chosen": []}],
    "ranking": [{}, {"order": []}],
    "recorded": [{}, {"text": ""}, {"recording": None}],
}


def kind(code: str) -> ItemKind:
    return KINDS[code]


keyed_kinds = pytest.mark.parametrize("code", sorted(KEYS))
every_kind = pytest.mark.parametrize("code", sorted(KINDS))


def test_every_kind_that_has_a_key_is_tested_here():
    assert set(KEYS) == {code for code, kind in KINDS.items() if kind.keyed}
    assert set(BLANK) == set(responses) == set(KINDS)


@keyed_kinds
def test_the_best_answer_scores_one_and_the_worst_scores_nothing(code):
    assert kind(code).score(ITEM, BEST[code], KEYS[code]) == 1.0
    assert kind(code).score(ITEM, WORST[code], KEYS[code]) == 0.0


@every_kind
def test_a_blank_can_be_saved_and_is_known_as_blank(code):
    for blank in BLANK[code]:
        cleaned = kind(code).clean(ITEM, blank)
        assert kind(code).is_blank(cleaned)
        assert kind(code).is_blank(blank)


@keyed_kinds
def test_a_blank_scores_nothing_and_chooses_nothing(code):
    for blank in BLANK[code]:
        assert kind(code).score(ITEM, blank, KEYS[code]) == 0.0
        assert kind(code).critical_choices(blank, KEYS[code]) == []


@keyed_kinds
def test_what_was_answered_is_not_blank(code):
    assert not kind(code).is_blank(kind(code).clean(ITEM, WORST[code]))


@every_kind
@pytest.mark.parametrize("response", [None, "text", 3, [], ["a"]])
def test_an_answer_that_is_no_object_is_refused(code, response):
    with pytest.raises(ResponseError, match="named parts"):
        kind(code).clean(ITEM, response)


@every_kind
def test_an_answer_with_an_unknown_part_is_refused_by_name(code):
    with pytest.raises(ResponseError, match="no part called “score”"):
        kind(code).clean(ITEM, {"score": 1})


@pytest.mark.parametrize(
    ("code", "response", "words"),
    [
        ("free_text", {"text": 3}, "not text"),
        ("free_text", {"text": None}, "not text"),
        ("free_text", {"text": "a\x00b"}, r"cannot be stored \(U\+0000\)"),
        ("free_text", {"text": "\ud800"}, r"U\+D800"),
        ("free_text", {"text": "x" * 200_001}, "longer than 200,000"),
        ("sjt_rating", {"ratings": [4, 3]}, "per action"),
        ("sjt_rating", {"ratings": {"z": 1}}, "“z” is not one of the options"),
        ("sjt_rating", {"ratings": {"a": 0}}, "must be 1, 2, 3 or 4"),
        ("sjt_rating", {"ratings": {"a": 5}}, "must be 1, 2, 3 or 4"),
        ("sjt_rating", {"ratings": {"a": 2.0}}, "must be 1, 2, 3 or 4"),
        ("sjt_rating", {"ratings": {"a": "4"}}, "must be 1, 2, 3 or 4"),
        ("sjt_rating", {"ratings": {"a": True}}, "must be 1, 2, 3 or 4"),
        ("sjt_rating", {"ratings": {"a": None}}, "must be 1, 2, 3 or 4"),
        ("branch", {"choice": "z"}, "“z” is not one of the options"),
        ("branch", {"choice": ["a"]}, "is not one of the options"),
        ("branch", {"choice": {}}, "is not one of the options"),
        ("branch", {"choice": ""}, "is not one of the options"),
        ("most_least", {"most": "z"}, "“z” is not one of the options"),
        ("most_least", {"least": 1}, "is not one of the options"),
        ("most_least", {"most": "a", "least": "a"}, "cannot be the same"),
        ("single_choice", {"choice": "z"}, "“z” is not one of the options"),
        ("single_choice", {"choice": ["a"]}, "is not one of the options"),
        ("choose_n", {"chosen": "a"}, "a list of options"),
        ("choose_n", {"chosen": {"a": True}}, "a list of options"),
        ("choose_n", {"chosen": ["a", "z"]}, "“z” is not one of the options"),
        ("choose_n", {"chosen": [["a"]]}, "is not one of the options"),
        ("ranking", {"order": "abc"}, "a list of options"),
        ("ranking", {"order": ["a", "z"]}, "“z” is not one of the options"),
        ("ranking", {"order": ["a", {}]}, "is not one of the options"),
        ("ranking", {"order": ["a", "a"]}, "one place in the order"),
        ("recorded", {"recording": "blob"}, "cannot be taken yet"),
        ("recorded", {"text": 3}, "not text"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_refused_in_words(code, response, words):
    with pytest.raises(ResponseError, match=words):
        kind(code).clean(ITEM, response)


@pytest.mark.parametrize(
    ("code", "response", "cleaned"),
    [
        ("free_text", {"text": "a\r\nb"}, {"text": "a\nb"}),
        ("sjt_rating", {"ratings": {"c": 1, "a": 4}}, {"ratings": {"a": 4, "c": 1}}),
        ("branch", {"choice": "b"}, {"choice": "b"}),
        ("most_least", {"least": "b"}, {"most": None, "least": "b"}),
        ("single_choice", {"choice": "b"}, {"choice": "b"}),
        ("choose_n", {"chosen": ["c", "a", "c"]}, {"chosen": ["a", "c"]}),
        ("ranking", {"order": ["c", "a"]}, {"order": ["c", "a"]}),
        ("recorded", {"text": "a\rb"}, {"text": "a\nb", "recording": None}),
    ],
)
def test_an_answer_is_kept_in_one_canonical_form(code, response, cleaned):
    assert kind(code).clean(ITEM, response) == cleaned
    assert kind(code).clean(ITEM, cleaned) == cleaned


def test_free_text_is_never_scored_by_a_machine():
    with pytest.raises(NotImplementedError, match="free_text items have no key"):
        FreeText().score(ITEM, {"text": "words"}, {})
    assert not FreeText().keyed
    assert FreeText().critical_choices({"text": "a"}, BRANCH_KEY) == []


def test_the_words_of_free_text_are_counted():
    assert FreeText().words({"text": "I stay near."}) == 3
    assert FreeText().words({}) == 0


# --- SJT rating ---


@pytest.mark.parametrize(
    ("key", "scores"),
    [
        (1, [1.0, 0.5, 0.0, 0.0]),
        (2, [0.5, 1.0, 0.0, 0.0]),
        (3, [0.0, 0.0, 1.0, 0.5]),
        (4, [0.0, 0.0, 0.5, 1.0]),
    ],
)
def test_a_near_miss_earns_half_only_on_the_same_side_of_the_midpoint(key, scores):
    assert [score_sjt_rating(rating, key) for rating in (1, 2, 3, 4)] == scores


@pytest.mark.parametrize(("rating", "key"), [(0, 1), (5, 1), (1, 0), (1, 5)])
def test_ratings_and_keys_run_from_one_to_four(rating, key):
    with pytest.raises(ValueError, match="from 1 to 4"):
        score_sjt_rating(rating, key)


def test_an_action_that_was_left_out_counts_as_nothing():
    assert SjtRating().score(ITEM, {"ratings": {"a": 4}}, SJT_KEY) == pytest.approx(1 / 3)
    half = {"ratings": {"a": 3, "b": 2, "c": 1}}
    assert SjtRating().score(ITEM, half, SJT_KEY) == pytest.approx(2.5 / 3)


def test_rating_an_action_is_not_choosing_it():
    critical = {code: Keyed(keyed.value, critical=True) for code, keyed in SJT_KEY.items()}
    assert SjtRating().critical_choices(BEST["sjt_rating"], critical) == []


# --- Branch and most/least ---


def test_a_decision_is_scored_between_the_worst_and_the_best_option():
    assert Branch().score(ITEM, {"choice": "b"}, BRANCH_KEY) == 0.5


def test_the_critical_option_of_a_decision_is_found_when_it_is_chosen():
    assert Branch().critical_choices({"choice": "c"}, BRANCH_KEY) == ["c"]
    assert Branch().critical_choices({"choice": "a"}, BRANCH_KEY) == []


@pytest.mark.parametrize(
    ("response", "score"),
    [
        ({"most": "a", "least": "b"}, 0.5),
        ({"most": "b", "least": "c"}, 0.5),
        ({"most": "a", "least": None}, 0.5),
        ({"most": "b", "least": "a"}, 0.0),
    ],
)
def test_most_and_least_earn_half_each(response, score):
    assert MostLeast().score(ITEM, response, MOST_LEAST_KEY) == score


def test_calling_a_critical_option_the_most_helpful_chooses_it():
    assert MostLeast().critical_choices({"most": "c", "least": "a"}, MOST_LEAST_KEY) == ["c"]
    assert MostLeast().critical_choices({"most": "a", "least": "c"}, MOST_LEAST_KEY) == []


@pytest.mark.parametrize(
    ("values", "best", "worst", "score"),
    [
        ([3, 3], 6, -6, 1.0),
        ([-3, -3], 6, -6, 0.0),
        ([0, 0], 6, -6, 0.5),
        ([], 0, 0, 1.0),
        ([9], 6, -6, 1.0),
        ([-9], 6, -6, 0.0),
    ],
)
def test_a_path_is_scored_between_the_worst_and_the_best_that_can_be_reached(
    values, best, worst, score
):
    assert score_path(values, best=best, worst=worst) == score


# --- Single choice, several, ranking ---


def test_a_choice_earns_its_votes_over_those_of_the_commonest():
    assert SingleChoice().score(ITEM, {"choice": "b"}, CHOICE_KEY) == 0.5


@pytest.mark.parametrize(
    ("code", "response"),
    [
        ("single_choice", {"choice": "c"}),
        ("choose_n", {"chosen": ["a", "c"]}),
    ],
)
def test_a_critical_option_is_found_among_those_chosen(code, response):
    assert kind(code).critical_choices(response, KEYS[code]) == ["c"]


def test_ranking_an_option_is_not_choosing_it():
    critical = {code: Keyed(keyed.value, critical=True) for code, keyed in RANKING_KEY.items()}
    assert kind("ranking").critical_choices(BEST["ranking"], critical) == []


@pytest.mark.parametrize(
    ("chosen", "score"),
    [(["a"], 0.5), (["a", "c"], 0.5), (["a", "b"], 1.0), (["a", "b", "c"], 0.0)],
)
def test_several_earn_their_share_and_one_too_many_earns_nothing(chosen, score):
    assert ChooseN().score(ITEM, {"chosen": chosen}, CHOOSE_KEY) == score


@pytest.mark.parametrize(
    ("ranks", "score"),
    [
        ([1, 2, 3, 4, 5], 1.0),
        ([2, 1, 3, 4, 5], 1 - 2 / 12),
        ([5, 4, 3, 2, 1], 0.0),
        ([1, None, None, None, None], 1 - (3 + 2 + 3 + 4) / 12),
        ([None] * 5, 0.0),
    ],
)
def test_an_order_is_scored_by_its_distance_from_the_key(ranks, score):
    assert score_ranking(ranks, [1, 2, 3, 4, 5]) == pytest.approx(score)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_no_order_is_worse_than_the_one_that_earns_nothing(count):
    key = list(range(1, count + 1))
    orders = list(permutations(key))
    earned = [score_ranking(order, key) for order in orders]
    assert max(earned) == earned[orders.index(tuple(key))] == 1.0
    assert min(earned) == pytest.approx(0.0)


def test_an_order_of_one_is_worth_nothing():
    assert score_ranking([1], [1]) == 0.0


# --- Panels ---

BALLOTS = [{"a": 1, "b": 0, "c": -1}, {"a": 1, "b": -1, "c": 0}, {"a": 0, "b": 1, "c": -1}]


@pytest.mark.parametrize(
    ("code", "ballots", "key"),
    [
        ("sjt_rating", [{"a": 4, "b": 2, "c": 1}, {"a": 4, "b": 1, "c": 2},
                        {"a": 3, "b": 2, "c": 4}], {"a": 4, "b": 2, "c": 2}),
        ("branch", [{"a": 3, "b": 1, "c": -3}, {"a": 2, "b": 0, "c": -2}],
         {"a": 2.5, "b": 0.5, "c": -2.5}),
        ("most_least", BALLOTS, {"a": 1, "b": 0, "c": -1}),
        ("single_choice", [{"a": 1}, {"a": 1}, {"b": 1}], {"a": 2, "b": 1, "c": 0}),
        ("choose_n", [{"a": 1, "b": 1}, {"a": 1, "c": 1}, {"b": 1, "c": 1}, {"c": 1}],
         {"a": 1, "b": 0, "c": 1}),
        ("ranking", [{"a": 1, "b": 2, "c": 3}, {"a": 2, "b": 1, "c": 3}, {"a": 1, "b": 3, "c": 2}],
         {"a": 1, "b": 2, "c": 3}),
    ],
)  # fmt: skip
def test_a_panel_key_is_worked_out_from_the_votes(code, ballots, key):
    assert kind(code).panel_key(ITEM, ballots) == key


@pytest.mark.parametrize("code", ["free_text", "recorded"])
def test_what_people_judge_has_no_panel_key(code):
    with pytest.raises(NotImplementedError, match="have no key"):
        kind(code).panel_key(ITEM, [])


@pytest.mark.parametrize(
    ("votes", "common"), [([4, 4, 3], 4), ([1, 1, 4, 4, 2], 1), ([2, 3], 2), ([1, 4, 4, 1], 1)]
)
def test_of_equally_common_votes_the_one_nearest_the_middle_counts(votes, common):
    assert mode(votes) == common


# --- Pages ---


@every_kind
def test_what_a_page_is_told_names_no_part_of_the_key(code):
    told = kind(code).rendering(ITEM)
    assert told["control"]
    assert told["options"] == list(OPTIONS)
    assert not {"key", "value", "critical", "why"} & set(told)


# --- Keys and shapes ---


@keyed_kinds
def test_a_complete_key_has_no_problems(code):
    assert kind(code).key_problems(ITEM, KEYS[code]) == []


@keyed_kinds
def test_a_key_that_misses_an_option_is_refused_by_name(code):
    key = {option: keyed for option, keyed in KEYS[code].items() if option != "b"}
    assert "option b has no key" in kind(code).key_problems(ITEM, key)


@keyed_kinds
def test_a_key_for_a_missing_option_is_refused_by_name(code):
    key = KEYS[code] | {"z": Keyed(1)}
    assert "the key names option z, which is missing" in kind(code).key_problems(ITEM, key)


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("sjt_rating", 0, "the key of option b is not within 1 to 4"),
        ("sjt_rating", 5, "the key of option b is not within 1 to 4"),
        ("sjt_rating", 2.5, "the key of option b is not a whole level"),
        ("branch", 3.5, "the key of option b is not within -3 to 3"),
        ("branch", -4, "the key of option b is not within -3 to 3"),
        ("most_least", 2, "the key of option b is not within -1 to 1"),
        ("single_choice", -1, "the key of option b is not within 0 to 99"),
        ("choose_n", 2, "the key of option b is not within 0 to 1"),
        ("choose_n", 0.5, "exactly as many options are keyed as may be chosen"),
        ("choose_n", 0, "exactly as many options are keyed as may be chosen"),
        ("ranking", 4, "the key of option b is not within 1 to 3"),
        ("ranking", 1, "the ranks do not run from 1 without gaps or ties"),
    ],
)
def test_a_key_outside_its_range_is_refused_by_name(code, value, words):
    assert words in kind(code).key_problems(ITEM, KEYS[code] | {"b": Keyed(value)})


def test_a_choice_without_any_vote_has_no_key():
    assert "no option has a vote" in SingleChoice().key_problems(
        ITEM, {code: Keyed(0) for code in OPTIONS}
    )


@pytest.mark.parametrize("values", [(1, 1, -1), (0, 0, -1), (1, 0, 0), (1, -1, -1)])
def test_one_option_is_the_most_and_one_the_least_helpful(values):
    key = dict(zip(OPTIONS, map(Keyed, values), strict=True))
    problems = MostLeast().key_problems(ITEM, key)
    assert problems == ["exactly one option is the most and one the least helpful"]


def test_free_text_takes_any_key_and_needs_none():
    assert FreeText().key_problems(ITEM, {}) == []


@pytest.mark.parametrize(
    ("code", "options", "problems"),
    [
        ("sjt_rating", ("a",), ["needs at least two options"]),
        ("sjt_rating", ("a", "b"), []),
        ("branch", (), ["needs at least two options"]),
        ("branch", ("a", "b"), []),
        ("most_least", ("a", "b"), ["needs at least three options"]),
        ("most_least", ("a", "b", "c"), []),
        ("free_text", (), []),
        ("recorded", (), []),
        ("single_choice", ("a",), ["needs at least two options"]),
        ("ranking", ("a",), ["needs at least two options"]),
    ],
)
def test_an_item_needs_something_to_choose_from(code, options, problems):
    assert kind(code).shape_problems(ItemShape("item", options)) == problems


@pytest.mark.parametrize("wanted", [None, 0, 3, True, "2", 1.5])
def test_choosing_several_says_how_many_and_leaves_some_out(wanted):
    item = ItemShape("item", OPTIONS, {"choose": wanted})
    assert ChooseN().shape_problems(item) == [
        "needs “choose”, at least 1 and fewer than its options"
    ]
    assert ChooseN().shape_problems(ITEM) == []


@pytest.mark.parametrize(
    ("limits", "problems"),
    [
        ({}, []),
        ({"min_words": 10}, []),
        ({"max_words": 10}, []),
        ({"min_words": 10, "max_words": 10}, []),
        ({"min_words": 11, "max_words": 10}, ["asks for more words than it allows"]),
    ],
)
def test_free_text_cannot_ask_for_more_words_than_it_allows(limits, problems):
    assert FreeText().shape_problems(ItemShape("item", (), limits)) == problems


# --- Whatever is answered ---

option_codes = st.sampled_from(OPTIONS)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | option_codes,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
responses = {
    "free_text": st.fixed_dictionaries({}, optional={"text": anything}),
    "sjt_rating": st.fixed_dictionaries(
        {}, optional={"ratings": st.dictionaries(option_codes, st.integers(0, 5)) | anything}
    ),
    "branch": st.fixed_dictionaries({}, optional={"choice": option_codes | anything}),
    "most_least": st.fixed_dictionaries(
        {}, optional={"most": option_codes | anything, "least": option_codes | anything}
    ),
    "single_choice": st.fixed_dictionaries({}, optional={"choice": option_codes | anything}),
    "choose_n": st.fixed_dictionaries(
        {}, optional={"chosen": st.lists(option_codes, max_size=4) | anything}
    ),
    "ranking": st.fixed_dictionaries(
        {}, optional={"order": st.lists(option_codes, max_size=3) | anything}
    ),
    "recorded": st.fixed_dictionaries({}, optional={"text": anything, "recording": anything}),
}


def keyed(values: Sequence[float]) -> dict[str, Keyed]:
    return dict(zip(OPTIONS, map(Keyed, values), strict=True))


keys = {
    "sjt_rating": st.fixed_dictionaries({code: st.integers(1, 4).map(Keyed) for code in OPTIONS}),
    "branch": st.fixed_dictionaries({code: st.floats(-3, 3).map(Keyed) for code in OPTIONS}),
    "most_least": st.permutations([1, 0, -1]).map(keyed),
    "single_choice": st.tuples(st.integers(0, 9), st.integers(1, 9), st.integers(0, 9)).map(keyed),
    "choose_n": st.permutations([1, 1, 0]).map(keyed),
    "ranking": st.permutations([1, 2, 3]).map(keyed),
}


@every_kind
@given(data=st.data())
def test_any_answer_is_taken_in_canonical_form_or_refused(code, data):
    response = data.draw(responses[code])
    try:
        cleaned = kind(code).clean(ITEM, response)
    except ResponseError:
        return
    assert kind(code).clean(ITEM, cleaned) == cleaned
    assert set(kind(code).chosen(cleaned)) <= set(OPTIONS)


@keyed_kinds
@given(data=st.data())
def test_a_score_is_never_below_nothing_or_above_one(code, data):
    key = data.draw(keys[code])
    try:
        response = kind(code).clean(ITEM, data.draw(responses[code]))
    except ResponseError:
        return
    assert kind(code).key_problems(ITEM, key) == []
    assert 0.0 <= kind(code).score(ITEM, response, key) <= 1.0
