"""One canonical form, one hash."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency.foundation.hashing import canonical_json, content_hash

leaves = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"))
contents = st.recursive(
    leaves,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=8,
)


@given(contents)
def test_the_canonical_form_says_the_same_as_the_content(content):
    assert json.loads(canonical_json(content)) == content


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers()))
def test_the_order_of_keys_does_not_matter(content):
    turned = dict(reversed(content.items()))
    assert content_hash(turned) == content_hash(content)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["a", "b"], ["b", "a"]),
        ({"a": 1}, {"a": "1"}),
        ({"a": 1}, {"b": 1}),
        ({"a": ""}, {"a": None}),
        ("é", "e\u0301"),
        (" a", "a"),
    ],
)
def test_every_difference_shows_in_the_hash(one, other):
    assert content_hash(one) != content_hash(other)


def test_the_hash_is_sha_256_of_utf_8_without_spaces():
    assert canonical_json({"b": [1, None], "a": "é"}) == '{"a":"é","b":[1,null]}'.encode()
    assert content_hash({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_json_does_not_have_are_refused(number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        content_hash({"a": number})
