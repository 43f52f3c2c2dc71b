"""Codes, dates and words of a certificate. Pure."""

import calendar
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, U
CODE_LENGTH = 12
WHAT_IT_SAYS = "knows how / shows how"


def make_code(choose: Callable[[str], str]) -> str:
    """A code nobody can guess (about 59 bits), grouped for reading aloud.

    >>> make_code(lambda alphabet: alphabet[0])
    '2222-2222-2222'
    """
    drawn = "".join(choose(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(drawn[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def tidy_code(typed: str) -> str:
    """The code as we store it, from however a person typed it.

    >>> tidy_code(" 2a3b 4c5d-6e7f ")
    '2A3B-4C5D-6E7F'
    """
    plain = "".join(character for character in typed.upper() if character.isalnum())
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def months_after(start: datetime, months: int) -> datetime:
    """The same day so many months on, or the month's last day.

    >>> months_after(datetime(2026, 8, 31), 6)
    datetime.datetime(2027, 2, 28, 0, 0)
    """
    years, month_index = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month_index + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return start.replace(year=year, month=month, day=day)


def register_number(program_code: str, year: int, serial: int) -> str:
    """
    >>> register_number("cascade", 2026, 7)
    'CASCADE-2026-00007'
    """
    return f"{program_code.upper()}-{year}-{serial:05d}"


def compose_particulars(dossier: Mapping[str, Any], award: Mapping[str, Any]) -> dict[str, Any]:
    """What the certificate says, from the frozen dossier and the register row alone."""
    return {
        **award,
        "holder": dossier["trainee"]["name"],
        "program": dossier["program"],
        "issuer": dossier["issuer"],
        "assessment": dossier["assessment"],
        "scope_profile": dossier["scope_profile"],
        "framework": dossier["framework"],
        "rubric": dossier["rubric"],
        "competencies": dossier["competencies"],
        "composite": dossier["composite"],
        "standard": {key: dossier["standard"][key] for key in ("code", "version", "cut", "pilot")},
        "sitting_mode": dossier["attempt"]["sitting_mode"],
        "vignettes": [row["vignette"] for row in dossier["submissions"]],
        "reviews_per_vignette": dossier["standard"]["required_reviews"],
        "says": WHAT_IT_SAYS,
        "says_not": (
            "It is not a license to practice, and it does not describe work with real clients."
        ),
    }
