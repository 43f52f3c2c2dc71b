"""The roles a reader holds today, read once per request, and the program they chose to work in."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from competency.accounts.models import User
from competency.programs.models import Membership, Program
from competency.programs.roles import Permission

CHOSEN = "program"  # in the session: the key of the program, absent for all of them
Rows = TypeVar("Rows", bound=QuerySet[Any, Any])


class Held(list[Membership]):
    """Current memberships with their programs, by program name."""

    def roles(self) -> set[str]:
        return {membership.role for membership in self}

    def grants(self) -> set[Permission]:
        return {permission for membership in self for permission in membership.grants}

    def programs(self, roles: Collection[str] = ()) -> list[Program]:
        """The programs in which one of `roles` is held; all of them when none is named."""
        wanted: Iterable[Membership] = (m for m in self if not roles or m.role in roles)
        found: dict[UUID, Program] = {m.program_id: m.program for m in wanted}
        return list(found.values())

    @property
    def several(self) -> bool:
        """Whether a row must name its program to be understood."""
        return len({membership.program_id for membership in self}) > 1


def held_by(request: HttpRequest) -> Held:
    """What the reader holds in the program they chose, or in all where they chose none."""
    held, chosen = all_held_by(request), chosen_program(request)
    return Held(row for row in held if chosen is None or row.program_id == chosen.pk)


def chosen_program(request: HttpRequest) -> Program | None:
    """The program the reader works in at the moment; a choice ends with the last role in it."""
    session: Any = getattr(request, "session", {})
    wanted = session.get(CHOSEN)
    programs = all_held_by(request).programs() if wanted else []
    return next((each for each in programs if str(each.pk) == wanted), None)


def within(request: HttpRequest, rows: Rows, path: str) -> Rows:
    """Only rows of the chosen program, which `path` leads to; all rows where none is chosen."""
    chosen = chosen_program(request)
    return rows if chosen is None else rows.filter(**{path: chosen.pk})


def runs_here(request: HttpRequest, program_id: UUID) -> bool:
    """Whether the reader runs this program; read from the roles that were read already."""
    return Permission.PROGRAM_RUN in grants_here(request, program_id)


def grants_here(request: HttpRequest, program_id: UUID) -> set[Permission]:
    """What the reader's roles in this program let them do, from the roles that were read."""
    return Held(row for row in all_held_by(request) if row.program_id == program_id).grants()


def all_held_by(request: HttpRequest) -> Held:
    """What the reader holds, wherever; nothing for somebody without an account."""
    found: Held | None = getattr(request, "memberships", None)
    if found is None:
        user = getattr(request, "user", None)
        rows = _rows(user) if user is not None and user.is_authenticated else ()
        found = Held(rows)
        request.memberships = found  # type: ignore[attr-defined]
    return found


def _rows(user: User) -> Iterable[Membership]:
    current = Membership.objects.current().of(user).select_related("program", "cohort")
    rows: Iterable[Membership] = current.order_by("program__name", "role")
    return rows
