"""What a report is written from: columns, and rows that stream by as lines of CSV."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from competency.reports import streams
from competency.reports.columns import ALL, Column, values_of
from competency.sheets.cells import bare

Lines = list[bytes]


@dataclass(frozen=True)
class Table:
    """`lines` begins anew at each call: some rows at a time, each a line of CSV and a line feed.

    `notes` are words and numbers for the manifest, known once the rows have gone by.
    """

    columns: tuple[Column, ...]
    lines: Callable[[], Iterator[Lines]]
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def dictionary(self) -> list[Mapping[str, str]]:
        """What travels with every report: each column with its kind and its words."""
        return [
            {"name": c.name, "kind": c.kind.value, "description": c.words} for c in self.columns
        ]

    def objects(self, lines: Lines) -> list[dict[str, Any]]:
        """Rows as JSON has them."""
        return [
            {
                column.name: values_of(column, bare(cell))
                for column, cell in zip(self.columns, cells, strict=True)
            }
            for cells in cells_of(lines)
        ]


def cells_of(lines: Lines) -> list[list[str]]:
    """Rows as cells, guarded as they stand in the file."""
    return list(csv.reader(b"".join(lines).decode().splitlines()))


def credentials(choice: streams.Choice) -> Table:
    return Table(ALL, lambda: streams.batches(choice))
