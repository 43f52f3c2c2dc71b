"""What an import would do with each file: create, replace a draft, publish it, or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from assessments.content.checking import by_place, check, in_order
from assessments.content.documents import ContentError, Document, Problem
from assessments.content.kinds import content_of
from assessments.content.places import locate
from assessments.content.rules.canonical import canonical, with_keys_of
from assessments.content.rules.references import Reference, placed_vignettes, references
from assessments.content.shelves import Shelf
from competency.foundation.changes import Change, changes
from competency.foundation.hashing import content_hash
from competency.frameworks.states import VersionState
from competency.frameworks.versions import Version


class Act(StrEnum):
    CREATE = "create"
    REPLACE = "replace the draft of"
    PUBLISH = "publish the draft of"
    LEAVE = "leave alone"


@dataclass
class Step:
    """One file: what it says, what stands there already, and what is to be done.

    `since` names what `changes` compares with: the draft, or the version before.
    """

    document: Document
    content: dict[str, Any]
    standing: Version | None
    act: Act
    since: str = ""
    changes: list[Change] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.document.kind

    @property
    def reference(self) -> str:
        return self.document.reference

    @property
    def state(self) -> str:
        """The state that the version had before."""
        return str(self.standing.state) if self.standing else ""


@dataclass(frozen=True)
class Plan:
    """`owed` is what keeps drafts from being published."""

    steps: list[Step]
    owed: list[Problem]


def plan_import(shelf: Shelf, documents: Sequence[Document], *, publish: bool) -> Plan:
    """Raises ContentError naming everything that stands in the way."""
    documents = [_with_standing_keys(shelf, document) for document in documents]
    checked = check(documents, shelf)
    problems = checked.refused + checked.unknown + (checked.owed if publish else [])
    if problems:
        raise ContentError(by_place(problems))
    steps = [_step(shelf, document, publish) for document in in_order(documents)]
    problems = [problem for step in steps for problem in _refusals(shelf, step)]
    if problems:
        raise ContentError(problems)
    _replace_what_stands_on_replaced(steps)
    return Plan(steps, checked.owed)


def _with_standing_keys(shelf: Shelf, document: Document) -> Document:
    """A frozen assessment keeps the keys it pins, whatever was published since."""
    standing = document.kind == "assessment" and shelf.own("assessment", document.reference)
    if not standing or standing.state == VersionState.DRAFT:
        return document
    return replace(document, content=with_keys_of(document.content, content_of(standing)))


def _step(shelf: Shelf, document: Document, publish: bool) -> Step:
    standing = shelf.own(document.kind, document.reference)
    content = canonical(document.content, shelf)
    if standing is None:
        return _created(shelf, Step(document, content, None, Act.CREATE))
    before = content_of(standing)
    if content_hash(before) != content_hash(content):
        differing = list(changes(before, content))
        return Step(document, content, standing, Act.REPLACE, "the draft", differing)
    waits = publish and standing.state == VersionState.DRAFT
    return Step(document, content, standing, Act.PUBLISH if waits else Act.LEAVE)


def _created(shelf: Shelf, step: Step) -> Step:
    """With what changes from the newest version before, if there is one."""
    if before := shelf.before(step.kind, step.reference):
        step.since = f"version {before.number}"
        found = changes(content_of(before), step.content)
        step.changes = [change for change in found if change.path != "version"]
    return step


def _refusals(shelf: Shelf, step: Step) -> Iterator[Problem]:
    """Frozen content that the file would change; new content that stands on retired content."""
    standing = step.standing
    if standing and standing.state != VersionState.DRAFT and step.act == Act.REPLACE:
        paths = [change.path for change in step.changes] or ["how numbers are written"]
        message = (
            f"{step.reference} is {standing.state} and never changes; this file differs in "
            f"{', '.join(paths)}. Give it a new version number."
        )
        yield step.document.problem(locate(step.document.content, paths[0]), message)
    if step.act != Act.LEAVE:
        yield from _retired(shelf, step)


def _retired(shelf: Shelf, step: Step) -> Iterator[Problem]:
    for path, kind, name in [*references(step.content), *_keys_of(step)]:
        standing = shelf.own(kind, name) or (kind != "key" and shelf.ground(kind, name))
        if standing and standing.state == VersionState.RETIRED:
            yield step.document.problem(path, f"{name} is retired; nothing new uses it.")


def _replace_what_stands_on_replaced(steps: Sequence[Step]) -> None:
    """A draft whose ground is drafted anew is drafted anew as well."""
    replaced = {(step.kind, step.reference) for step in steps if step.act == Act.REPLACE}
    for step in steps:
        needs = {one[1:] for one in (*references(step.content), *_keys_of(step))}
        if step.state == VersionState.DRAFT and needs & replaced:
            step.act = Act.REPLACE
            replaced.add((step.kind, step.reference))


def _keys_of(step: Step) -> Iterator[Reference]:
    """The keys that an assessment pins."""
    if step.kind == "assessment":
        for path, one in placed_vignettes(step.content):
            name = f"{one['vignette']}:{step.content['scope_profile']}/{one['key']}"
            yield Reference((*path, "key"), "key", name)
