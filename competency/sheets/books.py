"""XLSX, written row by row: every cell is text and formatted as text, so that none is a formula.

Nothing in it depends on the hour at which it is written: the same rows make the same bytes.
"""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO
from xml.sax.saxutils import escape, quoteattr

LONGEST_CELL = 32_767  # characters; readers refuse more
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGED = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Style 1 is text, so that a cell stays text when somebody edits it; 2 is the same in bold.
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/>'
    '</font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="1"><fill>'
    '<patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>'
    '<xf numFmtId="49" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>'
)
BEGIN, END = '<c s="{}" t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
APART = "\x1f"  # in no cell


@dataclass(frozen=True)
class Sheet:
    """A sheet by name: the first row, and those below it, which may stream by."""

    title: str
    names: Sequence[str]
    rows: Iterable[Sequence[str]]


def write_book(out: IO[bytes], sheets: Sequence[Sheet], *, level: int = 6) -> None:
    """`out` must be able to go back: the sizes are told at the beginning."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as package:
        for name, text in _frame([sheet.title for sheet in sheets]).items():
            _put(package, name, [text])
        for number, sheet in enumerate(sheets, start=1):
            _put(package, f"xl/worksheets/sheet{number}.xml", _written(sheet.names, sheet.rows))


def _put(package: zipfile.ZipFile, name: str, texts: Iterable[str]) -> None:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    with package.open(info, "w") as file:
        for text in texts:
            file.write(text.encode())


def _written(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    yield (
        f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}'
        '</sheetView></sheetViews><cols><col min="1" max="'
        f'{len(names)}" width="24" style="1" customWidth="1"/></cols><sheetData>'
    )
    yield _row(names, 2)
    for row in rows:
        yield _row(row, 1)
    yield "</sheetData></worksheet>"


def _row(cells: Sequence[str], style: int) -> str:
    begin = BEGIN.format(style)
    inside = escape(APART.join(cell[:LONGEST_CELL] for cell in cells))
    return f"<row>{begin}{inside.replace(APART, END + begin)}{END}</row>"


def _frame(titles: Sequence[str]) -> dict[str, str]:
    """Everything of the package but the sheets."""
    numbers = range(1, len(titles) + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for n in numbers
    )
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, titles, strict=True)
    )
    leads = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATED}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    relations = f'{XML}<Relationships xmlns="{PACKAGED}/relationships">'
    return {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGED}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>{parts}'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/></Types>',
        "_rels/.rels": f'{relations}<Relationship Id="rId1" Type="{RELATED}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELATED}">'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{relations}{leads}<Relationship Id="rId9" '
        f'Type="{RELATED}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
    }
