"""Draw a report with Typst: PDF/A-2a and PDF/UA-1, the same bytes for the same rows."""

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from competency.foundation.errors import DomainError
from competency.renderings.drawing import FONTS, UNSHOWN, last_of, script_of
from competency.reports.tables import Table, cells_of
from competency.sheets.cells import bare

HERE = Path(__file__).parent
STANDARDS: Any = ["a-2a", "ua-1"]
MOST_ROWS = 300  # a page or two for each

_one_at_a_time = threading.Lock()  # a compiler remembers its last input


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
    return typst.Compiler(str(HERE / "report.typ"), root=str(HERE), font_paths=fonts)


def draw(table: Table, about: Mapping[str, Any], at: datetime) -> bytes:
    """Raises DomainError for too many rows, and for a script that no font at hand has."""
    words = {**_head(about), "rows": _rows(table), "columns": table.dictionary()}
    try:
        with _one_at_a_time:
            drawn = _compiler().compile(
                sys_inputs={"words": json.dumps(words, sort_keys=True)},
                pdf_standards=STANDARDS,
                timestamp=int(at.timestamp()),
            )
    except typst.TypstError as error:
        unshown = UNSHOWN.findall(error.diagnostic)
        if not unshown:
            raise
        scripts = ", ".join(sorted({script_of(last_of(text)) for text in unshown}))
        words_for_people = f"A PDF lacks a font for: {scripts}. Choose another format."
        raise DomainError(words_for_people) from error
    assert isinstance(drawn, bytes)  # noqa: S101 - one document makes one file
    return drawn


def _head(about: Mapping[str, Any]) -> dict[str, Any]:
    chosen = {name: value for name, value in about["filters"].items() if value}
    return {
        "title": f"Credential report: {about['program']['name']}",
        "program": about["program"]["name"],
        "facts": [
            ["As of", about["as_of"]],
            *([title_of(name), value] for name, value in chosen.items()),
        ],
    }


def _rows(table: Table) -> list[list[list[str]]]:
    """Each row as pairs of a column's title and its words; empty ones are left out."""
    titles = [title_of(name) for name in table.names]
    found: list[list[list[str]]] = []
    for lines in table.lines():
        for cells in cells_of(lines):
            pairs = zip(titles, map(bare, cells), strict=True)
            found.append([[title, words] for title, words in pairs if words])
        if len(found) > MOST_ROWS:
            raise DomainError(
                f"A PDF holds at most {MOST_ROWS} rows. Choose fewer, or another format."
            )
    return found


def title_of(name: str) -> str:
    """A column's name for people.

    >>> title_of("cut_set_on"), title_of("dossier_sha256")
    ('Cut set on', 'Dossier SHA-256')
    """
    words = name.replace("_", " ").replace("sha256", "SHA-256").replace("url", "URL")
    return words[:1].upper() + words[1:]
