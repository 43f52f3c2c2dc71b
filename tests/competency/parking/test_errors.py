"""What a failure said is kept, whatever it quotes."""

from uuid import uuid4

from competency.parking.services import LONGEST_ERROR, note_mishap


def test_an_error_that_quotes_what_cannot_be_stored_is_noted_all_the_same(db):
    mishap = note_mishap("submission", uuid4(), "ValueError: “a\x00b” and “\ud800”")
    mishap.refresh_from_db()
    assert mishap.error == r"ValueError: “a\x00b” and “\ud800”"


def test_of_a_long_error_the_end_is_kept(db):
    mishap = note_mishap("submission", uuid4(), "x" * LONGEST_ERROR + "the cause")
    assert len(mishap.error) == LONGEST_ERROR
    assert mishap.error.endswith("the cause")
