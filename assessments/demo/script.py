"""The story's data files: who takes part, what they write, how they judge."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from ruamel.yaml import YAML

DATA = Path(__file__).parent / "data"
FIRST_VIGNETTE = "V1"
LEVELS = (1, 2, 3, 4)
CONTENT = (
    "framework.yaml",
    "rubric.yaml",
    "scope-*.yaml",
    "v[0-9]*.yaml",
    "key-*.yaml",
    "standard*.yaml",
    "assessment*.yaml",
)


def content_paths() -> list[Path]:
    return [path for pattern in CONTENT for path in sorted(DATA.glob(pattern))]


@cache
def load(name: str) -> Any:
    return YAML(typ="safe").load((DATA / name).read_text(encoding="utf-8"))


def _sittings(folder: str) -> list[dict[str, Any]]:
    return [load(f"{folder}/{path.name}") for path in sorted((DATA / folder).glob("*.yaml"))]


def _words() -> dict[str, dict[str, Any]]:
    """What reviewers write, by vignette; the file without a name of one serves the first."""
    return {
        path.stem.removeprefix("rationales").strip("-").upper() or FIRST_VIGNETTE: load(path.name)
        for path in sorted(DATA.glob("rationales*.yaml"))
    }


@dataclass
class Script:
    """The story with its dice: the same seed makes everyone write and judge the same."""

    seed: int

    def __post_init__(self) -> None:
        self.trainees = _sittings("trainees")
        everything = [*self.trainees, *_sittings("second")]
        self._sittings = {(s["email"], s.get("vignette", FIRST_VIGNETTE)): s for s in everything}
        self.people = load("people.yaml")
        self.rationales: dict[tuple[str, str, int], list[str]] = {}
        self.summaries: dict[str, dict[str, list[str]]] = {}
        for vignette, words in _words().items():
            self.summaries[vignette] = words["summaries"]
            for criterion, levels in words.items():
                if isinstance(levels, dict) and set(levels) == set(LEVELS):
                    self.rationales |= {(vignette, criterion, n): levels[n] for n in LEVELS}

    def sitting(self, email: str, vignette: str) -> dict[str, Any]:
        """What this trainee writes in this vignette, and how it is judged."""
        return self._sittings[email, vignette]

    def writes(self, email: str, vignette: str) -> bool:
        return (email, vignette) in self._sittings

    def trainee(self, profile: str, place: int = 0) -> str:
        """The e-mail address of the n-th trainee of a profile."""
        return str([s for s in self.trainees if s["profile"] == profile][place]["email"])

    def dice(self, *about: object) -> Random:
        """Dice of their own for each matter, so that the order of events changes nothing."""
        return Random(f"{self.seed}:{':'.join(map(str, about))}")  # noqa: S311
