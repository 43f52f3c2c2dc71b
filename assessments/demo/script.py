"""The story's data files: who takes part, what they write, how they judge."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from ruamel.yaml import YAML

DATA = Path(__file__).parent / "data"
CONTENT = (
    "framework.yaml",
    "rubric.yaml",
    "scope-goal-directed.yaml",
    "scope-non-directive.yaml",
    "v1-unsupported-veteran.yaml",
    "key-v1-goal-directed.yaml",
    "key-v1-non-directive.yaml",
    "standard.yaml",
    "assessment.yaml",
)


def content_paths() -> list[Path]:
    return [DATA / name for name in CONTENT]


@cache
def load(name: str) -> Any:
    return YAML(typ="safe").load((DATA / name).read_text(encoding="utf-8"))


def sittings() -> list[dict[str, Any]]:
    """Every trainee's answers and how two reviewers will judge them, in order of file name."""
    return [load(f"trainees/{path.name}") for path in sorted((DATA / "trainees").glob("*.yaml"))]


@dataclass
class Script:
    """The story with its dice: the same seed makes everyone write and judge the same."""

    seed: int

    def __post_init__(self) -> None:
        self.sittings = {sitting["email"]: sitting for sitting in sittings()}
        self.people = load("people.yaml")
        self.words = load("rationales.yaml")

    def dice(self, *about: object) -> Random:
        """Dice of their own for each matter, so that the order of events changes nothing."""
        return Random(f"{self.seed}:{':'.join(map(str, about))}")  # noqa: S311
