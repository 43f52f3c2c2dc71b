"""How the story is told: step by step, with the time each takes, and patience for workers."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from assessments.demo.script import Script

PATIENCE = 120.0  # seconds the workers get for what takes them one or two


class StoryStuck(Exception):
    """The workers did not get there; the message says what was awaited."""


@dataclass
class Telling:
    """The story as it is told: each step with its seconds."""

    script: Script
    say: Callable[[str], None] = lambda line: None
    steps: list[tuple[str, float]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        self.say(name)
        yield
        self.steps.append((name, time.perf_counter() - started))


def wait_for(what: str, there: Callable[[], bool]) -> None:
    """Look until it is so. Raises StoryStuck when patience ends."""
    deadline = time.monotonic() + PATIENCE
    while not there():
        if time.monotonic() > deadline:
            raise StoryStuck(f"The workers did not get to this within {PATIENCE:.0f} s: {what}.")
        time.sleep(0.05)
