"""What changed between two versions, as data."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competency.foundation.changes import Change, changes
from tests.factories import contents

Content = dict[str, Any]


def coded(*codes: str, **fields: Any) -> list[Content]:
    return [{"code": code} | fields for code in codes]


def found(before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    return [(change.path, change.before, change.after) for change in changes(before, after)]


# --- By example ---


def test_the_same_content_has_no_changes():
    for content in (
        contents.framework_content(),
        contents.rubric_content(),
        contents.vignette_content(),
        contents.key_content(),
        contents.standard_content(),
        contents.assessment_content(),
    ):
        assert found(content, deepcopy(content)) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 2}, [("a", 1, 2)]),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [("a.b", 1, 2)]),
        ({"a": 1}, {}, [("a", 1, None)]),
        ({}, {"a": {"b": 1}}, [("a", None, {"b": 1})]),
        ({"a": "x"}, {"a": ["x"]}, [("a", "x", ["x"])]),
        ({"a": {"b": 1}}, {"a": 1}, [("a", {"b": 1}, 1)]),
        (1, 2, [("", 1, 2)]),
    ],
)
def test_a_change_says_where_and_what_stood_there(before, after, expected):
    assert found(before, after) == expected


def test_things_with_codes_are_matched_by_their_codes():
    before = {"criteria": coded("C1", "C2", "C3", weight="1")}
    after = deepcopy(before)
    after["criteria"][1]["weight"] = "2"
    assert found(before, after) == [("criteria[C2].weight", "1", "2")]


def test_a_thing_that_came_or_went_is_one_change_and_the_others_none():
    before, after = {"criteria": coded("C1", "C2")}, {"criteria": coded("C0", "C2")}
    assert found(before, after) == [
        ("criteria[C1]", {"code": "C1"}, None),
        ("criteria[C0]", None, {"code": "C0"}),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [([], ["C1"]), (["C1"], []), (["C1", "C2"], ["C2"]), (["C2"], ["C1", "C2", "C3"])],
)
def test_coming_and_going_is_no_change_of_order(before, after):
    paths = [path for path, _, _ in found({"a": coded(*before)}, {"a": coded(*after)})]
    assert "a.order" not in paths
    assert len(paths) == len(set(before) ^ set(after))


def test_another_order_is_a_change_of_its_own():
    before, after = {"a": coded("x", "y", "z")}, {"a": coded("z", "x", "y")}
    assert found(before, after) == [("a.order", ["x", "y", "z"], ["z", "x", "y"])]


def test_a_new_order_is_told_beside_what_came_and_went():
    before, after = {"a": coded("x", "y", "z")}, {"a": coded("z", "new", "x")}
    assert found(before, after) == [
        ("a[y]", {"code": "y"}, None),
        ("a[new]", None, {"code": "new"}),
        ("a.order", ["x", "y", "z"], ["z", "new", "x"]),
    ]


def test_forms_are_matched_by_number_and_people_by_name():
    before = {"forms": [{"number": 1, "title": "A"}], "panel": [{"name": "Ana", "votes": 1}]}
    after = {"forms": [{"number": 1, "title": "B"}], "panel": [{"name": "Ana", "votes": 2}]}
    assert found(before, after) == [("forms[1].title", "A", "B"), ("panel[Ana].votes", 1, 2)]


def test_a_list_in_which_a_code_stands_twice_cannot_be_matched_by_code():
    before, after = coded("x", "x"), coded("x", "y")
    assert found(before, after) == [("[1].code", "x", "y")]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["a", "b"], ["a", "c"], [("[1]", "b", "c")]),
        (["a", "b"], ["a"], [("", ["a", "b"], ["a"])]),
        ([], ["a"], [("", [], ["a"])]),
    ],
)
def test_lists_without_codes_are_matched_by_place_while_their_length_is_the_same(
    before, after, expected
):
    assert found(before, after) == expected


def test_one_word_changed_deep_in_a_vignette_is_found_alone():
    before, after = contents.vignette_content(), contents.vignette_content(version=2)
    room = after["stages"][2]["items"][1]["options"][0]
    room["text"] = "A soft voice"
    assert found(before, after) == [
        ("version", 1, 2),
        ("stages[room].items[helpful].options[voice].text", "Voice", "A soft voice"),
    ]


def test_a_scene_moved_and_an_option_dropped_are_told_as_what_they_are():
    before, after = contents.vignette_content(), contents.vignette_content()
    after["stages"] = [after["stages"][place] for place in (0, 2, 1)]
    dropped = after["stages"][0]["items"][1]["options"].pop(1)
    assert found(before, after) == [
        ("stages[arrival].items[actions].options[wait]", dropped, None),
        ("stages.order", ["arrival", "corridor", "room"], ["arrival", "room", "corridor"]),
    ]


def test_a_key_is_compared_option_by_option():
    before, after = contents.key_content(), contents.key_content()
    after["items"]["decide"]["leave"] = {"value": -2, "critical": False, "why": "Milder."}
    assert found(before, after) == [
        ("items.decide.leave.value", -3, -2),
        ("items.decide.leave.critical", True, False),
        ("items.decide.leave.why", "The client is left alone.", "Milder."),
    ]


# --- Whatever the contents ---

CODES = "abcde"
leaves = st.text("xyz", max_size=3) | st.integers(0, 3) | st.booleans()


def coded_lists(inner: Any) -> Any:
    """Lists of things that have codes, each code once, in any order."""
    things = st.fixed_dictionaries({}, optional={"text": leaves, "parts": inner})
    return st.lists(st.sampled_from(CODES), unique=True, max_size=4).flatmap(
        lambda codes: st.tuples(
            *[things.map(lambda thing, code=code: {"code": code} | thing) for code in codes]
        ).map(list)
    )


some_content = st.fixed_dictionaries(
    {},
    optional={
        "title": leaves,
        "settings": st.dictionaries(st.sampled_from("pq"), leaves, max_size=2),
        "known": st.lists(st.text("xy", max_size=2), max_size=3),
        "items": coded_lists(coded_lists(st.text("xy", max_size=1))),
    },
)


def flat(value: Any, path: str = "") -> dict[str, Any]:
    """Every leaf by its path, and every container as there or not."""
    if isinstance(value, Mapping):
        parts = {f"{path}.{name}" if path else str(name): one for name, one in value.items()}
        marked: dict[str, Any] = {path: "an object"}
    elif isinstance(value, list):
        names = [one["code"] if isinstance(one, Mapping) else n for n, one in enumerate(value)]
        parts = {f"{path}[{name}]": one for name, one in zip(names, value, strict=True)}
        marked = {path: "a list"}
    else:
        return {path: value}
    for at, one in parts.items():
        marked |= flat(one, at)
    return marked


def orders(value: Any, path: str = "") -> dict[str, list[str]]:
    """The codes of every list of coded things, in order, by the path of the list."""
    listed: dict[str, list[str]] = {}
    if isinstance(value, Mapping):
        for name, one in value.items():
            listed |= orders(one, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and all(isinstance(one, Mapping) for one in value):
        listed[path] = [one["code"] for one in value]
        for one in value:
            listed |= orders(one, f"{path}[{one['code']}]")
    return listed


def under(path: str, at: str) -> bool:
    return at == path or at.startswith((f"{path}.", f"{path}["))


def applied(before: Any, told: list[Change]) -> dict[str, Any]:
    """The flat content that the changes make of `before`."""
    told_flat = flat(before)
    for change in told:
        if change.path.endswith(".order"):
            continue
        if change.before is not None:
            there = {at: value for at, value in told_flat.items() if under(change.path, at)}
            assert there == flat(change.before, change.path)
            told_flat = {at: value for at, value in told_flat.items() if at not in there}
        if change.after is not None:
            told_flat |= flat(change.after, change.path)
    return told_flat


@settings(max_examples=60)
@given(some_content)
def test_nothing_differs_from_itself(content):
    assert list(changes(content, deepcopy(content))) == []


@settings(max_examples=100)
@given(some_content, some_content)
def test_applying_what_was_told_to_the_old_gives_the_new(before, after):
    assert applied(before, list(changes(before, after))) == flat(after)


@settings(max_examples=100)
@given(some_content, some_content)
def test_an_order_is_told_exactly_when_what_stayed_stands_in_another_one(before, after):
    told = {c.path: c for c in changes(before, after) if c.path.endswith(".order")}
    old, new = orders(before), orders(after)
    for path in set(old) & set(new):
        stayed = [code for code in old[path] if code in new[path]]
        moved = stayed != [code for code in new[path] if code in old[path]]
        assert (f"{path}.order" in told) == moved
        if moved:
            change = told[f"{path}.order"]
            assert (change.before, change.after) == (old[path], new[path])


@settings(max_examples=60)
@given(some_content, some_content)
def test_told_the_other_way_round_before_and_after_change_places(before, after):
    there = {(c.path, str(c.before), str(c.after)) for c in changes(before, after)}
    back = {(c.path, str(c.after), str(c.before)) for c in changes(after, before)}
    assert there == back


@settings(max_examples=60)
@given(some_content, some_content)
def test_telling_changes_changes_nothing(before, after):
    kept = deepcopy((before, after))
    list(changes(before, after))
    assert (before, after) == kept
