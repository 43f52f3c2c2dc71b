"""Which stage comes next, and is the story sound? Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class StageShape:
    """A stage without its words.

    `branches` maps the code of its branch item to {option code: stage it leads to}; a stage has
    at most one. `next` is where the story goes when no branch decides; None ends it.
    """

    code: str
    next: str | None = None
    branches: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def exits(self) -> list[str | None]:
        """Every stage this one can lead to; None is the end of the story."""
        for options in self.branches.values():
            return list(options.values())
        return [self.next]


Story = Mapping[str, StageShape]


class StoryError(ValueError):
    """The story cannot go on from here."""


def next_stage(story: Story, stage: str, choices: Mapping[str, str | None]) -> str | None:
    """The stage that follows, given the option chosen per branch item; None at the end.

    Raises StoryError when a branch is left undecided: the story cannot choose for the trainee.
    """
    shape = story[stage]
    for item, options in shape.branches.items():
        choice = choices.get(item)
        if choice is None:
            raise StoryError("Decide what you do before you go on: the story follows from it.")
        return options[choice]
    return shape.next


def replay(story: Story, entry: str, choices: Mapping[str, str | None]) -> list[str]:
    """The path that these choices take, from the entry to the end."""
    path: list[str] = []
    stage: str | None = entry
    while stage is not None:
        if stage in path:
            raise StoryError(f"The story loops at {stage}.")
        path.append(stage)
        stage = next_stage(story, stage, choices)
    return path


def story_problems(story: Story, entry: str | None) -> list[str]:
    """What keeps a story from being published: dead ends, loops, stages nobody reaches."""
    if not story:
        return ["The vignette has no stages."]
    if entry is None or entry not in story:
        return ["The vignette has no entry stage."]
    problems = []
    for stage in story.values():
        if len(stage.branches) > 1:
            problems.append(f"Stage {stage.code} has more than one branch item.")
        if stage.branches and stage.next is not None:
            problems.append(f"Stage {stage.code} has a branch and also a next stage.")
        for target in stage.exits():
            if target is not None and target not in story:
                problems.append(f"Stage {stage.code} leads to {target}, which is missing.")
    if problems:
        return problems
    reached = reachable(story, entry)
    problems += [f"Stage {code} cannot be reached." for code in story if code not in reached]
    loop = find_loop(story, entry)
    if loop:
        problems.append(f"The story loops: {' → '.join(loop)}.")
    return problems


def reachable(story: Story, entry: str) -> set[str]:
    seen: set[str] = set()
    waiting = [entry]
    while waiting:
        code = waiting.pop()
        if code not in seen:
            seen.add(code)
            waiting.extend(target for target in story[code].exits() if target is not None)
    return seen


def find_loop(story: Story, entry: str) -> list[str]:
    """One loop that can be reached, as the stages along it; empty when there is none."""
    done: set[str] = set()
    trail: list[str] = [entry]
    exits = [iter(story[entry].exits())]
    while trail:
        target = next(exits[-1], "")
        if target == "":
            done.add(trail.pop())
            exits.pop()
        elif target in trail:
            return [*trail[trail.index(target) :], target]
        elif target is not None and target not in done:
            trail.append(target)
            exits.append(iter(story[target].exits()))
    return []


def path_bounds(
    story: Story, entry: str, values: Mapping[str, Mapping[str, float]]
) -> tuple[float, float]:
    """(best, worst) sum of decision weights over every path from the entry to the end.

    `values` maps branch item to {option: weight, −3…+3}. The story must be free of loops.
    """
    bounds: dict[str | None, tuple[float, float]] = {None: (0.0, 0.0)}
    for code in _ends_first(story, entry):
        stage = story[code]
        options = [
            (values[item][option], bounds[target])
            for item, targets in stage.branches.items()
            for option, target in targets.items()
        ] or [(0.0, bounds[stage.next])]
        bounds[code] = (
            max(value + best for value, (best, _) in options),
            min(value + worst for value, (_, worst) in options),
        )
    return bounds[entry]


def _ends_first(story: Story, entry: str) -> Sequence[str]:
    """Reachable stages, each after all that it leads to."""
    order: dict[str, None] = {}
    waiting = [(entry, False)]
    while waiting:
        code, expanded = waiting.pop()
        if expanded:
            order[code] = None
        elif code not in order:
            waiting.append((code, True))
            waiting.extend((target, False) for target in story[code].exits() if target is not None)
    return list(order)
