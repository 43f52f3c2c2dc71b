"""What a manifest says, which program is taken, and what differs after a restore."""

import json
from dataclasses import asdict, replace

import pytest

from competency.backups.rules import (
    Manifest,
    as_json,
    best_program,
    differences,
    from_json,
    key_check,
    major,
    unknown_migrations,
)

MANIFEST = Manifest(
    made_at="2026-03-01T09:30:00+00:00",
    version="0.1.0",
    server=18,
    dumped_by=18,
    migrations=["competency.0001_initial", "sessions.0001_initial"],
    rows={"competency_user": 2, "competency_program": 1},
    heads=[{"program": None, "seal": 3, "hash": "a" * 64}],
    sealing_key="0011223344556677",
    bytes=1_000,
    sha256="b" * 64,
)


def test_a_manifest_is_read_as_it_was_written():
    assert from_json(as_json(MANIFEST).encode()) == MANIFEST


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"\xff\xfe", "is not a manifest of a backup"),
        (b"not json", "is not a manifest of a backup"),
        (b"[]", "is not a manifest of a backup"),
        (b"{}", "is not a manifest of a backup"),
        (json.dumps(asdict(MANIFEST) | {"format": 9}).encode(), "has format 9; .* format 1"),
        (b'{"format": 1, "rows": {}}', "says nothing of bytes, dumped_by, heads, "),
    ],
    ids=["bytes", "words", "list", "nothing", "later", "half"],
)
def test_anything_else_is_refused_in_words(text, words):
    with pytest.raises(ValueError, match=words):
        from_json(text)


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("pg_dump (PostgreSQL) 18.4", 18),
        ("pg_restore (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15),
        ("pg_dump (PostgreSQL) 19devel", 19),
        ("usage: pg_dump", None),
        ("", None),
    ],
)
def test_the_version_is_read_from_what_a_program_prints(printed, version):
    assert major(printed) == version


@pytest.mark.parametrize(
    ("at_least", "chosen"), [(14, "/15"), (15, "/15"), (16, "/17"), (18, "/18"), (19, None)]
)
def test_the_oldest_program_is_taken_that_is_not_too_old(at_least, chosen):
    assert best_program({"/18": 18, "/15": 15, "/17": 17}, at_least) == chosen


def test_the_key_check_tells_keys_apart_and_does_not_hold_them():
    key = "aW5zZWN1cmUtZGV2ZWxvcG1lbnQtc2VhbGluZy1rZXk="
    assert key_check(key) == key_check(key)
    assert key_check(key) != key_check(key.lower())
    assert len(key_check(key)) == 16
    assert key_check(key) not in key


def test_migrations_that_the_code_lacks_are_named():
    assert unknown_migrations(MANIFEST, {"competency.0001_initial"}) == ["sessions.0001_initial"]
    assert unknown_migrations(MANIFEST, MANIFEST.migrations) == []


def test_what_differs_is_counted_by_table():
    rows = {"competency_user": 2_000, "competency_case": 1}
    assert list(differences(MANIFEST, MANIFEST.rows)) == []
    assert list(differences(replace(MANIFEST, rows=MANIFEST.rows), rows)) == [
        "competency_case: no such table in the backup, 1 rows restored",
        "competency_program: 1 rows in the backup, no such table restored",
        "competency_user: 2 rows in the backup, 2,000 rows restored",
    ]
