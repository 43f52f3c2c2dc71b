"""What a view asks of whoever comes: stated on the view, enforced in one place, enumerable.

A policy decides who comes in at all. Which rows they then find is the queryset's business, so
that an object of another program is not forbidden but absent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from competency.accounts.models import User
from competency.programs.policies import Person, memberships_where
from competency.programs.roles import Permission, Role, roles_granting


@dataclass(frozen=True)
class Policy:
    """Open to anyone, to whoever has signed in, to whoever holds one of `permissions`, to the
    people who run the site, or to both of these."""

    anonymous: bool = False
    staff: bool = False
    permissions: frozenset[Permission] = frozenset()

    def admits(self, person: Person) -> bool:
        if self.anonymous:
            return True
        if not isinstance(person, User) or not person.is_active:
            return False
        if self.staff and (person.is_staff or not self.permissions):
            return person.is_staff
        return not self.permissions or memberships_where(person, *self.permissions).exists()

    @property
    def roles(self) -> frozenset[str]:
        """The roles that it lets in; every role where it only asks for a signature."""
        if not self.permissions:
            return frozenset() if self.staff else frozenset(Role.values)
        return frozenset().union(*map(roles_granting, self.permissions))

    def __str__(self) -> str:
        if self.anonymous:
            return "open to all"
        named = [*sorted(self.permissions), *(["staff"] if self.staff else [])]
        return " or ".join(named) or "signed in"


open_to_all = Policy(anonymous=True)
signed_in = Policy()
staff_only = Policy(staff=True)


def requires(*permissions: Permission, or_staff: bool = False) -> Policy:
    """Any one of these permissions, in any program."""
    if not permissions:
        raise ValueError("name at least one permission")
    return Policy(staff=or_staff, permissions=frozenset(permissions))


Policies = Policy | Mapping[str, Policy]


def policy_of(view: object, method: str) -> Policy | None:
    """The policy that a view states for a method; None where it states none: closed."""
    stated: Policies | None = getattr(view, "policy", None)
    if stated is None or isinstance(stated, Policy):
        return stated
    return stated.get("GET" if method == "HEAD" else method)
