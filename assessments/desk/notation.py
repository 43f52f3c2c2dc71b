"""Evidence as people type it: numbers of sentences, and ranges of words. Pure.

"2, 4-5, closing-note:12-48" is sentence 2, sentences 4 to 5, and 36 code points of one answer.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


class Numbered(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def item(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True)
class Cited:
    item: str
    start: int
    end: int


_SENTENCES = re.compile(r"[sS]?(\d{1,6})(?:\s*[-–]\s*[sS]?(\d{1,6}))?")
_RANGE = re.compile(r"(.+):(\d{1,7})-(\d{1,7})")


class NotationError(ValueError):
    """Evidence that cannot be read; the message says which part."""


def read_evidence(text: str, sentences: Iterable[Numbered]) -> list[Cited]:
    """The passages that a text names. Raises NotationError in words for whoever typed it."""
    known = {sentence.number: sentence for sentence in sentences}
    found: list[Cited] = []
    for token in re.split(r"[,;，、،]\s*|\s+(?=[sS\d])", text.strip()):  # noqa: RUF001
        if token := token.strip():
            found += [each for each in _passages(token, known) if each not in found]
    return found


def _passages(token: str, known: dict[int, Numbered]) -> list[Cited]:
    if match := _SENTENCES.fullmatch(token):
        first = int(match[1])
        last = int(match[2] or first)
        if first not in known or last not in known or last < first:
            raise NotationError(f"There is no sentence {token}; they run from 1 to {len(known)}.")
        return _joined([known[number] for number in range(first, last + 1)])
    if match := _RANGE.fullmatch(token):
        return [Cited(match[1], int(match[2]), int(match[3]))]
    raise NotationError(f"“{token}” is no number of a sentence.")


def _joined(run: Sequence[Numbered]) -> list[Cited]:
    """Neighbours of one answer as one passage."""
    found: list[Cited] = []
    for sentence in run:
        if found and found[-1].item == sentence.item:
            found[-1] = Cited(sentence.item, found[-1].start, sentence.end)
        else:
            found.append(Cited(sentence.item, sentence.start, sentence.end))
    return found


def write_evidence(passages: Iterable[Cited], sentences: Iterable[Numbered]) -> str:
    """The same passages as text: by number where they are whole sentences."""
    numbers = {(each.item, each.start, each.end): each.number for each in sentences}
    return ", ".join(
        str(numbers[place])
        if (place := (each.item, each.start, each.end)) in numbers
        else f"{each.item}:{each.start}-{each.end}"
        for each in passages
    )
