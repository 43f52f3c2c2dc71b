"""A report with all that goes with it in one ZIP, made as it is sent: nothing of it is stored."""

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import IO, cast

from competency.reports.making import content_of, table_of
from competency.reports.models import Report
from competency.reports.naming import choice_of, file_name

EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a ZIP can tell; the same bytes at any hour


class _Outbox(io.RawIOBase):
    """A file that gives away what was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: bytes, /) -> int:  # type: ignore[override]
        self._written.append(bytes(content))
        return len(content)

    def taken(self) -> bytes:
        written, self._written = self._written, []
        return b"".join(written)


def package_of(report: Report) -> Iterator[bytes]:
    """The file as it is, `manifest.json` with its signature, and the data dictionary as CSV."""
    out = _Outbox()
    with zipfile.ZipFile(cast(IO[bytes], out), "w") as package:
        files = {
            file_name(report): content_of(report),
            "manifest.json": iter([bytes(report.manifest or b"")]),
            "data-dictionary.csv": iter([dictionary_of(report)]),
        }
        for name, content in files.items():
            with package.open(zipfile.ZipInfo(name, EARLIEST), "w", force_zip64=True) as entry:
                for chunk in content:
                    entry.write(chunk)
                    yield out.taken()
    yield out.taken()


def dictionary_of(report: Report) -> bytes:
    text = io.StringIO()
    table = table_of(report, choice_of(report))
    writer = csv.DictWriter(text, ["name", "kind", "description"])
    writer.writeheader()
    writer.writerows(table.dictionary())
    return text.getvalue().encode("utf-8-sig")
