"""Draw a certificate with Typst: PDF/A-3a and PDF/UA-1, the same bytes for the same input."""

import io
import json
import re
import threading
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst

from competency.certificates.seal import seal_svg

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
STANDARDS: Any = ["a-3a", "ua-1"]
ATTACHMENT = "credential.json"
PINE, INK = "#0b5553", "#16292c"
UNSHOWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)

_one_at_a_time = threading.Lock()  # a compiler remembers its last input


class NoFont(Exception):
    """The words use scripts for which no font is at hand; `scripts` names them."""

    def __init__(self, scripts: list[str]) -> None:
        super().__init__(", ".join(scripts))
        self.scripts = scripts


@cache
def _compiler() -> typst.Compiler:
    """Fonts are read once: with them a page takes a tenth of the time."""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
    return typst.Compiler(str(HERE / "certificate.typ"), root=str(HERE), font_paths=fonts)


def draw(words: Mapping[str, Any], credential: bytes, paper: str, at: datetime) -> bytes:
    """The PDF with the credential attached, before its seal. NoFont where a script has no font."""
    inputs = {
        "words": json.dumps(words, sort_keys=True),
        "credential": credential.decode(),
        "seal": _seal(words["code"]),
        "qr": _qr(words["url"]),
        "paper": paper,
    }
    try:
        with _one_at_a_time:
            drawn = _compiler().compile(
                sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=int(at.timestamp())
            )
    except typst.TypstError as error:
        unshown = UNSHOWN.findall(error.diagnostic)
        if not unshown:
            raise
        raise NoFont(sorted({script_of(last_of(text)) for text in unshown})) from error
    assert isinstance(drawn, bytes)  # noqa: S101 - one document makes one file
    return drawn


def last_of(quoted: str) -> str:
    r"""The last character of a text as Typst quotes it.

    >>> last_of("a\\u{e31}") == "\u0e31"
    True
    """
    escaped = re.search(r"\\u\{([0-9a-f]+)\}$", quoted)
    return chr(int(escaped[1], 16)) if escaped else quoted[-1]


def script_of(character: str) -> str:
    """The script of a letter as Unicode names it, and the letter's number for what has no name.

    >>> script_of("ส"), script_of("𓀀")
    ('Thai', 'Egyptian')
    """
    name = unicodedata.name(character, "")
    return name.split()[0].capitalize() if name else f"U+{ord(character):04X}"


def _qr(url: str) -> str:
    drawn = io.BytesIO()
    code = segno.make(url, error="m", micro=False)
    code.save(drawn, kind="svg", border=0, dark=INK, xmldecl=False)
    return drawn.getvalue().decode()


def _seal(code: str) -> str:
    """The seal of the public page, with its colors written into it."""
    colored = (
        seal_svg(code)
        .replace('class="hub"', 'fill="#fff" stroke-width="8"')
        .replace('class="eye"', 'stroke-width="1.9"')
        .replace('class="both"', f'fill="{PINE}" stroke="none"')
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2000 2000" fill="none" '
        f'stroke="{PINE}" stroke-width="5">{colored}</svg>'
    )
