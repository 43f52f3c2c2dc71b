"""Words as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency.foundation.text import MAX_CHARACTERS, clean_text, count_words


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\tb", "a\tb"),
        ("", ""),
        ("  edges stay  ", "  edges stay  "),
        ("👩🏽‍⚕️ stays", "👩🏽‍⚕️ stays"),
        ("مَرْحَبًا", "مَرْحَبًا"),
        ("e\u0301", "e\u0301"),
        ("\u202eright to left\u202c", "\u202eright to left\u202c"),
    ],
)
def test_text_is_kept_as_it_was_typed_but_for_line_ends(raw, cleaned):
    assert clean_text(raw) == cleaned


@pytest.mark.parametrize(
    ("character", "named"),
    [
        ("\x00", "U+0000"),
        ("\x07", "U+0007"),
        ("\x1b", "U+001B"),
        ("\x7f", "U+007F"),
        ("\x85", "U+0085"),
        ("\ud800", "U+D800"),
        ("\udfff", "U+DFFF"),
        ("\ufdd0", "U+FDD0"),
        ("\uffff", "U+FFFF"),
        ("\U0010fffe", "U+10FFFE"),
    ],
)
def test_a_character_that_cannot_be_stored_is_refused_by_name(character, named):
    with pytest.raises(ValueError, match=f"cannot be stored \\({named.replace('+', '[+]')}\\)"):
        clean_text(f"before {character} after")


def test_the_longest_text_is_taken_and_one_character_more_is_refused():
    assert len(clean_text("x" * MAX_CHARACTERS)) == MAX_CHARACTERS
    with pytest.raises(ValueError, match="longer than 200,000 characters"):
        clean_text("x" * (MAX_CHARACTERS + 1))


@given(st.text())
def test_what_was_cleaned_is_clean_and_can_be_encoded(raw):
    try:
        cleaned = clean_text(raw)
    except ValueError:
        return
    assert clean_text(cleaned) == cleaned
    assert cleaned.encode().decode() == cleaned
    assert "\r" not in cleaned
    assert "\x00" not in cleaned


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("   \n\t ", 0),
        ("— … !", 0),
        ("one", 1),
        ("I’d stay; I'd wait.", 4),
        ("well-known co-worker", 2),
        ("trailing- dash", 2),
        ("3 breaths, 4 counts", 4),
        ("Ich bleibe über Nacht", 4),
        ("e\u0301te\u0301 fini", 2),
        ("مَرْحَبًا بِكُمْ", 2),
        ("नमस्ते दुनिया", 2),
        ("一緒にいます", 3),
        ("一緒", 1),
        ("一緒に stay いる", 4),
        ("パートナー", 3),
    ],
)
def test_words_are_counted_in_every_script(text, words):
    assert count_words(text) == words


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True)))
def test_plain_words_between_spaces_are_counted_one_by_one(words):
    assert count_words(" ".join(words)) == len(words)
