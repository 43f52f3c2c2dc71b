"""A stage as its page shows it: what is told, what is asked, and what was answered so far."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from assessments.vignettes.rules import Story

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Choice:
    """An option and what the fields say of it."""

    code: str
    text: str
    fields: Fields = field(repr=False)

    def _is(self, name: str) -> bool:
        return self.code in self.fields.get(name, ())

    @property
    def picked(self) -> bool:
        return self._is("choice") or self._is("chosen")

    @property
    def most(self) -> bool:
        return self._is("most")

    @property
    def least(self) -> bool:
        return self._is("least")

    @property
    def place(self) -> str:
        return next(iter(self.fields.get(f"place.{self.code}", ())), "")

    @property
    def rating(self) -> str:
        return next(iter(self.fields.get(f"ratings.{self.code}", ())), "")


@dataclass(frozen=True)
class Task:
    """One item with its fields, and where and over which revision they are saved."""

    number: int
    code: str
    prompt: str
    control: str
    settings: Mapping[str, Any]
    options: Sequence[tuple[str, str]]
    fields: Fields
    blank: bool
    key: str
    save: str
    revision: int = 0
    idem: str = ""
    problem: str = ""
    newer: str = ""

    @property
    def choices(self) -> list[Choice]:
        """In the order of the places given, where there are places."""
        choices = [Choice(code, text, self.fields) for code, text in self.options]
        return sorted(choices, key=lambda one: int(one.place) if one.place.isdecimal() else 99)

    @property
    def text(self) -> str:
        return next(iter(self.fields.get("text", ())), "")

    @property
    def said(self) -> str:
        return in_words(self.fields, self.options)

    @property
    def template(self) -> str:
        return f"assessments/sitting/kinds/{self.control}.html"

    @property
    def branching(self) -> bool:
        return bool(self.settings.get("branching"))


def in_words(fields: Fields, options: Iterable[tuple[str, str]]) -> str:
    """A version of an answer, to read: its text, or the options it names, a line each."""
    if fields.get("text"):
        return fields["text"][0]
    scale = {"1": _("Not at all"), "2": _("Slightly"), "3": _("Mostly"), "4": _("Very")}
    parts = {"most": _("Most helpful"), "least": _("Least helpful")}
    texts = dict(options)
    said = []
    for name, values in fields.items():
        part, _dot, code = name.partition(".")
        for value in values:
            if part == "ratings":
                said.append(f"{texts.get(code, '')} – {scale.get(value, value)}")
            elif part == "place":
                said.append(f"{value}. {texts.get(code, '')}")
            else:
                chosen = texts.get(value, "")
                said.append(f"{parts[part]}: {chosen}" if part in parts else chosen)
    return "\n".join(said)


def stages_left(story: Story, stage: str) -> tuple[int, int]:
    """The least and the most stages from this one to the end, itself included."""
    ways = [stages_left(story, target) if target else (0, 0) for target in story[stage].exits()]
    return 1 + min(least for least, _ in ways), 1 + max(most for _, most in ways)
