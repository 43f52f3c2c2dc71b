"""Content as YAML: easy to read, and read back as exactly what it was."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.content.parsing import parse_yaml
from assessments.content.writing import WIDTH, to_yaml
from tests.content.strategies import BY_KIND, HOSTILE, characters, texts, words

scalars = st.one_of(texts, st.none(), st.booleans(), st.integers(-(10**12), 10**12))
keys = st.one_of(words, st.text(characters, max_size=8))
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=100)
@given(st.dictionaries(keys, values, min_size=1, max_size=4))
def test_any_data_reads_back_as_it_was(data):
    parsed = parse_yaml(to_yaml(data, "A comment"))
    assert parsed.problems == []
    assert parsed.data == data


@pytest.mark.parametrize("kind", BY_KIND)
@settings(max_examples=10)
@given(data=st.data())
def test_content_of_every_kind_reads_back_as_it_was(kind, data):
    content = data.draw(BY_KIND[kind])
    assert parse_yaml(to_yaml(content)).data == content


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_could_be_taken_for_something_else_stays_a_text(text):
    content = {"text": text, text: [text, {text: text}]}
    assert parse_yaml(to_yaml(content)).data == content


def test_long_prose_is_wrapped_in_a_block():
    prose = "The client stays where she is, and so do you. " * 10
    written = to_yaml({"statement": prose.strip(), "ending": prose.strip() + "\n"})
    assert "statement: >-\n  The client stays" in written
    assert "ending: >\n  The client stays" in written
    assert max(map(len, written.splitlines())) <= WIDTH


def test_lines_that_fit_keep_their_ends():
    assert to_yaml({"poem": "One line.\n\n  not a block"}) == (
        'poem: "One line.\\n\\n  not a block"\n'
    )
    assert to_yaml({"poem": "One line.\n\nAnother.\n"}) == "poem: |\n  One line.\n\n  Another.\n"
    assert to_yaml({"list": ["a\nb"]}) == "list:\n  - |-\n    a\n    b\n"


def test_paragraphs_too_long_for_a_line_are_folded_with_their_breaks():
    paragraph = "word " * 30 + "end"
    written = to_yaml({"text": f"{paragraph}\n\n{paragraph}"})
    assert written.startswith("text: >-\n  word")
    assert "\n\n\n  word" in written


def test_short_things_share_a_line():
    content = {
        "criteria": ["C1", "C3"],
        "indicator": {"code": "C1.1", "text": "Stays, and says so."},
        "nothing": {"list": [], "object": {}, "none": None},
        "share": Decimal("0.50"),
        "sound": True,
    }
    assert to_yaml(content).splitlines() == [
        "criteria: [C1, C3]",
        'indicator: {code: C1.1, text: "Stays, and says so."}',
        "nothing:",
        "  list: []",
        "  object: {}",
        "  none: null",
        "share: 0.50",
        "sound: true",
    ]


def test_what_nobody_could_see_is_written_as_an_escape():
    written = to_yaml({"text": "a\u202eb\u200bc\ufeffd\U000e0067"})
    assert written == 'text: "a\\u202Eb\\u200Bc\\uFEFFd\\U000E0067"\n'
    assert "👩\u200d👧" in to_yaml({"text": "👩\u200d👧"})


def test_comments_head_the_file():
    assert to_yaml({"a": 1}, "One", "Two\nThree") == "# One\n# Two\n# Three\na: 1\n"
