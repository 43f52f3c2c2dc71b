"""What is printed, for names of any script and length, and nothing that was not issued."""

import io
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from competency.renderings.drawing import NoFont, draw
from competency.renderings.words import words_of
from tests.competency.renderings.conftest import PARTICULARS

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
URL = "https://credence.example/v/2A3B-4C5D-6E7F"
CREDENTIAL = '{"name":"Ünïcode 王"}'.encode()
LONG = "Maria Wilhelmina Konstantina Elisabeth von Hohenlohe-Langenburg " * 3
PDFTOTEXT, PDFDETACH = shutil.which("pdftotext") or "", shutil.which("pdfdetach") or ""
with_poppler = pytest.mark.skipif(not PDFTOTEXT, reason="poppler-utils is not installed here")


def drawn(paper: str = "a4", **changes: Any) -> bytes:
    return draw(words_of(PARTICULARS | changes, URL, "cd" * 32), CREDENTIAL, paper, AT)


def text_of(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(pdf)
    shown = subprocess.run([PDFTOTEXT, path, "-"], capture_output=True, check=True)
    return " ".join(shown.stdout.decode().split())


def test_the_same_input_gives_the_same_bytes_and_any_other_gives_others() -> None:
    first = drawn()
    assert drawn() == first
    assert drawn("us-letter") != first
    assert drawn(holder="Somebody Else") != first


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
@pytest.mark.parametrize(
    "holder",
    [
        "Nguyễn Thị Ngọc Ánh",
        "Ελένη Παπαδοπούλου",
        "Дмитрий Соколенко",
        "فاطمة الزهراء بنت عبد الرحمن",
        "יעל בן־דוד",
        "श्रीमती प्रियंका चतुर्वेदी",
        "欧阳玥 髙橋 さくら 김민준",
        LONG,
    ],
)
def test_a_name_of_any_of_these_scripts_stands_on_two_pages(holder: str, paper: str) -> None:
    pdf = drawn(paper, holder=holder)
    root = PdfFileReader(io.BytesIO(pdf)).root
    metadata = root["/Metadata"].data
    assert root["/Pages"]["/Count"] == 2
    for declared in (b"<pdfaid:part>3<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<"):
        assert declared in metadata


@pytest.mark.parametrize(
    ("holder", "scripts"), [("สมชาย ใจดี", ["Thai"]), ("ა ስ", ["Ethiopic", "Georgian"])]
)
def test_a_script_without_a_font_is_named_and_nothing_is_drawn(
    holder: str, scripts: list[str]
) -> None:
    with pytest.raises(NoFont) as missing:
        drawn(holder=holder)
    assert missing.value.scripts == scripts


@with_poppler
def test_it_says_who_what_until_when_how_and_what_not(tmp_path: Path) -> None:
    said = text_of(drawn(), tmp_path)
    for shown in (
        "This certifies that Amira Okafor has met the standard in Foundational helping skills",
        "knows how / shows how",
        "22 November 2029",
        "2A3B-4C5D-6E7F",
        URL,
        "What it does not say It is not a license to practice",
        "Partial 3.00",  # 2.9999 has not reached level 3, whatever it is rounded to
        "Safe and complete 3.25",
        "cd" * 32,
    ):
        assert shown in said
    assert "pilot" not in said.lower()


@with_poppler
def test_a_pilot_says_so_on_its_face(tmp_path: Path) -> None:
    said = text_of(drawn(pilot=True), tmp_path)
    assert "A pilot, not a real certificate." in said
    assert "This certifies" not in said


@with_poppler
def test_the_attachment_is_the_credential_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(drawn())
    command = [PDFDETACH, "-save", "1", "-o", tmp_path / "out.json", path]
    subprocess.run(command, check=True, capture_output=True)
    assert (tmp_path / "out.json").read_bytes() == CREDENTIAL
