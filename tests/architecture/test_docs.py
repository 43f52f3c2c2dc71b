"""The documents say what the code says, and lead nowhere that does not exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from competency.foundation.models import Stateful
from config import diagrams

SITE = Path(__file__).resolve().parents[2]
ADRS = sorted((SITE / "docs" / "adr").glob("[0-9]*.md"))
PAGES = [SITE / "README.md", *sorted((SITE / "docs").rglob("*.md"))]
SECTIONS = [
    "Status",
    "Context",
    "Decision",
    "Alternatives refused",
    "Consequences",
    "How we check it",
]
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    plain = (re.sub(r"[^\w\- ]", "", heading).lower() for heading in HEADING.findall(prose(page)))
    return {words.replace(" ", "-") for words in plain}


def relative_links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in LINK.findall(prose(page)):
            if not re.match(r"[a-z]+:", target):
                yield page, target


def test_the_states_page_is_fresh():
    diagrams.main(["--check"])


def test_a_stale_or_missing_states_page_is_refused(tmp_path, monkeypatch):
    page = tmp_path / "reference" / "states.md"
    monkeypatch.setattr(diagrams, "PAGE", page)
    with pytest.raises(SystemExit, match="make diagrams"):
        diagrams.main(["--check"])
    diagrams.main([])
    diagrams.main(["--check"])
    page.write_text("Nothing ever changes.")
    with pytest.raises(SystemExit, match="make diagrams"):
        diagrams.main(["--check"])


def test_every_lifecycle_is_on_the_page_once():
    shown = [model for lifecycle in diagrams.lifecycles() for model in lifecycle.models]
    known = [model for model in diagrams.apps.get_models() if issubclass(model, Stateful)]
    assert len(shown) == len(known) == len(set(shown))
    for lifecycle in diagrams.lifecycles():
        field = lifecycle.models[0]._meta.get_field("state")
        assert set(lifecycle.table) == {value for value, _ in field.choices}


def test_a_table_outside_states_py_is_refused():
    class Stray:
        transitions = {}

    with pytest.raises(LookupError, match="Stray"):
        diagrams._lifecycle([Stray])


def test_decisions_are_numbered_without_gaps_or_twins():
    assert [int(adr.name[:4]) for adr in ADRS] == list(range(1, len(ADRS) + 1))


@pytest.mark.parametrize("adr", ADRS, ids=lambda adr: adr.name)
def test_a_decision_has_every_section_and_is_in_the_index(adr):
    title, *sections = HEADING.findall(prose(adr))
    assert title.startswith(f"{int(adr.name[:4]):04d} ")
    assert sections == SECTIONS
    assert f"]({adr.name})" in (adr.parent / "README.md").read_text(encoding="utf-8")


def test_every_relative_link_leads_somewhere():
    assert PAGES
    broken = []
    for page, target in relative_links():
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        found = there.exists() and there.is_relative_to(SITE)
        if not found or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
            broken.append(f"{page.relative_to(SITE)}: {target}")
    assert not broken
