"""Who may. When is the transition tables' business."""

from collections.abc import Collection
from functools import reduce
from itertools import product
from operator import or_
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet

from competency.accounts.models import User
from competency.audit.services import Actor
from competency.foundation.errors import NotAllowed
from competency.programs.circumstances import Conflict, Placement
from competency.programs.models import Membership, Program
from competency.programs.roles import AREAS, Permission, Role, roles_granting

Person = User | AnonymousUser


def granting(permission: Permission) -> Q:
    """Memberships that grant `permission`: an auditor's where it is among their areas."""
    roles = roles_granting(permission)
    if Role.AUDITOR not in roles or permission not in AREAS:
        return Q(role__in=roles)
    others = Q(role__in=roles - {Role.AUDITOR})
    return others | Q(role=Role.AUDITOR, areas__contains=[AREAS[permission]])


def memberships_where(person: Person, *permissions: Permission) -> QuerySet[Membership]:
    """What `person` holds today that grants one of these, be it for one cohort alone."""
    if not isinstance(person, User) or not person.is_active:
        return Membership.objects.none()
    any_of = reduce(or_, map(granting, permissions))
    return Membership.objects.current().of(person).filter(any_of)


def programs_where(person: Person, permission: Permission) -> QuerySet[Program]:
    """Programs in which `person` holds, today, a role that grants `permission` in all of it."""
    held = memberships_where(person, permission)
    if permission in AREAS:
        held = held.filter(cohort=None)
    return Program.objects.filter(pk__in=held.values("program"))


def in_reach(person: Person, permission: Permission, cohort: str) -> Q:
    """Rows of a program, or of the one cohort, that a role of `person` opens.

    `cohort` is the path from a row to its cohort; empty where the rows are cohorts.
    """
    one = memberships_where(person, permission).filter(cohort__program=F("program"))
    to_program = f"{cohort}__program__in" if cohort else "program__in"
    return Q(**{to_program: programs_where(person, permission)}) | Q(
        **{f"{cohort or 'pk'}__in": one.values("cohort")}
    )


def has_permission(person: Person, permission: Permission, program_id: UUID) -> bool:
    return programs_where(person, permission).filter(pk=program_id).exists()


def check_permission(person: Person, permission: Permission, program_id: UUID) -> None:
    """Raises NotAllowed, in words, unless `person` has `permission` in this program."""
    if not has_permission(person, permission, program_id):
        label = Permission(permission).value.replace(".", ": ")
        raise NotAllowed(f"Your roles in this program do not include “{label}”.")


def check_runs(by: Actor, program_id: UUID, *, role: str = "") -> None:
    """Staff set programs up from the command line (`by=None`); people need the permission.

    Whoever runs the site may let an auditor in as well, and out.
    """
    if role == Role.AUDITOR and by is not None and by.is_staff and by.is_active:
        return
    if by is not None and not by.is_superuser:
        check_permission(by, Permission.PROGRAM_RUN, program_id)


def holds_role(person: Person, role: Role, program_id: UUID) -> bool:
    if not isinstance(person, User) or not person.is_active:
        return False
    held = Membership.objects.current().of(person).filter(role=role, program=program_id)
    return bool(held.exists())


def people_who_may(permission: Permission, program_id: UUID) -> set[UUID]:
    """Everyone with an account in force who holds, today, a role that grants `permission`."""
    held = Membership.objects.current().filter(
        granting(permission), program=program_id, cohort=None, person__is_active=True
    )
    return set(held.values_list("person_id", flat=True))


def people_conflicted_with(trainee_id: UUID, program_id: UUID) -> set[UUID]:
    """Everyone who must not judge this trainee: self, own supervisors past or present, declared.

    A supervisor who once had the trainee, in this program or another, stays excluded: knowing
    the person is what blinding cannot undo.
    """
    supervisors = Placement.objects.filter(enrolment__trainee=trainee_id).values_list(
        "supervisor_id", flat=True
    )
    declared = Conflict.objects.standing().filter(program=program_id)
    named = declared.filter(person=trainee_id).values_list("other_id", flat=True)
    naming = declared.filter(other=trainee_id).values_list("person_id", flat=True)
    return {trainee_id, *supervisors.order_by().union(named.order_by(), naming.order_by())}


def trainees_tied_to(person: User, program_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """`people_conflicted_with` seen from one person: (trainee, program) whom they must not judge.

    The same number of queries for one trainee as for thousands.
    """
    placed = Placement.objects.filter(supervisor=person).values_list(
        "enrolment__trainee_id", flat=True
    )
    tied = {person.pk, *placed}
    declared = Conflict.objects.standing().filter(program__in=program_ids)
    naming = declared.filter(person=person).values_list("other_id", "program_id")
    named = declared.filter(other=person).values_list("person_id", "program_id")
    return {*naming, *named, *product(tied, program_ids)}
