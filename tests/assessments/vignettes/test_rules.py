"""Which stage comes next, and is the story sound?"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.vignettes.rules import (
    StageShape,
    Story,
    StoryError,
    find_loop,
    next_stage,
    path_bounds,
    reachable,
    replay,
    story_problems,
)


def story(**stages: Any) -> Story:
    """`a="b"` goes on to b, `a=None` ends, `a={"x": "b"}` branches on the item a? ."""
    return {
        code: StageShape(code, branches={f"{code}?": target})
        if isinstance(target, dict)
        else StageShape(code, next=target)
        for code, target in stages.items()
    }


FORK = story(a={"x": "b", "y": "c"}, b="d", c="d", d=None)


def test_a_stage_without_a_branch_leads_to_the_next():
    assert next_stage(FORK, "b", {}) == "d"
    assert next_stage(FORK, "d", {}) is None


def test_a_branch_leads_where_the_choice_says():
    assert next_stage(FORK, "a", {"a?": "x"}) == "b"
    assert next_stage(FORK, "a", {"a?": "y"}) == "c"


@pytest.mark.parametrize("choices", [{}, {"a?": None}, {"b?": "x"}])
def test_the_story_waits_for_a_decision(choices):
    with pytest.raises(StoryError, match="Decide what you do"):
        next_stage(FORK, "a", choices)


def test_a_path_can_be_replayed_from_its_choices():
    assert replay(FORK, "a", {"a?": "x"}) == ["a", "b", "d"]
    assert replay(FORK, "a", {"a?": "y"}) == ["a", "c", "d"]
    assert replay(FORK, "d", {}) == ["d"]


def test_replaying_a_loop_is_refused():
    with pytest.raises(StoryError, match="loops at a"):
        replay(story(a="b", b="a"), "a", {})


@pytest.mark.parametrize(
    ("told", "entry", "problems"),
    [
        (FORK, "a", []),
        (story(a=None), "a", []),
        ({}, None, ["The vignette has no stages."]),
        (FORK, None, ["The vignette has no entry stage."]),
        (FORK, "z", ["The vignette has no entry stage."]),
        (story(a=None, b=None), "a", ["Stage b cannot be reached."]),
        (story(a=None, b="c", c="b"), "a",
         ["Stage b cannot be reached.", "Stage c cannot be reached."]),
        (story(a="z"), "a", ["Stage a leads to z, which is missing."]),
        (story(a={"x": "z", "y": "b"}, b=None), "a", ["Stage a leads to z, which is missing."]),
        (story(a="a"), "a", ["The story loops: a → a."]),
        (story(a="b", b="c", c="b"), "a", ["The story loops: b → c → b."]),
        (story(a={"x": "b", "y": "c"}, b="a", c=None), "a", ["The story loops: a → b → a."]),
    ],
)  # fmt: skip
def test_a_story_that_cannot_be_told_is_refused_in_words(told, entry, problems):
    assert story_problems(told, entry) == problems


def test_a_stage_decides_once():
    twice = {
        "a": StageShape("a", branches={"i": {"x": "b"}, "j": {"x": "b"}}),
        "b": StageShape("b"),
    }
    assert "Stage a has more than one branch item." in story_problems(twice, "a")


def test_a_stage_branches_or_goes_on_never_both():
    both = {"a": StageShape("a", next="b", branches={"i": {"x": "b"}}), "b": StageShape("b")}
    assert story_problems(both, "a") == ["Stage a has a branch and also a next stage."]


def test_two_ways_to_the_same_stage_are_no_loop():
    assert find_loop(FORK, "a") == []


@pytest.mark.parametrize(
    ("told", "values", "bounds"),
    [
        (story(a="b", b=None), {}, (0.0, 0.0)),
        (FORK, {"a?": {"x": 3, "y": -3}}, (3.0, -3.0)),
        (
            story(a={"x": "b", "y": "c"}, b={"x": "c", "y": "c"}, c=None),
            {"a?": {"x": -1, "y": 2}, "b?": {"x": 3, "y": -3}},
            (2.0, -4.0),
        ),
    ],
)
def test_the_bounds_are_those_of_the_best_and_the_worst_path(told, values, bounds):
    assert path_bounds(told, "a", values) == bounds


# --- Any story, against brute force ---


@st.composite
def stories(draw: Any, *, loops: bool = False) -> Story:
    """Stages 0 … n, each ending, going on or branching; forward only, unless `loops`."""
    count = draw(st.integers(1, 6))
    told = {}
    for place in range(count):
        first = 0 if loops else place + 1
        targets = st.sampled_from([str(other) for other in range(first, count)] or [""])
        choice = draw(st.integers(0, 2)) if first < count else 0
        code = str(place)
        if choice == 2:
            options = draw(st.dictionaries(st.sampled_from("xyz"), targets, min_size=2))
            told[code] = StageShape(code, branches={f"{code}?": options})
        else:
            told[code] = StageShape(code, next=draw(targets) if choice else None)
    return told


def paths(told: Story, stage: str, trail: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every path to the end; one that comes back to a stage stops there."""
    trail = (*trail, stage)
    for target in told[stage].exits():
        if target is None or target in trail:
            yield trail if target is None else (*trail, target)
        else:
            yield from paths(told, target, trail)


def totals(told: Story, stage: str | None, values: dict[str, dict[str, float]]) -> list[float]:
    """The sum of decision weights along every path from a stage to the end."""
    if stage is None:
        return [0.0]
    for item, options in told[stage].branches.items():
        return [
            values[item][option] + rest
            for option, target in options.items()
            for rest in totals(told, target, values)
        ]
    return totals(told, told[stage].next, values)


@given(stories(loops=True))
def test_reachable_stages_are_those_on_some_path(told):
    assert reachable(told, "0") == {stage for path in paths(told, "0") for stage in path}


@given(stories(loops=True))
def test_a_loop_is_found_exactly_when_some_path_comes_back(told):
    loop = find_loop(told, "0")
    comes_back = any(len(set(path)) < len(path) for path in paths(told, "0"))
    assert bool(loop) == comes_back
    if loop:
        assert loop[0] == loop[-1]
        assert all(following in told[stage].exits() for stage, following in pairwise(loop))


@given(stories(), st.data())
def test_bounds_are_the_best_and_worst_of_all_paths(told, data):
    values = {
        item: {option: float(data.draw(st.integers(-3, 3))) for option in options}
        for stage in told.values()
        for item, options in stage.branches.items()
    }
    every = totals(told, "0", values)
    assert path_bounds(told, "0", values) == (max(every), min(every))


@given(stories(), st.data())
def test_replaying_any_choices_goes_from_the_entry_to_an_end(told, data):
    choices = {
        item: data.draw(st.sampled_from(sorted(options)))
        for stage in told.values()
        for item, options in stage.branches.items()
    }
    path = replay(told, "0", choices)
    assert tuple(path) in set(paths(told, "0"))
    assert path[0] == "0"
    assert next_stage(told, path[-1], choices) is None
