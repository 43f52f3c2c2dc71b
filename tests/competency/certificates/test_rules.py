"""Codes, dates and words of a certificate."""

import secrets
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency.certificates.rules import (
    CODE_ALPHABET,
    compose_particulars,
    make_code,
    months_after,
    register_number,
    tidy_code,
)


def test_a_code_has_three_groups_of_letters_that_cannot_be_mistaken():
    code = make_code(secrets.choice)
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert set(code) <= {*CODE_ALPHABET, "-"}
    assert not set(CODE_ALPHABET) & set("01OILU")
    assert len(set(CODE_ALPHABET)) == len(CODE_ALPHABET)


def test_every_character_of_a_code_is_drawn():
    drawn = iter("ABCDEFGHJKMN")
    assert make_code(lambda alphabet: next(drawn)) == "ABCD-EFGH-JKMN"


@pytest.mark.parametrize(
    "typed",
    ["2A3B-4C5D-6E7F", "2a3b4c5d6e7f", " 2a3b 4c5d 6e7f ", "2A3B—4C5D—6E7F", "2a3b.4c5d/6e7f\n"],
)
def test_a_code_is_known_however_it_is_typed(typed):
    assert tidy_code(typed) == "2A3B-4C5D-6E7F"


@given(st.text(st.sampled_from(CODE_ALPHABET), min_size=12, max_size=12))
def test_tidying_a_code_changes_nothing_about_it(drawn):
    letters = iter(drawn)
    code = make_code(lambda alphabet: next(letters))
    assert tidy_code(code) == code == tidy_code(code.lower())


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ((2026, 1, 15), 1, (2026, 2, 15)),
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2028, 1, 31), 1, (2028, 2, 29)),
        ((2028, 2, 29), 12, (2029, 2, 28)),
        ((2026, 12, 31), 24, (2028, 12, 31)),
        ((2026, 11, 30), 3, (2027, 2, 28)),
        ((2026, 12, 1), 0, (2026, 12, 1)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(start, months, end):
    moment = datetime(*start, 9, 30, tzinfo=UTC)
    assert months_after(moment, months) == datetime(*end, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("serial", "number"),
    [(1, "MESA-2026-00001"), (99_999, "MESA-2026-99999"), (100_000, "MESA-2026-100000")],
)
def test_register_numbers_are_padded_and_never_cut(serial, number):
    assert register_number("mesa", 2026, serial) == number


def dossier() -> dict:
    return {
        "trainee": {"id": "secret-id", "name": "Ana Öz", "number": "T-1"},
        "program": {"code": "mesa"},
        "issuer": {"name": "The Issuer"},
        "assessment": {"code": "CORE"},
        "scope_profile": {"version": "P/1"},
        "framework": {"version": "F/1"},
        "rubric": {"version": "R/1"},
        "competencies": [{"code": "C1", "level": "3.0000"}],
        "composite": {"level": "3.0000"},
        "standard": {
            "code": "S",
            "version": 1,
            "cut": "2.8",
            "pilot": True,
            "required_reviews": 2,
            "keyed_cut": "0.5",
        },
        "attempt": {"sitting_mode": "unsupervised", "accommodation": True},
        "submissions": [{"vignette": "V1/1"}, {"vignette": "V2/1"}],
        "judged_by": ["somebody"],
    }


def test_a_certificate_says_what_the_dossier_and_the_register_say():
    said = compose_particulars(dossier(), {"number": "MESA-2026-00001", "code": "2222-2222-2222"})
    assert said["number"] == "MESA-2026-00001"
    assert said["holder"] == "Ana Öz"
    assert said["standard"] == {"code": "S", "version": 1, "cut": "2.8", "pilot": True}
    assert said["vignettes"] == ["V1/1", "V2/1"]
    assert said["reviews_per_vignette"] == 2
    assert "not a license" in said["says_not"]


def test_a_certificate_tells_neither_accommodation_nor_reviewers_nor_internal_ids():
    said = repr(compose_particulars(dossier(), {"number": "MESA-2026-00001"}))
    assert not [word for word in ("accommodation", "somebody", "secret-id", "T-1") if word in said]
