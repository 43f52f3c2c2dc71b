"""Words that somebody gives for a field."""

import pytest

from competency.foundation.errors import InvalidInput
from competency.foundation.text import (
    clean_line,
    require_line,
    require_words,
    take_content,
    take_words,
)


def test_words_are_taken_clean():
    assert take_words("reason", "a\r\nb") == "a\nb"
    assert take_words("reason", "") == ""
    assert require_words("reason", " because ", "Say why.") == " because "


@pytest.mark.parametrize("take", [take_words, lambda f, t: require_words(f, t, "Say why.")])
@pytest.mark.parametrize("text", ["a\x00b", "\x1b", "\ud800"])
def test_words_that_cannot_be_stored_are_refused_by_field(take, text):
    with pytest.raises(InvalidInput, match="This text contains a character") as refused:
        take("reason", text)
    assert refused.value.field == "reason"


BLANKS = ["", " ", "\n\t\u00a0", "\u200b", "\u2060\ufeff", "\u0301", "\u3164\u2800"]


@pytest.mark.parametrize("text", BLANKS)
def test_words_that_are_needed_are_asked_for(text):
    with pytest.raises(InvalidInput, match="Say why") as refused:
        require_words("reason", text, "Say why.")
    assert refused.value.field == "reason"


@pytest.mark.parametrize("text", ["!", "7", "…", "🙂", "ა", "一", "é"])
def test_a_sign_or_a_picture_is_not_blank(text):
    assert require_words("reason", text, "Say why.") == text


def test_one_line_is_one_line():
    assert clean_line("  Ada\r\n\tLovelace\u00a0King ") == "Ada Lovelace King"


@pytest.mark.parametrize("mark", ["\u202a", "\u202e", "\u2066", "\u2069"])
def test_a_line_never_runs_backwards(mark):
    named = f"U[+]{ord(mark):04X}"
    with pytest.raises(InvalidInput, match=f"a mark that turns words around [(]{named}"):
        require_line("name", f"Ada{mark}", "A name.")


def test_a_line_may_be_written_from_right_to_left():
    assert clean_line("مريم\u200f") == "مريم\u200f"


def test_a_line_fits_and_is_asked_for():
    assert require_line("name", "x" * 40, "A name.", 40) == "x" * 40
    with pytest.raises(InvalidInput, match="This text is longer than 40 characters"):
        require_line("name", "x" * 41, "A name.", 40)
    with pytest.raises(InvalidInput, match=r"A name\."):
        require_line("name", "\u200b", "A name.")


def test_content_is_cleaned_to_the_bottom():
    given = {"title": "a\r\nb", "lines": [{"text": "c\r"}, 3, None], "weight": 1.5}
    cleaned = {"title": "a\nb", "lines": [{"text": "c\n"}, 3, None], "weight": 1.5}
    assert take_content(given) == cleaned


def test_content_is_refused_by_every_field_at_fault():
    with pytest.raises(InvalidInput) as refused:
        take_content({"title": "\x00", "lines": [{"text": "ok"}, {"text": "\x1b"}], "\x07": 1})
    assert set(refused.value.problems) == {"title", "lines.1.text", ""}
    assert refused.value.problems[""].startswith("A name in it contains a character")
