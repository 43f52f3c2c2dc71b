"""What goes with a report: what it is, how it is written, its hash, and the issuer's signature.

A manifest is JSON in canonical form (sorted keys, no spare white space); its last word is
`signature`, a detached JWS over the same form without it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from django.utils import timezone

from competency.certificates.published import Published
from competency.credentials.detached import DoesNotHold, sign_detached, signer_of
from competency.credentials.services import active_key, identity_of
from competency.credentials.verification import Documents
from competency.foundation.hashing import canonical_json
from competency.reports.jsons import schema_file
from competency.reports.models import Report
from competency.reports.naming import about, file_name
from competency.reports.states import Format
from competency.reports.tables import Table

SCHEMA = "credential-report-manifest/1"
LARGEST = 200_000  # bytes
AT_ONCE = 1 << 20
WRITTEN: Mapping[str, Mapping[str, str]] = {
    Format.CSV: {
        "encoding": "UTF-8 with byte order mark",
        "line_ends": "CR LF",
        "separator": "comma; cells are quoted by RFC 4180",
    },
    Format.XLSX: {"encoding": "Office Open XML; every cell is text"},
    Format.JSON: {"encoding": "UTF-8"},  # and the schema of its contents
    Format.PDF: {"encoding": "PDF/A-2a and PDF/UA-1"},
    Format.CLR: {
        "encoding": "ZIP of a transcript for each trainee and index.csv",
        "transcripts": "CLR 2.0 in JSON, UTF-8; each carries the issuer's proof, and so does each "
        "credential in it",
        "json_schema": "clr-transcript-1.schema.json",
        "index": "index.csv, UTF-8 with byte order mark, CR LF, comma; its columns are below",
    },
}
COMMON = {
    "times": "UTC, ISO 8601",
    "decimals": "decimal point, no grouping; written as text",
    "lists": "entries apart by a semicolon and a space",
    "formulas": "an apostrophe stands before whatever a spreadsheet could take for a formula "
    "(in CSV and XLSX)",
}


def compose(report: Report, table: Table, *, rows: int, size: int, sha256: str) -> bytes:
    """The signed manifest of a file."""
    key = active_key(identity_of(report.program.issuer))
    manifest = {
        "schema": SCHEMA,
        "report": str(report.pk),
        "file": {"name": file_name(report), "bytes": size, "sha256": sha256},
        "rows": rows,
        **about(report),
        "asked_by": {"id": str(report.asked_by_id), "name": report.asked_by.name},
        "made_at": timezone.now().isoformat(),
        "written": _written(report),
        "columns": table.dictionary(),
        "notes": table.notes,
        "issuer": {"name": report.program.issuer.name, "did": key.identity.did},
    }
    signature = sign_detached(key, canonical_json(manifest))
    return canonical_json({**manifest, "signature": signature})


def _written(report: Report) -> dict[str, str]:
    by = {"json_schema": schema_file(report.contents)} if report.format == Format.JSON else {}
    return {**COMMON, **WRITTEN[report.format], **by}


@dataclass(frozen=True)
class Checked:
    """What a check of a manifest found, in words; `manifest` where it could be read."""

    lines: tuple[tuple[bool, str], ...]
    manifest: Mapping[str, Any] | None = None

    @property
    def holds(self) -> bool:
        return all(passed for passed, _words in self.lines)


def looks_like_one(content: bytes) -> bool:
    return SCHEMA.encode() in content[:LARGEST] and content.lstrip()[:1] == b"{"


def check(
    content: bytes, file: IO[bytes] | None = None, documents: Documents | None = None
) -> Checked:
    """Whether a manifest is genuine, and the file the one that it speaks of. Never raises."""
    try:
        manifest = _read(content)
    except ValueError as error:
        return Checked(((False, f"This is no manifest of a report: {error}."),))
    unsigned = {name: value for name, value in manifest.items() if name != "signature"}
    try:
        did = signer_of(
            manifest.get("signature"), canonical_json(unsigned), documents or Published()
        )
    except DoesNotHold as error:
        return Checked(((False, f"The manifest does not hold: {error}."),), manifest)
    if did != manifest["issuer"]["did"]:
        words = "The manifest does not hold: another issuer signed it."
        return Checked(((False, words),), manifest)
    lines = [(True, f"The manifest is signed by {manifest['issuer']['name']}, and unchanged.")]
    if file is not None:
        lines.append(_compared(manifest, file))
    return Checked(tuple(lines), manifest)


def _read(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST:
        raise ValueError("it is too long")
    try:
        manifest = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not JSON") from error
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise ValueError("it says that it is something else")
    file, issuer = manifest.get("file"), manifest.get("issuer")
    for part, members in ((file, ("name", "sha256")), (issuer, ("name", "did"))):
        if not isinstance(part, dict) or not all(isinstance(part.get(m), str) for m in members):
            raise ValueError("it does not name its file and its issuer")
    return manifest


def _compared(manifest: Mapping[str, Any], file: IO[bytes]) -> tuple[bool, str]:
    digest = hashlib.sha256()
    while chunk := file.read(AT_ONCE):
        digest.update(chunk)
    if digest.hexdigest() == manifest["file"]["sha256"]:
        return True, "The file is byte for byte the one that the manifest speaks of."
    return False, "The file is not the one that the manifest speaks of, or it was changed."
