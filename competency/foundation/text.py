"""Words as people type them: what we take, what we refuse, how we count."""

import re
import unicodedata

from competency.foundation.errors import InvalidInput

MAX_CHARACTERS = 200_000
_ALLOWED_CONTROLS = {"\n", "\t"}
_WORD = re.compile(r"\w+(?:[’'\-]\w+)*", re.UNICODE)
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def clean_text(raw: str) -> str:
    """Normalise line ends; refuse what cannot be stored, shown or signed faithfully.

    Raises ValueError for NUL and other control characters and for lone surrogates.

    >>> clean_text("a\\r\\nb")
    'a\\nb'
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and character not in _ALLOWED_CONTROLS):
            raise ValueError(f"contains a character that cannot be stored (U+{ord(character):04X})")
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"is longer than {MAX_CHARACTERS:,} characters")
    return text


def take_words(field: str, text: str) -> str:
    """Clean words for a field. Raises InvalidInput where they cannot be taken."""
    try:
        return clean_text(text)
    except ValueError as error:
        raise InvalidInput({field: f"This text {error}."}) from error


def require_words(field: str, text: str, ask: str) -> str:
    """Clean words somebody has to give. Raises InvalidInput with `ask` where there are none."""
    words = take_words(field, text)
    if not words.strip():
        raise InvalidInput({field: ask})
    return words


def count_words(text: str) -> int:
    """Words, for scripts with spaces; two characters a word for those without.

    >>> count_words("I'd stay, grounded and near.")
    5
    >>> count_words("一緒にいます")
    3
    """
    unmarked = "".join(c for c in text if not unicodedata.category(c).startswith("M"))
    spaceless = len(_SPACELESS.findall(unmarked))
    return len(_WORD.findall(_SPACELESS.sub(" ", unmarked))) + (spaceless + 1) // 2
