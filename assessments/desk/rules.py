"""Sentences, passages and whole characters of a text, in code points. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Span = tuple[int, int]  # code points, the end excluded

# What ends a sentence: Latin, Greek, Armenian, Hebrew, Arabic, Indic, Tibetan, Ethiopic, CJK.
_STOPS = ".!?…‼⁇⁈⁉։׃؟۔।॥።፧。！？｡︒﹒﹗﹖．"  # noqa: RUF001
_UNSPACED = "。！？｡︒"  # noqa: RUF001  (no space follows these)
_CLOSERS = "\"'”’»›）)]}」』】〉》〕"  # noqa: RUF001
_LINE = re.compile(r"[^\n\u2028\u2029]+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[“\"'])(?:\w|Dr|Mr|Mrs|Ms|Prof|St|Sr|Jr|vs|approx|cf|etc|resp|z\.\s?B|d\.\s?h"
    r"|e\.\s?g|i\.\s?e|a\.\s?m|p\.\s?m|bzw|usw|ca|Sra|Ud|Uds|Mme|Mlle)\.$",
    re.IGNORECASE,
)


def sentences(text: str) -> list[Span]:
    """Where each sentence begins and ends; line ends always part, spaces around are left out.

    No cut falls inside what a reader takes for one character.

    >>> [text[a:b] for text in ["I stay. Dr. Ok is here!"] for a, b in sentences(text)]
    ['I stay.', 'Dr. Ok is here!']
    """
    found: list[Span] = []
    for line in _LINE.finditer(text):
        first = len(found)
        for start, end in _parts(text, line.start(), line.end()):
            span = _trimmed(text, start, end)
            if span is None:
                continue
            if len(found) > first and not _has_words(text[span[0] : span[1]]):
                found[-1] = (found[-1][0], span[1])  # an emoji belongs to what it follows
            else:
                found.append(span)
    return found


def _parts(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    while at < end:
        if text[at] not in _STOPS:
            at += 1
            continue
        after = _run(text, at, end)
        if _ends_sentence(text, start, at, after, end):
            yield start, after
            start = after
        at = after
    if start < end:
        yield start, end


def _run(text: str, at: int, end: int) -> int:
    """Past every stop, closing mark and combining mark that stand together."""
    while at < end and (text[at] in _STOPS or text[at] in _CLOSERS or joins(text, at)):
        at += 1
    return at


def _ends_sentence(text: str, start: int, at: int, after: int, end: int) -> bool:
    if after >= end or text[at] in _UNSPACED:
        return True
    if not text[after].isspace():
        return not text[after].isalnum() and not _has_words(text[after : after + 1])
    following = text[after:end].lstrip()
    if not following:
        return True
    if text[at] == "." and _ABBREVIATION.search(text[start : at + 1]):
        return False
    return not (text[at] in ".…" and following[0].islower())


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _has_words(text: str) -> bool:
    return any(unicodedata.category(character)[0] in "LN" for character in text)


# --- Whole characters ---

_JOINER = "\u200d"


def joins(text: str, at: int) -> bool:
    """Whether the code point at `at` belongs to the character before it."""
    if at <= 0 or at >= len(text):
        return False
    point = text[at]
    if unicodedata.category(point)[0] == "M" or point == _JOINER:
        return True
    if "\U0001f3fb" <= point <= "\U0001f3ff" or "\U000e0020" <= point <= "\U000e007f":
        return True  # skin tones; tags of subdivision flags
    if text[at - 1] == _JOINER:
        return unicodedata.category(point) == "So"
    return _flag(point) and _flags_before(text, at) % 2 == 1


def _flag(point: str) -> bool:
    return "\U0001f1e6" <= point <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    count = 0
    while at - count > 0 and _flag(text[at - count - 1]):
        count += 1
    return count


def whole_characters(text: str, start: int, end: int) -> Span:
    """The range, widened so that no character is cut in two.

    >>> whole_characters("a\\u0301b", 1, 2)
    (0, 2)
    """
    while joins(text, start):
        start -= 1
    while joins(text, end):
        end += 1
    return start, end


# --- Marked passages ---


@dataclass(frozen=True)
class Marked:
    """A stretch of a sentence: which marks lie on it, and which end with it."""

    text: str
    marks: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


def marked(text: str, span: Span, passages: Sequence[tuple[Span, str]]) -> list[Marked]:
    """One sentence cut wherever a passage begins or ends; a mark's number stands at its end.

    >>> [part.text for part in marked("I stay.", (0, 7), [((2, 6), "1")])]
    ['I ', 'stay', '.']
    """
    start, end = span
    here = [
        (max(a, start), min(b, end), name) for (a, b), name in passages if a < end and b > start
    ]
    cuts = sorted({start, end, *(a for a, _, _ in here), *(b for _, b, _ in here)})
    return [
        Marked(
            text[a:b],
            tuple(dict.fromkeys(name for low, high, name in here if low <= a and b <= high)),
            tuple(dict.fromkeys(name for _, high, name in here if high == b)),
        )
        for a, b in pairwise(cuts)
    ]
