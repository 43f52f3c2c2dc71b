"""What a backup says of itself, and what it asks of those who restore it. Pure."""

import hmac
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """What stood in the database at the moment of the backup. `heads` ends each audit chain."""

    made_at: str
    version: str
    server: int
    dumped_by: int
    migrations: list[str]
    rows: dict[str, int]
    heads: list[dict[str, Any]]
    sealing_key: str
    bytes: int
    sha256: str
    format: int = FORMAT


def as_json(manifest: Manifest) -> str:
    return json.dumps(asdict(manifest), indent=2) + "\n"


def from_json(text: bytes) -> Manifest:
    """Raises ValueError, in words, for anything but a manifest of ours."""
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    if not isinstance(content, Mapping) or "format" not in content:
        raise ValueError("is not a manifest of a backup.")
    if content["format"] != FORMAT:
        raise ValueError(f"has format {content['format']}; this version reads format {FORMAT}.")
    names = {field.name for field in fields(Manifest)}
    if missing := names - content.keys():
        raise ValueError(f"says nothing of {', '.join(sorted(missing))}.")
    return Manifest(**{name: content[name] for name in names})


def major(printed: str) -> int | None:
    """The major version that a program of PostgreSQL prints.

    >>> major("pg_dump (PostgreSQL) 18.4 (Debian 18.4-1)"), major("usage: …")
    (18, None)
    """
    found = re.search(r"\(PostgreSQL\) (\d+)", printed)
    return int(found[1]) if found else None


def best_program(found: Mapping[str, int], at_least: int) -> str | None:
    """The program to use, of paths with their major versions.

    The oldest that is not too old: a newer one may ask the server for what it does not know.
    """
    fit = [(version, path) for path, version in found.items() if version >= at_least]
    return min(fit, key=lambda one: one[0])[1] if fit else None


def key_check(sealing_key: str) -> str:
    """Tells whether it is the same SEALING_KEY, and nothing about the key."""
    return hmac.digest(sealing_key.encode(), b"credence backup", "sha256").hex()[:16]


def unknown_migrations(manifest: Manifest, known: Collection[str]) -> list[str]:
    """Migrations of the backup that this code does not have."""
    return [name for name in manifest.migrations if name not in known]


def differences(manifest: Manifest, rows: Mapping[str, int]) -> Iterator[str]:
    """Tables that do not hold what the backup says they held."""
    for table in sorted({*manifest.rows, *rows}):
        expected, now = manifest.rows.get(table), rows.get(table)
        if expected != now:
            yield f"{table}: {_counted(expected)} in the backup, {_counted(now)} restored"


def _counted(rows: int | None) -> str:
    return "no such table" if rows is None else f"{rows:,} rows"
