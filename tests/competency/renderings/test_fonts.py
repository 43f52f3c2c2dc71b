"""The fonts are the files that the manifest names, and all that a certificate is drawn with."""

import hashlib
import json
from typing import Any

import pytest

from competency.renderings.drawing import FONTS, _compiler, script_of

MANIFEST = json.loads((FONTS / "manifest.json").read_text())
MOST_BYTES = 5_000_000


def digest(name: str) -> str:
    return hashlib.sha256((FONTS / name).read_bytes()).hexdigest()


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_a_font_is_the_file_that_the_manifest_names(entry: dict[str, Any]) -> None:
    assert digest(entry["file"]) == entry["sha256"]
    assert digest(entry["licence_file"]) == entry["licence_sha256"]
    assert (FONTS / entry["licence_file"]).read_text().startswith(entry["notice"])
    assert {"package", "version", "source", "source_sha256", "licence"} <= entry.keys()


def test_no_font_lies_there_unnamed_and_all_are_small_enough_to_carry() -> None:
    files = [path for path in FONTS.iterdir() if path.suffix in (".ttf", ".otf")]
    assert {path.name for path in files} == {entry["file"] for entry in MANIFEST}
    assert sum(path.stat().st_size for path in files) < MOST_BYTES


def test_the_layout_asks_for_no_other_font() -> None:
    source = (FONTS.parent / "certificate.typ").read_text()
    for entry in MANIFEST:
        assert f'"{entry["family"]}"' in source
    assert _compiler() is _compiler()


@pytest.mark.parametrize(
    ("letter", "script"), [("ส", "Thai"), ("ა", "Georgian"), ("\ue000", "U+E000")]
)
def test_a_script_has_the_name_that_unicode_gives_it(letter: str, script: str) -> None:
    assert script_of(letter) == script
