"""What a program holds, as the plain data that a plan is made from."""

from collections.abc import Iterable

from django.db.models import Prefetch

from competency.accounts.models import User
from competency.invitations.services import is_unclaimed
from competency.programs.circumstances import Placement
from competency.programs.models import Cohort, Enrolment, Membership, Program
from competency.programs.states import CohortState
from competency.rosters.rules import Held, Person, Place, Row


def held_by(program: Program, rows: Iterable[Row]) -> Held:
    """The accounts that the rows speak of, the cohorts, and whose each number is."""
    wanted = {email for row in rows for email in (row.email, *row.supervisors)}
    people = {user.email: _person(user) for user in _accounts(program, wanted)}
    cohorts = Cohort.objects.filter(program=program).values_list("name", "state")
    numbers = Enrolment.objects.held().filter(cohort__program=program)
    taken = numbers.values_list("cohort__name", "trainee_number", "trainee__email")
    return Held(
        people,
        {name: state == CohortState.OPEN for name, state in cohorts},
        {(cohort, number): email for cohort, number, email in taken},
    )


def _accounts(program: Program, emails: set[str]) -> Iterable[User]:
    placed = Placement.objects.filter(ends_on=None).select_related("supervisor")
    places = Enrolment.objects.held().filter(cohort__program=program).select_related("cohort")
    places = places.prefetch_related(Prefetch("placements", placed, to_attr="supervised"))
    roles = Membership.objects.current().filter(program=program)
    return User.objects.filter(email__in=emails).prefetch_related(
        Prefetch("memberships", roles, to_attr="roles_here"),
        Prefetch("enrolments", places.order_by("created_at"), to_attr="places_here"),
    )


def _person(user: User) -> Person:
    places: list[Enrolment] = user.places_here  # type: ignore[attr-defined]
    return Person(
        name=user.name,
        claimed=not is_unclaimed(user),
        active=user.is_active,
        roles=frozenset(row.role for row in user.roles_here),  # type: ignore[attr-defined]
        places={
            place.cohort.name: Place(
                place.trainee_number,
                frozenset(row.supervisor.email for row in place.supervised),  # type: ignore[attr-defined]
            )
            for place in places
        },
    )
