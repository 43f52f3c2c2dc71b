"""No cell of a report is ever a formula, with whatever separator a file is read."""

import csv
import io
import re

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from competency.reports.columns import Column, Kind
from competency.reports.triggers import cells_of
from competency.sheets.cells import bare, guard

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\u2212"
UNSEEN = " \t\r\n\u00a0\u200b\u3000\ufeff\u00ad"
awkward = st.text(st.sampled_from(SIGNS + UNSEEN + "';,\"aé1|"), max_size=12)
words = st.one_of(awkward, st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12))


def begins_a_formula(cell: str) -> bool:
    return re.sub(r"^[\s\u200b-\u200f\u00ad\ufeff]+", "", cell)[:1] in tuple(SIGNS)


@given(words)
def test_no_cell_begins_a_formula_whatever_parts_the_cells(text: str) -> None:
    for separator in (None, ";", ",", "\t"):
        parts = guard(text).split(separator) if separator else [guard(text)]
        assert not any(begins_a_formula(part) for part in parts)


@given(words)
def test_what_was_guarded_is_had_back(text: str) -> None:
    plain = re.sub(r"[\u0000-\u001f\u007f-\u009f\u2028\u2029]+", " ", text)
    assert bare(guard(text)) == plain


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t=", "\r=", "\uff1d", "\ufeff=", "a;=", "a, -"]
)
def test_dangerous_beginnings(start: str) -> None:
    assert "'" in guard(f"{start}1+1")


@pytest.mark.parametrize("text", ["", "Ada", "’t Hart", "'t Hart", "C1 3.0 ± 0.2; C3 1.0", "a-b"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert guard(text) == text


def test_the_database_guards_and_quotes_as_python_does(db: None) -> None:
    texts = [
        *(f"{unseen}{sign}1" for sign in SIGNS for unseen in ("", *UNSEEN, "a;", "a, ", "''")),
        *('a "b", c', "x\ny", "'t Hart", "Zoë\u2028", "", "\\.", "a\\b;c", "\x85=1", "\x07="),
    ]
    sql = cells_of((Column("a", Kind.TEXT, "", "given.said"),))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT said, {sql.replace('given (value', 'taken (value')}"  # noqa: S608
            " FROM unnest(%s::text[]) AS given (said)",
            [texts],
        )
        found = cursor.fetchall()
    assert len(found) == len(texts)
    for said, line in found:
        [[cell]] = list(csv.reader(io.StringIO(line))) if line else [[""]]
        assert cell == guard(said)
        assert not set(line) & set("\n\r\t\x01\x02")
