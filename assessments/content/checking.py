"""Check content files: what rules say of them, and whether their references lead anywhere."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assessments.content.documents import Document, Problem
from assessments.content.rules.assessments import assessment_findings
from assessments.content.rules.findings import Content, Finding, Known
from assessments.content.rules.frameworks import (
    framework_findings,
    no_findings,
    rubric_findings,
    standard_findings,
)
from assessments.content.rules.keys import key_findings
from assessments.content.rules.references import ORDER, references
from assessments.content.rules.vignettes import vignette_findings
from assessments.content.shelves import Files

FINDINGS: Mapping[str, Callable[[Content, Known], Iterator[Finding]]] = {
    "framework": framework_findings,
    "rubric": rubric_findings,
    "scope_profile": no_findings,
    "vignette": vignette_findings,
    "key": key_findings,
    "standard": standard_findings,
    "assessment": assessment_findings,
}


@dataclass(frozen=True)
class Checked:
    """`refused` can be neither stored nor published; `owed` must be done before publishing."""

    refused: list[Problem]
    owed: list[Problem]
    unknown: list[Problem]  # references that lead to none of the files


def check(documents: Sequence[Document], known: Known | None = None) -> Checked:
    """Without `known`, references lead to the other files alone."""
    known = known or Files(documents)
    checked = Checked([], [], [])
    for document in documents:
        for finding in FINDINGS[document.kind](document.content, known):
            problem = document.problem(finding.path, finding.message)
            (checked.refused if finding.blocks_draft else checked.owed).append(problem)
        checked.unknown.extend(_unknown(document, known))
    checked.refused.extend(_given_twice(documents))
    return Checked(*map(by_place, (checked.refused, checked.owed, checked.unknown)))


def by_place(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column))


def _unknown(document: Document, known: Known) -> Iterator[Problem]:
    for path, kind, name in references(document.content):
        if known.content(kind, name) is None:
            yield document.problem(path, known.why_unknown(kind, name))


def _given_twice(documents: Iterable[Document]) -> Iterator[Problem]:
    first: dict[tuple[str, str], Document] = {}
    for document in documents:
        earlier = first.setdefault((document.kind, document.reference), document)
        if earlier is not document:
            message = f"{earlier.file} has {document.kind} {document.reference} as well."
            yield document.problem(("version",), message)


def in_order(documents: Iterable[Document]) -> list[Document]:
    """What is referred to comes first."""
    return sorted(documents, key=lambda document: ORDER.index(document.kind))
