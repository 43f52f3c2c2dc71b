"""Words that somebody gives for a field."""

import pytest

from competency.foundation.errors import InvalidInput
from competency.foundation.text import require_words, take_words


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


@pytest.mark.parametrize("text", ["", " ", "\n\t\u00a0"])
def test_words_that_are_needed_are_asked_for(text):
    with pytest.raises(InvalidInput, match="Say why") as refused:
        require_words("reason", text, "Say why.")
    assert refused.value.field == "reason"
