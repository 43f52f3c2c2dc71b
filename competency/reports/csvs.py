"""CSV: UTF-8 with its mark, RFC 4180, guarded cells."""

from collections.abc import Iterable, Iterator

from competency.reports.tables import Lines, Table
from competency.sheets.csvs import BOM, LINE_END


def chunks(table: Table) -> Iterator[bytes]:
    """The file, some rows at a time; each chunk ends with a row."""
    yield from chunks_of(table.names, table.lines())


def chunks_of(names: list[str], rows: Iterable[Lines]) -> Iterator[bytes]:
    yield BOM + ",".join(names).encode() + LINE_END
    for lines in rows:
        yield b"".join(lines).replace(b"\n", LINE_END)
