"""JSON as `schemas/credential-report-1.schema.json` has it: about the report, columns, rows."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from competency.reports.tables import Table

SCHEMA = "credential-report/1"


def chunks(table: Table, about: Mapping[str, Any]) -> Iterator[bytes]:
    head = {"schema": SCHEMA, **about, "columns": table.dictionary()}
    yield _dumped(head)[:-1] + b',"rows":['
    between = b"\n"
    for lines in table.lines():
        yield between + b",\n".join(map(_dumped, table.objects(lines)))
        between = b",\n"
    yield b"\n]}\n"


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
