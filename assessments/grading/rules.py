"""Score the keyed items of one submission. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.vignettes.items import KINDS, ItemShape, Key, score_path
from assessments.vignettes.rules import Story, path_bounds


@dataclass(frozen=True)
class Asked:
    """A keyed item that the trainee met, or would have met with more time."""

    kind: str
    shape: ItemShape
    weight: float


@dataclass(frozen=True)
class Scored:
    """A score in [0, 1] and the weight it carries."""

    item: str
    value: float
    weight: float


def stages_faced(story: Story, visited: Sequence[str], *, finished: bool) -> list[str]:
    """The stages a trainee answers for: those visited, and those that had to follow.

    When time ran out, every stage up to the next decision would have come: its items count as
    blank. Beyond a decision nobody knows, so nothing is counted.
    """
    faced = list(visited)
    stage = None if finished or not faced else faced[-1]
    while stage is not None and not story[stage].branches:
        stage = story[stage].next
        if stage is not None and stage not in faced:
            faced.append(stage)
    return faced


def score_items(
    asked: Sequence[Asked],
    answers: Mapping[str, Mapping[str, Any]],
    key: Mapping[str, Key],
    story: Story,
    entry: str,
) -> list[Scored]:
    """Score every keyed item asked; decisions are scored together, as the path they make."""
    path = _path_score(asked, answers, key, story, entry)
    return [
        Scored(
            item.shape.code,
            path
            if KINDS[item.kind].branching
            else _score_one(item, answers.get(item.shape.code, {}), key[item.shape.code]),
            item.weight,
        )
        for item in asked
    ]


def _score_one(item: Asked, response: Mapping[str, Any], key: Key) -> float:
    kind = KINDS[item.kind]
    return 0.0 if kind.is_blank(response) else kind.score(item.shape, response, key)


def _path_score(
    asked: Sequence[Asked],
    answers: Mapping[str, Mapping[str, Any]],
    key: Mapping[str, Key],
    story: Story,
    entry: str,
) -> float:
    """The decisions of the path taken; 0 while any decision that was met is left open."""
    branches = [item.shape.code for item in asked if KINDS[item.kind].branching]
    chosen = {code: answers.get(code, {}).get("choice") for code in branches}
    if not branches or None in chosen.values():
        return 0.0
    values = {
        item: {option: keyed.value for option, keyed in key[item].items()}
        for stage in story.values()
        for item in stage.branches
    }
    best, worst = path_bounds(story, entry, values)
    return score_path([values[i][o] for i, o in chosen.items() if o], best=best, worst=worst)


def keyed_section(scores: Sequence[Scored]) -> float | None:
    """The weighted mean of keyed items, 0 to 1; None when nothing was keyed.

    >>> keyed_section([Scored("a", 1.0, 1), Scored("b", 0.5, 3)])
    0.625
    """
    total = sum(score.weight for score in scores)
    return sum(score.value * score.weight for score in scores) / total if total else None
