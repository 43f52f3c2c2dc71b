"""A program's roster as a table that can be imported again, without changing anything."""

import io
from collections.abc import Iterator

from django.db.models import Prefetch

from competency.programs.circumstances import Placement
from competency.programs.models import Enrolment, Membership, Program
from competency.programs.roles import Role
from competency.rosters.rules import FIELDS
from competency.sheets.books import Sheet, write_book
from competency.sheets.csvs import write_csv


def exported(program: Program, kind: str) -> bytes:
    """`kind` is “csv” or “xlsx”."""
    if kind == "csv":
        return write_csv([FIELDS, *_rows(program)])
    content = io.BytesIO()
    write_book(content, [Sheet("Roster", FIELDS, _rows(program))])
    return content.getvalue()


def _rows(program: Program) -> Iterator[tuple[str, ...]]:
    """Trainees with a place, then everybody else by role; an auditor’s access is no roster’s."""
    placed = Placement.objects.filter(ends_on=None).select_related("supervisor")
    places = Enrolment.objects.held().filter(cohort__program=program, trainee__is_active=True)
    places = places.select_related("trainee", "cohort").prefetch_related(
        Prefetch("placements", placed.order_by("supervisor__email"), to_attr="supervised")
    )
    for place in places.order_by("cohort__name", "trainee_number"):
        supervised: list[Placement] = place.supervised
        yield (
            place.trainee.email,
            place.trainee.name,
            Role.TRAINEE.value,
            place.cohort.name,
            place.trainee_number,
            "; ".join(row.supervisor.email for row in supervised),
        )
    others = Membership.objects.current().filter(program=program, person__is_active=True)
    others = others.exclude(role__in=(Role.TRAINEE, Role.AUDITOR)).select_related("person")
    for row in others.order_by("role", "person__email"):
        yield (row.person.email, row.person.name, row.role, "", "", "")
