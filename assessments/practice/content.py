"""The practice case: read from a file, never a row, so that nothing can ever be scored by it."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from assessments.vignettes.items import KINDS, ItemKind, ItemShape
from assessments.vignettes.rules import StageShape, Story

FILE = Path(__file__).parent / "data" / "practice.yaml"
OWN_PARTS = {"code", "kind", "prompt", "options", "model_response", "why"}


@dataclass(frozen=True)
class PracticeItem:
    """A task, with what can be said about it afterwards."""

    code: str
    kind: str
    prompt: str
    settings: dict[str, Any]
    options: list[tuple[str, str]]
    leads_to: dict[str, str]
    afterwards: str

    @property
    def rules(self) -> ItemKind:
        return KINDS[self.kind]

    def shape(self) -> ItemShape:
        return ItemShape(self.code, [code for code, _ in self.options], self.settings)


@dataclass(frozen=True)
class PracticeStage:
    """One scene of the case, in the shape in which pages show a stage."""

    code: str
    title: str
    narrative: list[dict[str, Any]]
    known: list[str]
    items: list[PracticeItem] = field(default_factory=list)


@dataclass(frozen=True)
class PracticeCase:
    title: str
    content_note: str
    stages: dict[str, PracticeStage]

    @property
    def entry(self) -> str:
        return next(iter(self.stages))

    def story(self) -> Story:
        return {
            stage.code: StageShape(
                stage.code, branches={i.code: i.leads_to for i in stage.items if i.leads_to}
            )
            for stage in self.stages.values()
        }

    def item(self, code: str) -> PracticeItem | None:
        items = (item for stage in self.stages.values() for item in stage.items)
        return next((item for item in items if item.code == code), None)


@cache
def practice_case() -> PracticeCase:
    read = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    stages = {stage["code"]: _stage(stage) for stage in read["stages"]}
    return PracticeCase(read["title"], read["content_note"], stages)


def _stage(read: dict[str, Any]) -> PracticeStage:
    items = [_item(item) for item in read["items"]]
    return PracticeStage(read["code"], read["title"], read["narrative"], read["known"], items)


def _item(read: dict[str, Any]) -> PracticeItem:
    options = read.get("options", [])
    return PracticeItem(
        code=read["code"],
        kind=read["kind"],
        prompt=read["prompt"],
        settings={name: value for name, value in read.items() if name not in OWN_PARTS},
        options=[(option["code"], option["text"]) for option in options],
        leads_to={o["code"]: o["leads_to"] for o in options if "leads_to" in o},
        afterwards=read.get("model_response") or read.get("why", ""),
    )
