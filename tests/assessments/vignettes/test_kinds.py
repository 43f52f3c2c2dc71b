"""What holds for every kind of item, whatever its size: discovery, monotone scores, panels."""

import inspect
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain, combinations, permutations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.vignettes import kinds
from assessments.vignettes.items import (
    KINDS,
    ItemKind,
    ItemShape,
    Key,
    Keyed,
    ResponseError,
    score_path,
)
from assessments.vignettes.kinds.choose_n import ChooseN
from assessments.vignettes.kinds.free_text import FreeText
from assessments.vignettes.kinds.ranking import Ranking
from assessments.vignettes.kinds.recorded import Recorded
from assessments.vignettes.kinds.single_choice import SingleChoice

LETTERS = "abcdefgh"
Response = dict[str, Any]

few = settings(max_examples=25)
several = settings(max_examples=60)


def item_of(size: int) -> ItemShape:
    return ItemShape("item", tuple(LETTERS[:size]), {"choose": max(1, size // 2)})


def key_of(item: ItemShape, values: Any) -> Key:
    return dict(zip(item.options, map(Keyed, values), strict=True))


# --- Keys and answers of every kind, drawn at random ---


def _sjt_keys(item: ItemShape) -> Any:
    return st.tuples(*[st.integers(1, 4)] * len(item.options))


def _branch_keys(item: ItemShape) -> Any:
    return st.tuples(*[st.sampled_from([value / 2 for value in range(-6, 7)])] * len(item.options))


def _vote_keys(item: ItemShape) -> Any:
    return st.tuples(*[st.integers(0, 15)] * len(item.options)).filter(any)


def _chosen_keys(item: ItemShape) -> Any:
    wanted = item.settings["choose"]
    return st.permutations([1] * wanted + [0] * (len(item.options) - wanted))


def _rank_keys(item: ItemShape) -> Any:
    return st.permutations(range(1, len(item.options) + 1))


def _most_least_keys(item: ItemShape) -> Any:
    return st.permutations([1, -1] + [0] * (len(item.options) - 2))


@dataclass(frozen=True)
class Sample:
    """How a kind's keys are drawn, its answers enumerated, and its best answer read off a key."""

    keys: Callable[[ItemShape], Any]
    answers: Callable[[ItemShape], Any]
    best: Callable[[Mapping[str, float]], Response]


def _choices(item: ItemShape) -> list[Response]:
    return [{"choice": code} for code in item.options]


def _top(values: Mapping[str, float], count: int = 1) -> list[str]:
    return sorted(values, key=lambda code: -values[code])[:count]


SAMPLES = {
    "sjt_rating": Sample(
        _sjt_keys,
        lambda item: [
            {"ratings": dict(zip(item.options, given, strict=True))}
            for given in product(range(1, 5), repeat=len(item.options))
        ],
        lambda values: {"ratings": dict(values)},
    ),
    "branch": Sample(_branch_keys, _choices, lambda values: {"choice": _top(values)[0]}),
    "single_choice": Sample(_vote_keys, _choices, lambda values: {"choice": _top(values)[0]}),
    "choose_n": Sample(
        _chosen_keys,
        lambda item: [
            {"chosen": list(some)}
            for some in chain.from_iterable(
                combinations(item.options, count) for count in range(len(item.options) + 1)
            )
        ],
        lambda values: {"chosen": [code for code in values if values[code]]},
    ),
    "ranking": Sample(
        _rank_keys,
        lambda item: [{"order": list(order)} for order in permutations(item.options)],
        lambda values: {"order": sorted(values, key=lambda code: values[code])},
    ),
    "most_least": Sample(
        _most_least_keys,
        lambda item: [
            {"most": most, "least": least} for most, least in permutations(item.options, 2)
        ],
        lambda values: {
            "most": _top(values)[0],
            "least": min(values, key=lambda code: values[code]),
        },
    ),
}
keyed_kinds = pytest.mark.parametrize("code", sorted(SAMPLES))
every_kind = pytest.mark.parametrize("code", sorted(KINDS))


@st.composite
def keyed_items(draw: Any, code: str, smallest: int = 3) -> tuple[ItemShape, Key]:
    item = item_of(draw(st.integers(smallest, 8)))
    return item, key_of(item, draw(SAMPLES[code].keys(item)))


def score(code: str, item: ItemShape, response: Response, key: Key) -> float:
    """The score of an answer as it would be saved."""
    return KINDS[code].score(item, KINDS[code].clean(item, response), key)


def best(code: str, key: Key) -> Response:
    return SAMPLES[code].best({option: keyed.value for option, keyed in key.items()})


def test_every_kind_with_a_key_is_sampled_here():
    assert set(SAMPLES) == {code for code, kind in KINDS.items() if kind.keyed}


# --- Discovery ---

SHOUT = '''
"""Shouting, to show what a kind needs."""

from assessments.vignettes.kinds.base import ItemKind
from assessments.vignettes.kinds.free_text import FreeText


class Loud(ItemKind):
    """Abstract: no kind by itself."""


class Shout(FreeText):
    code = "shout"
    title = "Shout"
    control = "megaphone"
'''


@pytest.fixture
def shouting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module `shout` on the path of the kinds, as if it lay beside them."""
    (tmp_path / "shout.py").write_text(SHOUT, encoding="utf-8")
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path)])
    name = "assessments.vignettes.kinds.shout"
    monkeypatch.setitem(sys.modules, name, None)  # so that it is forgotten afterwards
    monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(kinds, "shout", None, raising=False)


@pytest.mark.usefixtures("shouting")
def test_a_new_module_is_a_new_kind_and_nothing_else_lists_it():
    found = kinds._discover()
    assert set(found) == {*KINDS, "shout"}
    assert found["shout"].title == "Shout"
    assert found["shout"].clean(ItemShape("item"), {"text": "HEY"}) == {"text": "HEY"}


def test_every_kind_lives_in_a_module_of_its_own():
    modules = {type(kind).__module__ for kind in KINDS.values()}
    assert len(modules) == len(KINDS)
    assert all(not inspect.isabstract(type(kind)) for kind in KINDS.values())


def test_the_table_of_kinds_cannot_be_changed_behind_anyones_back():
    with pytest.raises(TypeError):
        KINDS["shout"] = FreeText()  # type: ignore[index]


@every_kind
def test_a_kind_says_what_it_is(code):
    kind = KINDS[code]
    assert kind.code == code
    assert kind.title
    assert kind.control
    assert kind.fields


# --- Scores: the best, the worst, the blank ---


@keyed_kinds
@few
@given(data=st.data())
def test_the_keyed_answer_earns_everything(code, data):
    item, key = data.draw(keyed_items(code))
    assert KINDS[code].key_problems(item, key) == []
    assert score(code, item, best(code, key), key) == 1.0


@keyed_kinds
@few
@given(data=st.data())
def test_every_answer_earns_between_nothing_and_everything(code, data):
    item, key = data.draw(keyed_items(code))
    some = st.sampled_from(list(SAMPLES[code].answers(item_of(min(len(item.options), 4)))))
    response = data.draw(some)
    assert 0.0 <= score(code, item, response, key) <= 1.0


@keyed_kinds
@few
@given(data=st.data())
def test_a_blank_earns_nothing_whatever_the_key(code, data):
    item, key = data.draw(keyed_items(code))
    assert score(code, item, {}, key) == 0.0


@keyed_kinds
@few
@given(data=st.data())
def test_another_scope_profiles_key_gives_another_score(code, data):
    """Two keys that differ in what they ask give some answer two different scores."""
    item, key = data.draw(keyed_items(code).filter(lambda drawn: len(drawn[0].options) <= 4))
    other = key_of(item, data.draw(SAMPLES[code].keys(item)))
    answers = [best(code, key), best(code, other), *SAMPLES[code].answers(item)]
    differs = any(
        score(code, item, given, key) != score(code, item, given, other) for given in answers
    )
    assert differs == (_asked(code, key) != _asked(code, other))


def _asked(code: str, key: Key) -> list[float]:
    """What a key asks, free of the units in which panels vote."""
    values = [keyed.value for keyed in key.values()]
    if code == "single_choice":
        return [value / max(values) for value in values]
    if code == "branch":
        low, high = min(values), max(values)
        return [1.0 if low == high else (value - low) / (high - low) for value in values]
    return values


# --- Scores: one step nearer to the key never lowers them ---


@several
@given(keyed_items("sjt_rating"), st.data())
def test_a_rating_one_step_nearer_to_the_key_never_earns_less(drawn, data):
    item, key = drawn
    ratings = {option: data.draw(st.integers(1, 4)) for option in item.options}
    for option, rating in ratings.items():
        keyed = int(key[option].value)
        step = (keyed > rating) - (keyed < rating)
        nearer = ratings | {option: rating + step}
        earned = score("sjt_rating", item, {"ratings": nearer}, key)
        assert earned >= score("sjt_rating", item, {"ratings": ratings}, key)


@several
@given(keyed_items("ranking", smallest=2), st.data())
def test_putting_two_neighbours_into_the_keys_order_never_earns_less(drawn, data):
    item, key = drawn
    order = data.draw(st.permutations(item.options))
    for place in range(len(order) - 1):
        first, second = order[place : place + 2]
        if key[first].value > key[second].value:
            nearer = [*order[:place], second, first, *order[place + 2 :]]
            earned = score("ranking", item, {"order": nearer}, key)
            assert earned >= score("ranking", item, {"order": list(order)}, key)


@several
@given(keyed_items("ranking", smallest=2), st.data())
def test_ranking_one_more_action_where_the_key_has_it_never_earns_less(drawn, data):
    item, key = drawn
    keyed = best("ranking", key)["order"]
    known = data.draw(st.integers(0, len(keyed) - 1))
    fewer, more = ({"order": keyed[:count]} for count in (known, known + 1))
    assert score("ranking", item, more, key) >= score("ranking", item, fewer, key)


@several
@given(keyed_items("ranking", smallest=2))
def test_the_order_turned_round_earns_nothing(drawn):
    item, key = drawn
    reverse = {"order": best("ranking", key)["order"][::-1]}
    assert score("ranking", item, reverse, key) == pytest.approx(0.0)


@pytest.mark.parametrize("size", range(2, 7))
def test_some_order_earns_nothing_and_none_earns_less(size):
    item = item_of(size)
    key = key_of(item, range(1, size + 1))
    orders = [{"order": list(order)} for order in permutations(item.options)]
    earned = [Ranking().score(item, order, key) for order in orders]
    assert min(earned) == pytest.approx(0.0)
    assert all(value >= 0 for value in earned)


@several
@given(keyed_items("choose_n", smallest=2), st.data())
def test_each_tick_that_belongs_never_earns_less_and_no_other_tick_earns_more(drawn, data):
    item, key = drawn
    wanted = item.settings["choose"]
    ticked = data.draw(st.sets(st.sampled_from(item.options), max_size=wanted - 1))
    before = score("choose_n", item, {"chosen": sorted(ticked)}, key)
    for option in set(item.options) - ticked:
        after = score("choose_n", item, {"chosen": sorted({*ticked, option})}, key)
        assert after - before == pytest.approx(key[option].value / wanted)


@several
@given(keyed_items("choose_n", smallest=2), st.data())
def test_one_tick_too_many_earns_nothing_even_with_all_that_belong(drawn, data):
    item, key = drawn
    right = best("choose_n", key)["chosen"]
    others = [option for option in item.options if option not in right]
    assert score("choose_n", item, {"chosen": right}, key) == 1.0
    too_many = [*right, data.draw(st.sampled_from(others))]
    assert score("choose_n", item, {"chosen": too_many}, key) == 0.0
    assert score("choose_n", item, {"chosen": list(item.options)}, key) == 0.0


@several
@given(keyed_items("single_choice", smallest=2), st.data())
def test_an_option_more_panelists_chose_never_earns_less(drawn, data):
    item, key = drawn
    options = st.sampled_from(item.options)
    one, other = data.draw(options), data.draw(options)
    earned = [score("single_choice", item, {"choice": code}, key) for code in (one, other)]
    assert (earned[0] >= earned[1]) == (key[one].value >= key[other].value)


@several
@given(keyed_items("single_choice", smallest=2), st.integers(2, 6))
def test_the_size_of_the_panel_changes_no_score(drawn, times):
    item, key = drawn
    larger = {option: Keyed(keyed.value * times) for option, keyed in key.items()}
    for option in item.options:
        given_choice = {"choice": option}
        assert SingleChoice().score(item, given_choice, larger) == pytest.approx(
            SingleChoice().score(item, given_choice, key)
        )


@several
@given(keyed_items("branch", smallest=2), st.data())
def test_a_decision_that_helps_the_client_more_never_earns_less(drawn, data):
    item, key = drawn
    options = st.sampled_from(item.options)
    one, other = data.draw(options), data.draw(options)
    earned = [score("branch", item, {"choice": code}, key) for code in (one, other)]
    assert earned[0] >= earned[1] or key[one].value < key[other].value


@several
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(-3, 3)), min_size=1))
def test_a_path_earns_more_with_every_better_decision_on_it(decisions):
    """Each decision has a worst, some middle and a best option."""
    ordered = [sorted(options) for options in decisions]
    worst, best_sum = sum(low for low, *_ in ordered), sum(high for *_, high in ordered)
    taken = [low for low, *_ in ordered]
    scores = [score_path(taken, best=best_sum, worst=worst)]
    for place, (*_, high) in enumerate(ordered):
        taken[place] = high
        scores.append(score_path(taken, best=best_sum, worst=worst))
    assert scores == sorted(scores)
    assert scores[-1] == 1.0
    assert scores[0] == (1.0 if worst == best_sum else 0.0)


@several
@given(keyed_items("most_least"), st.data())
def test_the_right_most_or_the_right_least_never_earns_less(drawn, data):
    item, key = drawn
    most, least = data.draw(st.permutations(item.options))[:2]
    before = score("most_least", item, {"most": most, "least": least}, key)
    keyed = best("most_least", key)
    for part, other in (("most", least), ("least", most)):
        if keyed[part] != other:
            nearer = {"most": most, "least": least} | {part: keyed[part]}
            assert score("most_least", item, nearer, key) >= before


# --- Recorded responses ---


def test_a_recorded_response_is_judged_by_people_and_never_scored():
    item = ItemShape("item")
    assert not Recorded().keyed
    with pytest.raises(NotImplementedError, match="recorded items have no key"):
        Recorded().score(item, {"text": "I stay.", "recording": None}, {})
    with pytest.raises(NotImplementedError, match="recorded items have no key"):
        Recorded().panel_key(item, [])


def test_what_would_be_said_may_be_typed_and_counts_as_words():
    cleaned = Recorded().clean(ItemShape("item"), {"text": "I stay near you."})
    assert cleaned == {"text": "I stay near you.", "recording": None}
    assert Recorded().words(cleaned) == 4
    assert not Recorded().is_blank(cleaned)


def test_a_recording_cannot_be_smuggled_in_before_it_can_be_taken():
    for recording in ("blob:1", "", {"id": 1}, 0, False):
        with pytest.raises(ValueError, match="cannot be taken yet"):
            Recorded().clean(ItemShape("item"), {"recording": recording})


# --- Panels: a key from ballots ---


def ballot_of(code: str, item: ItemShape) -> Any:
    """One panelist's votes in the values of the kind."""
    if code in ("single_choice", "choose_n"):
        count = 1 if code == "single_choice" else item.settings["choose"]
        picked = st.permutations([1] * count + [0] * (len(item.options) - count))
        return picked.map(lambda votes: dict(zip(item.options, votes, strict=True)))
    votes = SAMPLES[code].keys(item)
    return votes.map(lambda values: dict(zip(item.options, values, strict=True)))


@keyed_kinds
@few
@given(data=st.data())
def test_the_votes_of_any_panel_make_a_key_that_can_be_published(code, data):
    item = item_of(data.draw(st.integers(3, 6)))
    ballots = data.draw(st.lists(ballot_of(code, item), min_size=10, max_size=15))
    key = {option: Keyed(value) for option, value in KINDS[code].panel_key(item, ballots).items()}
    assert KINDS[code].key_problems(item, key) == []


@keyed_kinds
@few
@given(data=st.data())
def test_the_order_in_which_panelists_vote_changes_no_key(code, data):
    item = item_of(data.draw(st.integers(3, 6)))
    ballots = data.draw(st.lists(ballot_of(code, item), min_size=10, max_size=15))
    shuffled = data.draw(st.permutations(ballots))
    assert KINDS[code].panel_key(item, shuffled) == KINDS[code].panel_key(item, ballots)


@keyed_kinds
@few
@given(data=st.data())
def test_a_panel_of_one_mind_is_taken_at_its_word(code, data):
    item = item_of(data.draw(st.integers(3, 6)))
    ballot = data.draw(ballot_of(code, item))
    times = 10 if code == "single_choice" else 1
    agreed = {option: vote * times for option, vote in ballot.items()}
    assert KINDS[code].panel_key(item, [ballot] * 10) == agreed


def test_equal_votes_keep_the_items_own_order():
    item = ItemShape("item", ("a", "b", "c"), {"choose": 1})
    tied = [{"a": 1, "b": 2, "c": 3}, {"a": 3, "b": 2, "c": 1}]
    assert Ranking().panel_key(item, tied) == {"a": 1, "b": 2, "c": 3}
    assert ChooseN().panel_key(item, [{"b": 1}, {"c": 1}]) == {"a": 0, "b": 1, "c": 0}


# --- What a page is told ---

SECRETS = {"key": {"a": 4}, "value": 4, "critical": ["a"], "why": "Because.", "answer": "a"}


@every_kind
def test_a_page_is_told_how_to_draw_the_item_and_nothing_else(code):
    """A kind is given the item's shape alone; even a secret among its settings stays there."""
    item = ItemShape("item", ("a", "b", "c"), SECRETS | {"choose": 2, "max_words": 90})
    told = KINDS[code].rendering(item)
    drawn = {"control", "options", "choose", "min_words", "max_words", "scale"}
    assert set(told) <= drawn
    assert "Because." not in json.dumps(told)


def test_a_page_is_told_the_limits_that_the_trainee_must_keep():
    item = ItemShape("item", ("a", "b", "c"), {"choose": 2, "min_words": 5, "max_words": 90})
    assert KINDS["choose_n"].rendering(item)["choose"] == 2
    assert KINDS["sjt_rating"].rendering(item)["scale"] == [1, 2, 3, 4]
    for code in ("free_text", "recorded"):
        told = KINDS[code].rendering(item)
        assert (told["min_words"], told["max_words"]) == (5, 90)


@every_kind
def test_a_kind_sees_no_key_when_it_draws(code):
    parameters = inspect.signature(ItemKind.rendering).parameters
    assert list(parameters) == ["self", "item"]
    assert inspect.signature(type(KINDS[code]).rendering).parameters == parameters


# --- Fields of a page ---


@pytest.mark.parametrize("code", SAMPLES)
def test_a_page_gives_back_the_answer_it_was_given(code: str) -> None:
    kind, item = KINDS[code], item_of(3)
    for answer in SAMPLES[code].answers(item):
        given = kind.clean(item, answer)
        assert kind.clean(item, kind.from_form(item, kind.to_form(given))) == given


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_an_empty_page_is_a_blank_answer(kind: ItemKind) -> None:
    assert kind.is_blank(kind.clean(item_of(3), kind.from_form(item_of(3), {})))


def test_an_order_may_leave_actions_out_but_not_put_two_in_one_place() -> None:
    kind, item = KINDS["ranking"], item_of(3)
    some = {"place.a": ["3"], "place.b": [""], "place.c": ["1"]}
    assert kind.from_form(item, some) == {"order": ["c", "a"]}
    with pytest.raises(ResponseError, match="share a place"):
        kind.from_form(item, {"place.a": ["1"], "place.b": ["1"]})


def test_a_rating_off_the_scale_is_refused_and_not_dropped() -> None:
    kind, item = KINDS["sjt_rating"], item_of(3)
    with pytest.raises(ResponseError, match="must be 1, 2, 3 or 4"):
        kind.clean(item, kind.from_form(item, {"ratings.a": ["5"]}))
