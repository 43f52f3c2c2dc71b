"""OneRoster 1.2 in its CSV binding: users, roles, classes and enrollments become roster rows.

A student in a class is a trainee in a cohort of its title; a teacher is a supervisor. What else a
package may hold (orgs, courses, sessions, results) says nothing about who is where.
"""

from collections.abc import Iterator, Mapping

from competency.rosters.rules import Row
from competency.sheets.archives import Archive
from competency.sheets.csvs import read_csv
from competency.sheets.faults import Unreadable, letter

MANIFEST = "manifest.csv"
NEEDED = ("users.csv", "enrollments.csv", "classes.csv")
ROLES = {"student": "trainee", "teacher": "supervisor"}
NOT_IMPORTED = ("administrator", "proctor", "aide")
Record = tuple[int, Mapping[str, str], Mapping[str, str]]  # line, cells and columns by name


def read_oneroster(archive: Archive) -> list[Row]:
    """A row per enrollment. Raises Unreadable where the package is not whole."""
    _check_manifest(archive)
    users, classes = (_by_id(archive, name) for name in ("users.csv", "classes.csv"))
    return [
        _row(record, users, classes)
        for record in _records(archive, "enrollments.csv")
        if record[1].get("role", "").strip() not in NOT_IMPORTED
    ]


def _check_manifest(archive: Archive) -> None:
    missing = [name for name in NEEDED if name not in archive]
    if missing:
        raise Unreadable(f"The package lacks {', '.join(missing)}.")
    if MANIFEST not in archive:
        raise Unreadable("The package lacks manifest.csv, which says what it is.")
    stated = {
        record.get("propertyName", ""): record.get("value", "").strip()
        for _, record, _ in _records(archive, MANIFEST)
    }
    version = stated.get("oneroster.version", "")
    if version and version != "1.2":
        raise Unreadable(f"The package is OneRoster {version[:20]}; 1.2 is read here.")
    if any(stated.get(f"file.{name[:-4]}") == "delta" for name in NEEDED):
        raise Unreadable("The package holds changes only. Export it in bulk and try again.")


def _by_id(archive: Archive, name: str) -> dict[str, Mapping[str, str]]:
    return {record.get("sourcedId", ""): record for _, record, _ in _records(archive, name)}


def _records(archive: Archive, name: str) -> Iterator[Record]:
    try:
        lines = read_csv(archive.read(name))
    except Unreadable as error:
        raise Unreadable(f"{name}: {error.message}") from error
    if not lines:
        raise Unreadable(f"{name} is empty.")
    names = [cell.strip() for cell in lines[0].cells]
    columns = {each: letter(place) for place, each in enumerate(names)}
    for line in lines[1:]:
        yield line.number, dict(zip(names, line.cells, strict=False)), columns


def _row(
    record: Record,
    users: Mapping[str, Mapping[str, str]],
    classes: Mapping[str, Mapping[str, str]],
) -> Row:
    number, cells, columns = record
    user = users.get(cells.get("userSourcedId", ""))
    group = classes.get(cells.get("classSourcedId", ""))
    role = cells.get("role", "").strip()
    trainee = role == "student"
    faults = []
    if user is None:
        faults.append(("email", "This userSourcedId is not in users.csv."))
    if trainee and group is None:
        faults.append(("cohort", "This classSourcedId is not in classes.csv."))
    if (cells.get("status") or "active").strip() == "tobedeleted":
        faults.append(("email", "Somebody who leaves is withdrawn on their page, not by a file."))
    values = {"role": ROLES.get(role, role), **_of_user(user or {}, trainee)}
    if trainee:
        values["cohort"] = (group or {}).get("title", "")
    at = {
        "email": columns.get("userSourcedId", ""),
        "cohort": columns.get("classSourcedId", ""),
        "role": columns.get("role", ""),
    }
    return Row(f"enrollments.csv {number}", values, at, tuple(faults))


def _of_user(user: Mapping[str, str], trainee: bool) -> dict[str, str]:
    names = (user.get(part, "") for part in ("givenName", "middleName", "familyName"))
    known = {
        "email": user.get("email", ""),
        "name": " ".join(filter(None, map(str.strip, names))),
    }
    if trainee:
        number = user.get("identifier", "").strip() or user.get("username", "").strip()
        known["trainee_number"] = number or user.get("sourcedId", "")
    return known
