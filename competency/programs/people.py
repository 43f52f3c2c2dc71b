"""Who belongs to the programs that somebody runs."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from competency.accounts.models import User
from competency.programs.circumstances import Accommodation, Conflict, Placement
from competency.programs.models import Cohort, Enrolment, EnrolmentQuerySet, Membership, Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission, Role


def run_by(person: User) -> QuerySet[Program]:
    return programs_where(person, Permission.PROGRAM_RUN).order_by("name")


def people_of(programs: QuerySet[Program]) -> QuerySet[User]:
    """Everyone who holds or held a role in one of these, once."""
    return User.objects.filter(
        pk__in=Membership.objects.filter(program__in=programs).values("person")
    )


def cohorts_of(programs: QuerySet[Program]) -> QuerySet[Cohort]:
    return Cohort.objects.filter(program__in=programs).select_related("program")


def places_of(programs: QuerySet[Program]) -> EnrolmentQuerySet:
    rows = Enrolment.objects.filter(cohort__program__in=programs)
    return rows.select_related("cohort__program", "trainee")


def own_places(person: User) -> QuerySet[Enrolment]:
    """A trainee's own places that are not over."""
    rows = Enrolment.objects.held().filter(trainee=person)
    return rows.select_related("cohort__program", "trainee")


def roles_in(programs: QuerySet[Program]) -> QuerySet[Membership]:
    """Roles of today and of the past."""
    return Membership.objects.filter(program__in=programs).select_related("program", "person")


def conflicts_in(programs: QuerySet[Program]) -> QuerySet[Conflict]:
    """Declared conflicts of interest, lifted ones included."""
    rows = Conflict.objects.filter(program__in=programs)
    return rows.select_related("person", "other", "program", "lifted_by")


def supervisions_in(programs: QuerySet[Program]) -> QuerySet[Placement]:
    rows = Placement.objects.filter(enrolment__cohort__program__in=programs)
    return rows.select_related("supervisor", "enrolment__cohort")


def accommodations_in(programs: QuerySet[Program]) -> QuerySet[Accommodation]:
    rows = Accommodation.objects.filter(enrolment__cohort__program__in=programs)
    return rows.select_related("enrolment__cohort", "granted_by")


def supervisors_of(program_id: Any) -> QuerySet[User]:
    """Who supervises in this program today."""
    held = Membership.objects.current().filter(program=program_id, role=Role.SUPERVISOR)
    return User.objects.filter(pk__in=held.values("person"), is_active=True)


def narrowed(
    people: QuerySet[User],
    programs: QuerySet[Program],
    *,
    words: str = "",
    role: str = "",
    cohort: Any = None,
    state: str = "",
) -> QuerySet[User]:
    """Those whose name, address or number holds all `words`, with this role today, in this cohort,
    with a place in this state."""
    for word in words.split():
        numbered = places_of(programs).filter(trainee_number__icontains=word).values("trainee")
        people = people.filter(
            Q(name__icontains=word) | Q(email__icontains=word) | Q(pk__in=numbered)
        )
    if role:
        held = Membership.objects.current().filter(program__in=programs, role=role)
        people = people.filter(pk__in=held.values("person"))
    places = places_of(programs)
    if cohort is not None:
        places = places.filter(cohort=cohort)
    if state:
        places = places.filter(state=state)
    if cohort is not None or state:
        people = people.filter(pk__in=places.values("trainee"))
    return people


def with_standing(people: QuerySet[User], programs: QuerySet[Program]) -> QuerySet[User]:
    """With `roles_held` (today's memberships) and `places`, both in these programs."""
    roles = Membership.objects.current().filter(program__in=programs).select_related("program")
    return people.prefetch_related(
        Prefetch("memberships", roles.order_by("program__name", "role"), to_attr="roles_held"),
        Prefetch("enrolments", places_of(programs).order_by("created_at"), to_attr="places"),
    )
