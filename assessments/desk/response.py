"""A response as its reader has it at hand: the stages met, what was chosen, numbered sentences.

No id of an attempt, a submission or an answer is in it, no time and no name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from assessments.attempts.answers import Given, answers_given
from assessments.attempts.models import Submission
from assessments.attempts.path import path_of
from assessments.desk.rules import Marked, Span, marked, sentences
from assessments.vignettes.models import Item, Stage
from competency.foundation.text import count_words

Mark = tuple[str, int, int, str]  # item, start, end, the number it carries


@dataclass(frozen=True)
class Sentence:
    """One sentence of a written answer; numbers run through the whole response."""

    number: int
    item: str
    start: int
    end: int
    text: str
    parts: Sequence[Marked]


@dataclass(frozen=True)
class Choice:
    """One line of a closed answer: the option, and what was said of it."""

    said: str
    text: str


@dataclass(frozen=True)
class Answered:
    item: Item
    sentences: Sequence[Sentence] = ()
    choices: Sequence[Choice] = ()
    words: int = 0

    @property
    def blank(self) -> bool:
        return not (self.sentences or self.choices)


@dataclass(frozen=True)
class Scene:
    stage: Stage
    answers: Sequence[Answered]


@dataclass
class Response:
    scenes: list[Scene] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def sentences(self) -> Iterator[Sentence]:
        return (
            sentence
            for scene in self.scenes
            for answer in scene.answers
            for sentence in answer.sentences
        )


def response_of(submission: Submission, marks: Sequence[Mark] = ()) -> Response:
    """The path taken with every answer that counts, in a constant number of queries."""
    given = {each.item.pk: each for each in answers_given(submission)}
    response, number = Response(), 0
    for stage in path_of(submission).stages:
        answers = []
        for item in stage.items.all():
            answers.append(_answered(item, given.get(item.pk), number, marks))
            number += len(answers[-1].sentences)
            if item.pk in given and not item.rules.keyed:
                response.texts[item.code] = given[item.pk].text
        response.scenes.append(Scene(stage, answers))
    return response


def _answered(item: Item, given: Given | None, after: int, marks: Sequence[Mark]) -> Answered:
    if given is None:
        return Answered(item)
    if item.rules.keyed:
        return Answered(item, choices=list(choices_of(item, given.response)))
    here: list[tuple[Span, str]] = [
        ((start, end), name) for code, start, end, name in marks if code == item.code
    ]
    shown = [
        Sentence(number, item.code, *span, given.text[slice(*span)], marked(given.text, span, here))
        for number, span in enumerate(sentences(given.text), after + 1)
    ]
    return Answered(item, sentences=shown, words=count_words(given.text))


def choices_of(item: Item, response: dict[str, Any]) -> Iterator[Choice]:
    """What was chosen, rated or put in order, with the words of each option."""
    texts: dict[Any, str] = {option.code: option.text for option in item.options.all()}
    for part, value in response.items():
        if isinstance(value, dict):
            yield from (
                Choice(str(rated), texts.get(code, str(code))) for code, rated in value.items()
            )
        elif isinstance(value, list):
            ordered = part == "order"
            for place, code in enumerate(value, 1):
                yield Choice(str(place) if ordered else "", texts.get(code, str(code)))
        elif value:
            said = part if part in ("most", "least") else ""
            yield Choice(said, texts.get(value, str(value)))
