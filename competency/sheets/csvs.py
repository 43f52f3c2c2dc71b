"""Tables as CSV: read within bounds, written so that no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from competency.sheets.cells import bare, guard
from competency.sheets.faults import Line, Unreadable
from competency.sheets.limits import CELL, COLUMNS, ROWS

BOM = "\ufeff".encode()  # without it, spreadsheets read UTF-8 as something else
LINE_END = b"\r\n"
SEPARATORS = (",", ";", "\t")


def read_csv(content: bytes) -> list[Line]:
    """The lines of a file, blank ones left out. Raises Unreadable."""
    text = decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    lines: list[Line] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append(Line(reader.line_num, tuple(bare(cell[: CELL + 2]) for cell in cells)))
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


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([map(guard, row) for row in rows])
    return BOM + text.getvalue().encode()


def line_of(cells: Iterable[str]) -> bytes:
    """Words as a line, guarded, with a bare line feed: one of those that stream by."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(map(guard, cells))
    return out.getvalue().encode()
