"""Evidence as people type it."""

import pytest

from assessments.desk.notation import Cited, NotationError, read_evidence, write_evidence
from assessments.desk.response import Sentence

SENTENCES = [
    Sentence(1, "first", 0, 7, "I stay.", ()),
    Sentence(2, "first", 8, 15, "I wait.", ()),
    Sentence(3, "last", 0, 4, "Yes.", ()),
]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", []),
        ("2", [Cited("first", 8, 15)]),
        ("S3, 1", [Cited("last", 0, 4), Cited("first", 0, 7)]),
        ("1 2", [Cited("first", 0, 7), Cited("first", 8, 15)]),
        ("1-3", [Cited("first", 0, 15), Cited("last", 0, 4)]),
        ("first:2-6; 3", [Cited("first", 2, 6), Cited("last", 0, 4)]),
        ("2, 2", [Cited("first", 8, 15)]),
        ("1، 3", [Cited("first", 0, 7), Cited("last", 0, 4)]),
    ],
)
def test_evidence_is_read(typed, expected):
    assert read_evidence(typed, SENTENCES) == expected


@pytest.mark.parametrize("typed", ["4", "0", "3-1", "two", "first:a-b"])
def test_evidence_that_cannot_be_read_says_which_part(typed):
    with pytest.raises(NotationError) as refused:
        read_evidence(f"1, {typed}", SENTENCES)
    assert typed in str(refused.value)


def test_whole_sentences_are_written_by_number():
    passages = [Cited("last", 0, 4), Cited("first", 2, 6)]
    written = write_evidence(passages, SENTENCES)
    assert written == "3, first:2-6"
    assert read_evidence(written, SENTENCES) == passages
