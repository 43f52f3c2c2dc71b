"""Tables as CSV: read within bounds, written so that no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from competency.rosters.faults import Line, Unreadable
from competency.rosters.limits import CELL, COLUMNS, ROWS

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SEPARATORS = (",", ";", "\t")


def read_csv(content: bytes) -> list[Line]:
    """The lines of a file, blank ones left out. Raises Unreadable."""
    text = decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    lines: list[Line] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append(Line(reader.line_num, tuple(map(plain, cells))))
            if len(lines) > ROWS + 1:
                raise Unreadable(f"The file has more than {ROWS:,} rows. Import it in parts.")
            if len(cells) > COLUMNS:
                raise Unreadable(f"Line {reader.line_num} has more than {COLUMNS} columns.")
    except csv.Error as error:
        message = f"Line {reader.line_num} is not CSV: {error}. Check its quotation marks."
        raise Unreadable(message) from error
    return lines


def decoded(content: bytes) -> str:
    """Text from UTF-8, with a byte order mark or without. Raises Unreadable."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(
            f"The file is not in UTF-8 (line {line}). Save it as “CSV UTF-8” and try again."
        ) from error
    if "\0" in text:
        raise Unreadable("The file is not in UTF-8. Save it as “CSV UTF-8” and try again.")
    return text


def _separator(text: str) -> str:
    """What the head of the table uses most: spreadsheets of some countries write semicolons."""
    head = text.partition("\n")[0]
    return max(SEPARATORS, key=head.count)


def plain(cell: str) -> str:
    """A cell as it was meant: cut where it is far too long, without the guard of `guarded`.

    >>> plain("'=1+1"), plain("'tis")
    ('=1+1', "'tis")
    """
    cell = cell[: CELL + 2]
    bare = cell.lstrip("'")
    return cell[1:] if cell != bare and bare.startswith(FORMULA_STARTS) else cell


def guarded(cell: str) -> str:
    """Text that no spreadsheet takes for a formula, and that `plain` gives back.

    >>> guarded("=1+1"), plain(guarded("'-1"))
    ("'=1+1", "'-1")
    """
    return f"'{cell}" if cell.lstrip("'").startswith(FORMULA_STARTS) else cell


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """In UTF-8 with a byte order mark, which spreadsheets need to see that it is."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([map(guarded, row) for row in rows])
    return text.getvalue().encode("utf-8-sig")
