"""Any bytes in; the rows of a roster, or in words why they are none."""

from dataclasses import dataclass

from competency.rosters.oneroster import read_oneroster
from competency.rosters.rules import Row, header
from competency.sheets.archives import Archive
from competency.sheets.csvs import read_csv
from competency.sheets.faults import Line, Unreadable, letter
from competency.sheets.limits import FILE_BYTES
from competency.sheets.reading import BOOK, read_xlsx

ZIP = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True)
class Roster:
    """What a file holds: its format, its rows, and the names of columns that are not read."""

    kind: str
    rows: tuple[Row, ...]
    unread: tuple[str, ...] = ()


def read(content: bytes) -> Roster:
    """A roster from CSV, XLSX or a OneRoster package, told apart by what they are, not by their
    name. Raises Unreadable."""
    if len(content) > FILE_BYTES:
        raise Unreadable(f"The file is larger than {FILE_BYTES // 1_000_000} MB.")
    if not content.strip():
        raise Unreadable("The file is empty.")
    found = _read(content)
    if not found.rows:
        raise Unreadable("The file holds no rows below its first line.")
    return found


def _read(content: bytes) -> Roster:
    if not content.startswith(ZIP):
        return _table("csv", read_csv(content))
    archive = Archive(content)
    if BOOK in archive:
        return _table("xlsx", read_xlsx(archive))
    if any(name in archive for name in ("users.csv", "manifest.csv")):
        return Roster("oneroster", tuple(read_oneroster(archive)))
    raise Unreadable("The archive is neither an XLSX workbook nor a OneRoster package.")


def _table(kind: str, lines: list[Line]) -> Roster:
    fields, unread = header(lines[0].cells if lines else ())
    if "email" not in fields.values():
        raise Unreadable("The first line names no column “email”.")
    columns = {name: letter(place) for place, name in fields.items()}
    rows = tuple(
        Row(
            str(line.number),
            {
                name: line.cells[place]
                for place, name in fields.items()
                if place < len(line.cells) and line.cells[place].strip()
            },
            columns,
        )
        for line in lines[1:]
    )
    return Roster(kind, rows, tuple(unread))
