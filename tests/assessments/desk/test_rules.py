# ruff: noqa: RUF001, E501  (texts in other scripts)
"""Sentences and passages in any script, counted in code points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.desk.rules import joins, marked, sentences, whole_characters

FAMILY = "👩‍👩‍👧‍👦"
FLAGS = "🇫🇷🇯🇵"
TELUGU = "నేను"


def said(text):
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I stay. I wait! Do you hear me?", ["I stay.", "I wait!", "Do you hear me?"]),
        ("Dr. Amin knows. Mr. Reyes rests.", ["Dr. Amin knows.", "Mr. Reyes rests."]),
        ("He took 3.5 mg, i.e. little. Then", ["He took 3.5 mg, i.e. little.", "Then"]),
        ("“It was a truck.” We wait.", ["“It was a truck.”", "We wait."]),
        ("I… wait with him… Then I speak.", ["I… wait with him…", "Then I speak."]),
        ("First line\nsecond line\n\n", ["First line", "second line"]),
        ("一緒にいます。怖いですか？「大丈夫。」はい", ["一緒にいます。", "怖いですか？", "「大丈夫。」", "はい"]),
        ("أنا هنا معك. هل تريد أن نتوقف؟ سأبقى۔ نعم", ["أنا هنا معك.", "هل تريد أن نتوقف؟", "سأبقى۔", "نعم"]),
        ("मैं यहाँ हूँ। आप सुरक्षित हैं।", ["मैं यहाँ हूँ।", "आप सुरक्षित हैं।"]),
        ("Wait. 😢", ["Wait. 😢"]),
        (f"I hear you! {FAMILY} {FLAGS}", [f"I hear you! {FAMILY} {FLAGS}"]),
        ("see example.org today. Yes", ["see example.org today.", "Yes"]),
        ("", []),
        (" \n\t", []),
    ],
)  # fmt: skip
def test_a_text_in_sentences(text, expected):
    assert said(text) == expected


@given(st.text(alphabet="ab .!?…。؟\n“”é\u0301\u200d😊🇫🇷👍🏽ا", max_size=60))
def test_sentences_lose_no_word_overlap_nowhere_and_cut_no_character(text):
    spans = sentences(text)
    covered = set()
    for start, end in spans:
        assert start < end
        assert covered.isdisjoint(range(start, end))
        covered |= set(range(start, end))
    assert all(text[at].isspace() for at in range(len(text)) if at not in covered)
    assert not any(joins(text, end) and not text[end - 1].isspace() for _, end in spans
                   if end < len(text))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (f"a{FAMILY}b", "👧"),
        ("👍🏽", "👍"),
        (FLAGS, "🇫"),
        ("cafe\u0301", "e"),
        (TELUGU, TELUGU[0]),
    ],
)
def test_a_passage_takes_in_whole_characters(text, part):
    at = text.index(part)
    start, end = whole_characters(text, at, at + len(part))
    assert not joins(text, start)
    assert not joins(text, end)
    assert part in text[start:end]
    assert text[start:end] in (FAMILY, "👍🏽", "🇫🇷", "e\u0301", "é", "నే", "e")


def test_passages_that_overlap_are_marked_each_with_its_number():
    text = "I stay near you."
    parts = marked(text, (0, 16), [((2, 6), "1"), ((4, 11), "2")])
    assert [(part.text, part.marks, part.ends) for part in parts] == [
        ("I ", (), ()),
        ("st", ("1",), ()),
        ("ay", ("1", "2"), ("1",)),
        (" near", ("2",), ("2",)),
        (" you.", (), ()),
    ]
