"""The de-identified export: pseudonyms of this export alone, no free text, quarters for dates,
and no row by which fewer than five people could be told apart.

The rule: rows are grouped by assessment, attempt, sitting mode and the quarter of the hand-in. A
group with fewer than `FEWEST` trainees is left out; the manifest says how many rows that were.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from django.conf import settings

from competency.reports.columns import ALL, BETWEEN, Column, Kind
from competency.reports.streams import Choice, batches
from competency.reports.tables import Lines, Table, cells_of
from competency.sheets.cells import bare
from competency.sheets.csvs import line_of

FEWEST = 5
TAKEN = (  # as they stand in the credential report: codes and numbers
    *("assessment", "framework", "rubric", "scope_profile", "standard", "pilot", "attempt"),
    *("round", "sitting_mode", "levels", "composite", "composite_standard_error"),
    *("keyed_section", "cut", "reviews_per_vignette", "reviewers", "agreement_exact"),
    *("agreement_adjacent", "outcome", "reasons", "decision_status", "certificate_status"),
)
PLACES = {column.name: place for place, column in enumerate(ALL)}
PSEUDONYM = Column("pseudonym", Kind.TEXT, "The same for one person within this export only.", "")
QUARTER = Column("quarter", Kind.TEXT, "Quarter of the year in which the work was handed in.", "")
CONFIRMED = Column("harm_confirmed", Kind.WHOLE, "Harm flags that people confirmed.", "")
COLUMNS = (PSEUDONYM, QUARTER, CONFIRMED, *(ALL[PLACES[name]] for name in TAKEN))

Cell = tuple[str, ...]


def research(choice: Choice, export: UUID) -> Table:
    """`export` makes the pseudonyms: those of another export cannot be joined to them."""
    by_trainee = replace(choice, with_trainee=True)
    notes = {"fewest_in_a_group": FEWEST, "rows_left_out": 0}

    def lines() -> Iterator[Lines]:
        small, notes["rows_left_out"] = _small(by_trainee), 0
        for rows in _rows(by_trainee):
            kept = [row for row in rows if _group(row) not in small]
            notes["rows_left_out"] += len(rows) - len(kept)
            if kept:
                yield [line_of(_told(row, export)) for row in kept]

    return Table(COLUMNS, lines, notes)


def _rows(choice: Choice) -> Iterator[list[list[str]]]:
    """The trainee's key, then the cells of the credential report."""
    for lines in batches(choice):
        yield cells_of(lines)


def _small(choice: Choice) -> set[Cell]:
    """Groups of too few people. No more than `FEWEST` keys are kept of any."""
    people: dict[Cell, set[str]] = {}
    for rows in _rows(choice):
        for row in rows:
            known = people.setdefault(_group(row), set())
            if len(known) < FEWEST:
                known.add(row[0])
    return {group for group, known in people.items() if len(known) < FEWEST}


def _group(row: list[str]) -> Cell:
    return (
        *(_cell(row, name) for name in ("assessment", "attempt", "sitting_mode")),
        _quarter(row),
    )


def _cell(row: list[str], name: str) -> str:
    return bare(row[PLACES[name] + 1])


def _quarter(row: list[str]) -> str:
    day = _cell(row, "handed_in_at")
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}" if day else ""


def _told(row: list[str], export: UUID) -> list[str]:
    flags = _cell(row, "harm_flags").split(BETWEEN)
    confirmed = sum(flag.endswith(": confirmed") for flag in flags)
    taken = [_cell(row, name) for name in TAKEN]
    return [_pseudonym(row[0], export), _quarter(row), str(confirmed), *taken]


def _pseudonym(trainee: str, export: UUID) -> str:
    key = f"{settings.SECRET_KEY}:research:{export}".encode()
    return hmac.new(key, trainee.encode(), hashlib.sha256).hexdigest()[:16]
