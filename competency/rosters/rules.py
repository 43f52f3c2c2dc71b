"""What a roster's rows ask for, and what that changes. Pure: what is held comes in as data."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from competency.sheets.cells import FORMULA

FIELDS = ("email", "name", "role", "cohort", "trainee_number", "supervisors")
ALIASES = {
    "e_mail": "email",
    "mail": "email",
    "email_address": "email",
    "e_mail_address": "email",
    "full_name": "name",
    "number": "trainee_number",
    "student_number": "trainee_number",
    "class": "cohort",
    "group": "cohort",
    "supervisor": "supervisors",
}
LONGEST = {"email": 200, "name": 200, "role": 20, "cohort": 120, "trainee_number": 40,
           "supervisors": 500}  # fmt: skip
TRAINEE, SUPERVISOR = "trainee", "supervisor"
ROLES = (TRAINEE, SUPERVISOR, "author", "director", "certifier")
ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
NEW, CHANGED, UNCHANGED, ERROR = "new", "changed", "unchanged", "error"


@dataclass(frozen=True)
class Row:
    """One row: where it stands, its values and their columns by field, what was wrong at once."""

    line: str
    values: Mapping[str, str]
    columns: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        return " ".join(self.values.get(name, "").split())

    @property
    def email(self) -> str:
        return self.get("email").lower()

    @property
    def role(self) -> str:
        return self.get("role").lower() or TRAINEE

    @property
    def supervisors(self) -> list[str]:
        given = (each.strip().lower() for each in re.split(r"[;,]", self.get("supervisors")))
        return list(dict.fromkeys(filter(None, given)))


@dataclass(frozen=True)
class Place:
    """A place in a cohort: the trainee's number and the addresses of their supervisors."""

    number: str
    supervisors: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Person:
    """Somebody with an account. `claimed`: the account is in somebody's hands, and so its name."""

    name: str
    claimed: bool = True
    active: bool = True
    roles: frozenset[str] = frozenset()
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class Held:
    """What is there: accounts by address, cohorts by name with whether they are open, and who has
    which number in which cohort."""

    people: Mapping[str, Person]
    cohorts: Mapping[str, bool]
    numbers: Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Fault:
    """What is wrong, in which field and which column of the file."""

    field: str
    column: str
    message: str


@dataclass(frozen=True)
class Step:
    """One thing to do: account, rename, role, enrol, transfer, renumber or supervise."""

    act: str
    before: str
    after: str


@dataclass(frozen=True)
class Outcome:
    """What a row comes to."""

    row: Row
    kind: str
    steps: tuple[Step, ...] = ()
    faults: tuple[Fault, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Plan:
    outcomes: tuple[Outcome, ...]
    cohorts: tuple[str, ...]  # to be opened

    def count(self, kind: str) -> int:
        return sum(outcome.kind == kind for outcome in self.outcomes)

    @property
    def summary(self) -> dict[str, int]:
        return {kind: self.count(kind) for kind in (NEW, CHANGED, UNCHANGED, ERROR)}

    def as_data(self) -> list[Any]:
        """What it would do, for a hash that tells whether it is still the same."""
        return [
            list(self.cohorts),
            [
                [outcome.row.line, outcome.row.email, outcome.kind]
                + [[step.act, step.before, step.after] for step in outcome.steps]
                for outcome in self.outcomes
            ],
        ]


def header(cells: Sequence[str]) -> tuple[dict[int, str], list[str]]:
    """Fields by the place of their column, and the names of columns that are not read.

    >>> header(["E-mail", "Name", "Shoe size"])
    ({0: 'email', 1: 'name'}, ['Shoe size'])
    """
    fields: dict[int, str] = {}
    unread: list[str] = []
    for place, cell in enumerate(cells):
        name = re.sub(r"[\s\-]+", "_", cell.strip().lower())
        name = ALIASES.get(name, name)
        if name in FIELDS and name not in fields.values():
            fields[place] = name
        elif cell.strip():
            unread.append(cell.strip()[:40])
    return fields, unread


def plan(rows: Sequence[Row], held: Held) -> Plan:
    """What the rows would change, row by row; rows at fault change nothing."""
    file = _File(rows)
    faults = [[*_shape(row), *_sense(row, held, file)] for row in rows]
    outcomes = [
        _at_fault(row, found) if found else _outcome(row, held, file)
        for row, found in zip(rows, faults, strict=True)
    ]
    asked = {
        row.get("cohort")
        for row, found in zip(rows, faults, strict=True)
        if not found and row.role == TRAINEE
    }
    return Plan(tuple(outcomes), tuple(sorted(asked - set(held.cohorts))))


class _File:
    """What a row must know of the others."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.first: dict[tuple[str, str, str], Row] = {}
        self.numbers: dict[tuple[str, str], Row] = {}
        self.names: dict[str, str] = {}
        self.supervisors: set[str] = set()
        self.cohorts: dict[str, set[str]] = {}
        for row in rows:
            self.first.setdefault(key_of(row), row)
            self.names.setdefault(row.email, row.get("name"))
            if row.role == TRAINEE:
                self.cohorts.setdefault(row.email, set()).add(row.get("cohort"))
                self.numbers.setdefault((row.get("cohort"), row.get("trainee_number")), row)
            elif row.role == SUPERVISOR:
                self.supervisors.add(row.email)


def key_of(row: Row) -> tuple[str, str, str]:
    """What must not stand twice: a trainee in a cohort, anybody else in a role."""
    return (row.email, row.role, row.get("cohort") if row.role == TRAINEE else "")


def _fault(row: Row, name: str, message: str) -> Fault:
    return Fault(name, row.columns.get(name, ""), message)


def _shape(row: Row) -> Iterator[Fault]:
    """What can be seen from the row alone."""
    for name, message in row.faults:
        yield _fault(row, name, message)
    for name in FIELDS:
        value = row.values.get(name, "")
        if value == FORMULA:
            yield _fault(row, name, "This cell holds a formula. Write the value itself.")
        elif len(value) > LONGEST[name]:
            yield _fault(row, name, f"This is longer than {LONGEST[name]} characters.")
        elif any(_unfit(character) for character in value):
            yield _fault(row, name, "This contains a character that cannot be stored.")
    if not row.faults and not ADDRESS.fullmatch(row.email):
        yield _fault(row, "email", "Give an e-mail address.")
    if row.role not in ROLES:
        yield _fault(row, "role", f"A role is one of: {', '.join(ROLES)}.")
    yield from _of_trainee(row) if row.role == TRAINEE else _of_others(row)


def _unfit(character: str) -> bool:
    """Controls, lone surrogates, marks that turn words, and what is no character."""
    code = ord(character)
    return (
        (code < 32 and character not in "\t\n\r")
        or 127 <= code < 160
        or 0xD800 <= code < 0xE000
        or 0xFDD0 <= code <= 0xFDEF
        or code & 0xFFFF in (0xFFFE, 0xFFFF)
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
    )


def _of_trainee(row: Row) -> Iterator[Fault]:
    if not row.faults and not _seen(row.get("cohort")):
        yield _fault(row, "cohort", "A trainee is in a cohort: say in which.")
    if not row.faults and not _seen(row.get("trainee_number")):
        yield _fault(row, "trainee_number", "A trainee has a number: give it.")


def _of_others(row: Row) -> Iterator[Fault]:
    for name in ("cohort", "trainee_number", "supervisors"):
        if row.get(name):
            yield _fault(row, name, "Only a trainee has this; leave it empty.")


def _seen(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _sense(row: Row, held: Held, file: _File) -> Iterator[Fault]:
    """What can be seen from the other rows, and from what is held."""
    first = file.first[key_of(row)]
    if first is not row:
        yield _fault(row, "email", f"This stands in line {first.line} already.")
    person = held.people.get(row.email)
    if row.faults:
        return
    if person is None and not _seen(row.get("name")):
        yield _fault(row, "name", "Somebody new needs a name.")
    elif person is None and row.get("name") != file.names[row.email]:
        yield _fault(row, "name", "Another line gives another name for this address.")
    elif person is not None and not person.active:
        yield _fault(row, "email", "The account with this address is closed.")
    if row.role == TRAINEE:
        yield from _sense_of_place(row, held, file)
        yield from _sense_of_supervisors(row, held, file)


def _sense_of_place(row: Row, held: Held, file: _File) -> Iterator[Fault]:
    cohort, number = row.get("cohort"), row.get("trainee_number")
    person = held.people.get(row.email)
    if not held.cohorts.get(cohort, True) and not (person and cohort in person.places):
        yield _fault(row, "cohort", "This cohort is closed; nobody comes into it.")
    rival = file.numbers[cohort, number]
    if rival.email != row.email:
        message = f"Line {rival.line} has this number in this cohort."
        yield _fault(row, "trainee_number", message)
    elif held.numbers.get((cohort, number), row.email) != row.email:
        yield _fault(row, "trainee_number", "Somebody else in this cohort has this number.")
    left, entered = _moves(row, person, file)
    if cohort in entered and left and len(left) + len(entered) > 2:
        message = "Who moves between several cohorts is moved on their page."
        yield _fault(row, "cohort", message)


def _moves(row: Row, person: Person | None, file: _File) -> tuple[list[str], list[str]]:
    """Cohorts that the file does not name any more for somebody, and those it names anew."""
    named, places = file.cohorts[row.email], person.places if person else {}
    return [name for name in places if name not in named], sorted(named - set(places))


def _sense_of_supervisors(row: Row, held: Held, file: _File) -> Iterator[Fault]:
    for email in row.supervisors:
        person = held.people.get(email)
        if email == row.email:
            yield _fault(row, "supervisors", "Nobody supervises themselves.")
        elif email not in file.supervisors and not (person and SUPERVISOR in person.roles):
            message = f"{email[:80]} is not a supervisor of this program."
            yield _fault(row, "supervisors", message)


def _at_fault(row: Row, faults: Iterable[Fault]) -> Outcome:
    return Outcome(row, ERROR, faults=tuple(dict.fromkeys(faults)))


def _outcome(row: Row, held: Held, file: _File) -> Outcome:
    person = held.people.get(row.email)
    steps = [*_steps_of_account(row, person)]
    if row.role == TRAINEE:
        steps += _steps_of_place(row, person, _moves(row, person, file)[0])
    if not steps:
        return Outcome(row, UNCHANGED, note=_note(row, person))
    known = person is not None and bool(person.roles)
    return Outcome(row, CHANGED if known else NEW, tuple(steps), note=_note(row, person))


def _note(row: Row, person: Person | None) -> str:
    given = row.get("name")
    if person is None or not person.roles or not person.claimed or given in ("", person.name):
        return ""
    return "The name stays as the person gave it."


def _steps_of_account(row: Row, person: Person | None) -> Iterator[Step]:
    name = row.get("name")
    if person is None:
        yield Step("account", "", name)
    elif not person.claimed and person.roles and name and name != person.name:
        yield Step("rename", person.name, name)
    if person is None or row.role not in person.roles:
        yield Step("role", "", row.role)


def _steps_of_place(row: Row, person: Person | None, left: Sequence[str]) -> Iterator[Step]:
    places = person.places if person else {}
    cohort, number = row.get("cohort"), row.get("trainee_number")
    there = places.get(cohort)
    if there is None:
        yield Step("transfer", left[0], cohort) if left else Step("enrol", "", cohort)
    elif there.number != number:
        yield Step("renumber", there.number, number)
    came_from = places[left[0]] if left else Place("")
    supervised = (there or came_from).supervisors
    for email in row.supervisors:
        if email not in supervised:
            yield Step("supervise", "", email)
