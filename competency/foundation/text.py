"""Words as people type them: what we take, what we refuse, how we count."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from competency.foundation.errors import InvalidInput

MAX_CHARACTERS = 200_000
LINE = 200  # characters, where a field does not say otherwise
_WORD = re.compile(r"\w+(?:[’'\-]\w+)*", re.UNICODE)
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# Controls but for tab and line end, lone surrogates, and what no Unicode text may hold.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef]")
_NEVER_LAST = (0xFFFE, 0xFFFF)  # the last two of each plane are no characters either
# Marks that turn the words around them: in a name they make it look like another.
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that show nothing


def clean_text(raw: str) -> str:
    """Normalise line ends; refuse what cannot be stored, shown or signed faithfully.

    Raises ValueError for NUL and other control characters and for lone surrogates.

    >>> clean_text("a\\r\\nb")
    'a\\nb'
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    found = _UNSTORABLE.search(text)
    character = found.group() if found else next(filter(_is_no_character, set(text)), "")
    if character:
        raise ValueError(f"contains a character that cannot be stored (U+{ord(character):04X})")
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"is longer than {MAX_CHARACTERS:,} characters")
    return text


def _is_no_character(character: str) -> bool:
    return ord(character) & 0xFFFF in _NEVER_LAST


def is_blank(text: str) -> bool:
    """Whether there is nothing to see: no letter, digit, sign or picture.

    >>> is_blank(" \\u200b"), is_blank("!")
    (True, False)
    """
    return not any(
        unicodedata.category(character)[0] not in "CZM" and character not in _FILLERS
        for character in text
    )


def clean_line(raw: str, longest: int = LINE) -> str:
    """Clean one line, as for a name: no blanks around it, one between words, nothing turned.

    Raises ValueError for what `clean_text` refuses, for marks that make words run backwards, and
    for more than `longest` characters.
    """
    text = " ".join(clean_text(raw).split())
    if turning := _TURNING.search(text):
        raise ValueError(f"contains a mark that turns words around (U+{ord(turning[0]):04X})")
    if len(text) > longest:
        raise ValueError(f"is longer than {longest} characters")
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
    if is_blank(words):
        raise InvalidInput({field: ask})
    return words


def take_line(field: str, text: str, longest: int = LINE) -> str:
    """Clean one line for a field. Raises InvalidInput where it cannot be taken."""
    try:
        return clean_line(text, longest)
    except ValueError as error:
        raise InvalidInput({field: f"This text {error}."}) from error


def require_line(field: str, text: str, ask: str, longest: int = LINE) -> str:
    """Clean one line that has to be given. Raises InvalidInput with `ask` where there is none."""
    line = take_line(field, text, longest)
    if is_blank(line):
        raise InvalidInput({field: ask})
    return line


def take_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Content with every text in it cleaned. Raises InvalidInput naming each one at fault."""
    problems: dict[str, str] = {}
    cleaned: dict[str, Any] = clean_deeply(content, "", problems)
    if problems:
        raise InvalidInput(problems)
    return cleaned


def clean_deeply(value: Any, at: str, problems: dict[str, str]) -> Any:
    """`value` with every text in it cleaned; what cannot be goes to `problems` by its path."""
    if isinstance(value, str):
        return _clean_part(value, at, "This text", problems)
    if isinstance(value, Mapping):
        return {
            (key := _clean_part(name, at, "A name in it", problems)): clean_deeply(
                inner, f"{at}.{key}" if at else key, problems
            )
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [clean_deeply(inner, f"{at}.{place}", problems) for place, inner in enumerate(value)]
    return value


def _clean_part(text: str, at: str, what: str, problems: dict[str, str]) -> str:
    try:
        return clean_text(text)
    except ValueError as error:
        problems[at] = f"{what} {error}."
        return ""


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
