"""A report as a workbook: the rows, the data dictionary, and what the report is. Cells are guarded
like those of CSV."""

from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from competency.foundation.errors import DomainError
from competency.reports.tables import Table, cells_of
from competency.sheets.books import Sheet, write_book
from competency.sheets.cells import guard

MOST_ROWS = 500_000  # beyond, the sheet's XML comes near what a ZIP can tell readers of old


def write(table: Table, about: Mapping[str, Any], out: IO[bytes]) -> None:
    """`out` must be able to go back."""
    rows = _counted(row for lines in table.lines() for row in cells_of(lines))
    words = (list(entry.values()) for entry in table.dictionary())
    facts = ([name, _words(value)] for name, value in about.items())
    sheets = [
        Sheet("Report", table.names, rows),
        Sheet("Columns", ["name", "kind", "description"], words),
        Sheet("About", ["what", "words"], facts),
    ]
    write_book(out, sheets, level=1)


def _words(value: Any) -> str:
    """A fact as one cell."""
    if not isinstance(value, Mapping):
        return guard(str(value))
    return guard("; ".join(f"{name}: {words}" for name, words in value.items() if words))


def _counted(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise DomainError(
                f"A spreadsheet holds at most {MOST_ROWS:,} rows here. Choose fewer, or CSV."
            )
        yield row
