"""Which other content a file names, and where."""

from collections.abc import Iterator
from typing import NamedTuple

from assessments.content.rules.findings import Content, Path


class Reference(NamedTuple):
    path: Path
    kind: str
    name: str


PLAIN = {
    "framework": (),
    "rubric": ("framework",),
    "scope_profile": (),
    "vignette": ("rubric",),
    "key": ("vignette", "scope_profile"),
    "standard": (),
    "assessment": ("rubric", "scope_profile", "standard"),
}
ORDER = tuple(PLAIN)  # of dependence: what is referred to comes first


def references(content: Content) -> Iterator[Reference]:
    """
    >>> list(references({"kind": "rubric", "framework": "F/1"}))
    [Reference(path=('framework',), kind='framework', name='F/1')]
    """
    for kind in PLAIN[content["kind"]]:
        yield Reference((kind,), kind, content[kind])
    if content["kind"] == "assessment":
        for path, placed in placed_vignettes(content):
            yield Reference((*path, "vignette"), "vignette", placed["vignette"])


def placed_vignettes(content: Content) -> Iterator[tuple[Path, Content]]:
    """Every vignette of an assessment, on forms and in reserve."""
    for number, form in enumerate(content["forms"]):
        for place, placed in enumerate(form["vignettes"]):
            yield ("forms", number, "vignettes", place), placed
    for place, placed in enumerate(content.get("reserves", [])):
        yield ("reserves", place), placed
