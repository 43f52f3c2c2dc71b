"""Allocate reviewers, compare their ratings, hide who wrote what. Pure."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from competency.foundation.text import is_blank

Person = TypeVar("Person", bound=Hashable)
Levels = Mapping[str, int]  # criterion code → level

DISPUTED_AT = 2
PSEUDONYM_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"


@dataclass(frozen=True)
class Candidate(Generic[Person]):
    """Somebody who may judge: how much they carry, and whether they know this attempt."""

    person: Person
    open_reviews: int
    judged_this_attempt: bool


def allocate(
    candidates: Sequence[Candidate[Person]], seats: int, draw: Callable[[], float]
) -> list[Person]:
    """Pick up to `seats` people: first those new to the attempt, least loaded, then by lot.

    `draw` gives random numbers in [0, 1). Fewer people than seats: everyone who can, serves.
    """
    ranked = sorted(
        ((c.judged_this_attempt, c.open_reviews, draw(), place), c.person)
        for place, c in enumerate(candidates)
    )
    return [person for _, person in ranked[:seats]]


def make_pseudonym(choose: Callable[[str], str]) -> str:
    """A name for a trainee in one review alone; it tells nothing and is easy to say.

    >>> make_pseudonym(lambda letters: letters[0])
    'BBB-BBB'
    """
    letters = [choose(PSEUDONYM_ALPHABET) for _ in range(6)]
    return "".join(letters[:3]) + "-" + "".join(letters[3:])


@dataclass(frozen=True)
class Line:
    """A criterion as comparison sees it: its weight, and its competency's minimum if any."""

    code: str
    weight: float
    minimum: float | None = None


def composite(levels: Levels, lines: Sequence[Line]) -> float:
    """The weighted mean level, 1 to 4, over the criteria judged.

    >>> composite({"C1": 4, "C2": 2}, [Line("C1", 1), Line("C2", 3)])
    2.5
    """
    total = sum(line.weight for line in lines)
    return sum(levels[line.code] * line.weight for line in lines) / total


def disputed_criteria(reviews: Sequence[Levels], lines: Sequence[Line], cut: float) -> list[str]:
    """Criteria that a third person must settle; empty when the reviewers agree.

    Disputed is a difference of two levels or more, and a competency with a minimum on which
    they fall on different sides of it. Where no minimum is set, it is the composite that must
    not fall on different sides of the cut; then every criterion they differ on is disputed.
    """
    spread = {line.code: _spread([levels[line.code] for levels in reviews]) for line in lines}
    disputed = {code for code, distance in spread.items() if distance >= DISPUTED_AT}
    with_minimum = [line for line in lines if line.minimum is not None]
    for line in with_minimum:
        if _split([levels[line.code] for levels in reviews], line.minimum or 0):
            disputed.add(line.code)
    if not with_minimum and _split([composite(levels, lines) for levels in reviews], cut):
        disputed |= {code for code, distance in spread.items() if distance}
    return [line.code for line in lines if line.code in disputed]


def _spread(levels: Sequence[int]) -> int:
    return max(levels) - min(levels)


def _split(values: Sequence[float], threshold: float) -> bool:
    """Whether some values reach the threshold and others do not."""
    return len({value >= threshold for value in values}) > 1


@dataclass(frozen=True)
class Agreement:
    """How two or more reviewers agreed over criteria: shares in [0, 1]."""

    criteria: int
    exact: float
    adjacent: float


def agreement(reviews: Sequence[Levels], codes: Collection[str]) -> Agreement:
    """Shares of criteria on which reviewers gave the same level, or levels one apart at most.

    >>> agreement([{"a": 3, "b": 4}, {"a": 3, "b": 2}], ["a", "b"])
    Agreement(criteria=2, exact=0.5, adjacent=0.5)
    """
    spreads = [_spread([levels[code] for levels in reviews]) for code in codes]
    count = len(spreads)
    return Agreement(
        count,
        sum(spread == 0 for spread in spreads) / count,
        sum(spread <= 1 for spread in spreads) / count,
    )


def passage_problem(text: str, start: int, end: int) -> str | None:
    """What is wrong with a cited range of code points, if anything.

    >>> passage_problem("I stay", 2, 6) is None
    True
    """
    if not 0 <= start < end <= len(text):
        return f"The passage {start}–{end} is not within the answer (0–{len(text)})."
    if is_blank(text[start:end]):
        return "The passage cited has no words."
    return None
