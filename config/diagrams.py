"""Writes docs/reference/states.md from the transition tables that the models follow.

python -m config.diagrams            write the page
python -m config.diagrams --check    fail unless the page says what the tables say
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from django.apps import apps

from competency.foundation.states import Owner, Transitions

SITE = Path(__file__).resolve().parents[1]
PAGE = SITE / "docs" / "reference" / "states.md"
INTRODUCTION = """\
# States

Written by `make diagrams` from the tables in the code; do not edit it by hand.

Each arrow names who makes the move: a person by role, or the workflow. A move without an arrow
is refused, by `move()` and by a trigger in the database.
Why: [ADR 0003](../adr/0003-states-are-tables-enforced-by-the-database.md).
"""


@dataclass(frozen=True)
class Lifecycle:
    """One transition table, where it stands, and the models whose rows follow it."""

    constant: str
    module: str
    table: Transitions
    models: Sequence[type[Any]]

    @property
    def title(self) -> str:
        return self.constant.replace("_", " ").capitalize()

    @property
    def source(self) -> str:
        return f"{self.module.replace('.', '/')}.py"


def lifecycles() -> list[Lifecycle]:
    """Every table that a model follows, in order of title."""
    from competency.foundation.models import Stateful  # once the apps are loaded

    followers: dict[int, list[type[Any]]] = {}
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        if issubclass(model, Stateful):
            followers.setdefault(id(model.transitions), []).append(model)
    found = [_lifecycle(models) for models in followers.values()]
    return sorted(found, key=lambda lifecycle: lifecycle.title)


def _lifecycle(models: Sequence[type[Any]]) -> Lifecycle:
    table = models[0].transitions
    for name in sorted(name for name in sys.modules if name.endswith(".states")):
        for constant, value in vars(sys.modules[name]).items():
            if value is table:
                return Lifecycle(constant, name, table, models)
    raise LookupError(f"The transition table of {models[0].__name__} is in no states.py.")


def render(found: Iterable[Lifecycle]) -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *(line for one in found for line in _section(one))])


def _section(lifecycle: Lifecycle) -> Iterator[str]:
    names = ", ".join(str(model._meta.verbose_name) for model in lifecycle.models)
    yield f"## {lifecycle.title}\n"
    yield f"Table `{lifecycle.constant}` in [{lifecycle.source}](../../{lifecycle.source})."
    yield f"Rows that follow it: {names}.\n"
    yield "```mermaid"
    yield from _diagram(lifecycle)
    yield "```\n"
    yield "| state | next | moved by |"
    yield "| --- | --- | --- |"
    for state, targets in lifecycle.table.items():
        for target, owners in targets.items():
            yield f"| `{state}` | `{target}` | {_names(owners)} |"
        if not targets:
            yield f"| `{state}` | the end | |"
    yield ""


def _diagram(lifecycle: Lifecycle) -> Iterator[str]:
    field = lifecycle.models[0]._meta.get_field("state")
    labels = dict(field.flatchoices)
    yield "stateDiagram-v2"
    for state in lifecycle.table:
        yield f'    state "{labels[state]}" as {state}'
    yield f"    [*] --> {field.default}"
    for state, targets in lifecycle.table.items():
        for target, owners in targets.items():
            yield f"    {state} --> {target}: {_names(owners)}"
        if not targets:
            yield f"    {state} --> [*]"


def _names(owners: Iterable[Owner]) -> str:
    return ", ".join(sorted(owners))


def main(arguments: Sequence[str]) -> None:
    """Write the page, or with `--check` end with an error unless it is fresh."""
    page = render(lifecycles())
    if "--check" not in arguments:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        sys.exit(f"{PAGE.name} does not say what the tables say; `make diagrams` writes it anew.")


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1:])
