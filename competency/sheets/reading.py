"""The first sheet of an XLSX file, read with what Python brings along.

Only what a table needs: text, numbers, rows and columns. A formula is not computed; a cell that
holds one says so. Documents with a DTD are refused, and with them every trick of entities.
"""

from typing import Any
from xml.parsers import expat

from competency.sheets.archives import Archive
from competency.sheets.cells import FORMULA
from competency.sheets.faults import Line, Unreadable
from competency.sheets.limits import CELL, COLUMNS, ROWS

BOOK, STRINGS = "xl/workbook.xml", "xl/sharedStrings.xml"
LINKS = "xl/_rels/workbook.xml.rels"
NOT_XLSX = "The file is not an XLSX workbook. Save it as XLSX or as CSV and try again."


def read_xlsx(archive: Archive) -> list[Line]:
    """The rows of the first sheet, blank ones left out. Raises Unreadable."""
    strings = _Strings()
    if STRINGS in archive:
        _parse(archive.read(STRINGS), strings)
    sheet = _Sheet(strings.texts)
    _parse(archive.read(_first_sheet(archive)), sheet)
    return sheet.lines


def _first_sheet(archive: Archive) -> str:
    book, links = _Attributes("sheet"), _Attributes("Relationship")
    _parse(archive.read(BOOK), book)
    _parse(archive.read(LINKS), links)
    if not book.found:
        raise Unreadable("The workbook has no sheet.")
    wanted = next((v for k, v in book.found[0].items() if k.endswith(":id") or k == "id"), "")
    for link in links.found:
        if link.get("Id") == wanted:
            target = link.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise Unreadable(NOT_XLSX)


class _Handler:
    """What is noted while a document is read."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, data: str) -> None: ...


def _parse(content: bytes, handler: _Handler) -> None:
    parser: Any = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, at: handler.start(name.rpartition(":")[2], at)
    parser.EndElementHandler = lambda name: handler.end(name.rpartition(":")[2])
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse_dtd
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Unreadable(NOT_XLSX) from error


def _refuse_dtd(*_given: Any) -> None:
    raise Unreadable(NOT_XLSX)


class _Attributes(_Handler):
    """The attributes of every element of one name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[dict[str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self.name:
            self.found.append(attributes)


class _Strings(_Handler):
    """The shared strings, without the readings that East Asian texts may carry."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._open = self._aside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self.texts.append("")
        self._aside = self._aside or name == "rPh"
        self._open = name == "t" and not self._aside

    def end(self, name: str) -> None:
        self._open = False
        if name == "rPh":
            self._aside = False

    def text(self, data: str) -> None:
        if self._open and self.texts and len(self.texts[-1]) <= CELL:
            self.texts[-1] += data[: CELL + 2]


class _Sheet(_Handler):
    def __init__(self, strings: list[str]) -> None:
        self.lines: list[Line] = []
        self._strings = strings
        self._row, self._cells = 0, {}  # type: int, dict[int, str]
        self._column, self._kind, self._value = 0, "", ""
        self._open = self._formula = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._row = _whole(attributes.get("r", ""), self._row + 1)
            self._cells, self._column = {}, -1
        elif name == "c":
            self._column = _column(attributes.get("r", ""), self._column + 1)
            if self._column >= COLUMNS:
                raise Unreadable(f"Line {self._row} has more than {COLUMNS} columns.")
            self._kind, self._value, self._formula = attributes.get("t", "n"), "", False
        elif name == "f":
            self._formula = True
        self._open = name in ("v", "t")

    def end(self, name: str) -> None:
        self._open = False
        if name == "c":
            self._cells[self._column] = FORMULA if self._formula else self._shown()
        elif name == "row":
            self._close_row()

    def text(self, data: str) -> None:
        if self._open and len(self._value) <= CELL:
            self._value += data[: CELL + 2]

    def _shown(self) -> str:
        if self._kind == "s":
            place = _whole(self._value, -1)
            return self._strings[place] if 0 <= place < len(self._strings) else ""
        return _number(self._value) if self._kind == "n" else self._value

    def _close_row(self) -> None:
        if any(cell.strip() for cell in self._cells.values()):
            width = max(self._cells) + 1
            cells = tuple(self._cells.get(column, "") for column in range(width))
            self.lines.append(Line(self._row, cells))
        if len(self.lines) > ROWS + 1:
            raise Unreadable(f"The file has more than {ROWS:,} rows. Import it in parts.")


def _whole(text: str, otherwise: int) -> int:
    short = text.strip()
    return int(short) if short.isascii() and short.isdigit() and len(short) < 9 else otherwise


def _column(reference: str, otherwise: int) -> int:
    """The column of a cell such as `B7`, counted from 0.

    >>> _column("B7", 9), _column("", 9)
    (1, 9)
    """
    letters = reference.rstrip("0123456789").upper()
    if not (1 <= len(letters) <= 3 and letters.isascii() and letters.isalpha()):
        return otherwise
    place = 0
    for each in letters:
        place = place * 26 + ord(each) - ord("A") + 1
    return place - 1


def _number(text: str) -> str:
    """A number as it reads: 1001, not 1001.0.

    >>> _number("1001.0"), _number("1.5"), _number("x")
    ('1001', '1.5', 'x')
    """
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else text
