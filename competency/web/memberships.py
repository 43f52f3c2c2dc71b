"""The roles a reader holds today, read once per request."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.http import HttpRequest

from competency.accounts.models import User
from competency.programs.models import Membership, Program
from competency.programs.roles import GRANTS, Permission


class Held(list[Membership]):
    """Current memberships with their programs, by program name."""

    def roles(self) -> set[str]:
        return {membership.role for membership in self}

    def grants(self) -> set[Permission]:
        return {permission for role in self.roles() for permission in GRANTS[role]}

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
    """What the reader holds; nothing for somebody without an account."""
    found: Held | None = getattr(request, "memberships", None)
    if found is None:
        user = getattr(request, "user", None)
        rows = _rows(user) if user is not None and user.is_authenticated else ()
        found = Held(rows)
        request.memberships = found  # type: ignore[attr-defined]
    return found


def _rows(user: User) -> Iterable[Membership]:
    current = Membership.objects.current().of(user).select_related("program")
    rows: Iterable[Membership] = current.order_by("program__name", "role")
    return rows
