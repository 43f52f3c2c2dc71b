"""What an import did or would do, and what changed, in lines for a terminal. Pure."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from assessments.content.planning import Act, Plan, Step
from competency.foundation.changes import Change

LONGEST = 70  # characters of a value
DONE = {
    Act.CREATE: "created",
    Act.REPLACE: "replaced the draft of",
    Act.PUBLISH: "published the draft of",
    Act.LEAVE: "left alone",
}


def told(plan: Plan, *, publish: bool, dry_run: bool) -> Iterator[str]:
    for step in plan.steps:
        verb = f"would {step.act}" if dry_run else DONE[step.act]
        yield f"{step.document.file}: {verb} {step.kind} {step.reference}{_reason(step, publish)}"
        if step.changes:
            yield f"  against {step.since}:"
            yield from (f"  {line}" for line in changes_told(step.changes))
        yield from (f"  note: {note}" for note in step.document.notes)
    for problem in plan.owed:
        yield f"before it can be published: {problem}"


def _reason(step: Step, publish: bool) -> str:
    if step.act == Act.LEAVE:
        return f": it says the same already and is {step.state}"
    if step.act == Act.REPLACE and not step.changes:
        return ", because what it stands on is replaced"
    return " (published)" if publish and step.act in (Act.CREATE, Act.REPLACE) else ""


def changes_told(changes: Iterable[Change]) -> Iterator[str]:
    """
    >>> list(changes_told([Change("criteria[C1].weight", "1", "2"), Change("known", None, ["x"])]))
    ['criteria[C1].weight: "1" → "2"', 'known: nothing → ["x"]']
    """
    for change in changes:
        yield f"{change.path}: {_value(change.before)} → {_value(change.after)}"


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
