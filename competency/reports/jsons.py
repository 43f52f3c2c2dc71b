"""JSON as a schema of its contents has it, in `schemas`: about the report, columns, rows."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from competency.reports.states import Contents
from competency.reports.tables import Table

NAMES: Mapping[str, str] = {
    Contents.CREDENTIALS: "credential-report",
    Contents.RESEARCH: "research-export",
}


def schema_file(contents: str) -> str:
    return f"{NAMES[contents]}-1.schema.json"


def chunks(table: Table, about: Mapping[str, Any]) -> Iterator[bytes]:
    head = {"schema": f"{NAMES[about['contents']]}/1", **about, "columns": table.dictionary()}
    yield _dumped(head)[:-1] + b',"rows":['
    between = b"\n"
    for lines in table.lines():
        yield between + b",\n".join(map(_dumped, table.objects(lines)))
        between = b",\n"
    yield b"\n]}\n"


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
