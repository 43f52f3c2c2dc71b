"""Which rows a person may meet, where the models do not say so themselves."""

from typing import Any

from django.db.models import QuerySet

from competency.accounts.models import User
from competency.foundation.errors import InvalidInput
from competency.programs.models import Cohort, Enrolment, Membership, Program
from competency.programs.policies import in_reach, programs_where
from competency.programs.roles import Permission


def cohorts_visible_to(person: User) -> QuerySet[Cohort]:
    return Cohort.objects.filter(in_reach(person, Permission.ATTEMPT_VIEW, ""))


def enrolments_visible_to(person: User) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(in_reach(person, Permission.ATTEMPT_VIEW, "cohort"))


def memberships_visible_to(person: User) -> QuerySet[Membership]:
    programs = programs_where(person, Permission.PROGRAM_RUN)
    return Membership.objects.filter(program__in=programs)


def named_cohort(program: Program, given: dict[str, Any]) -> dict[str, Any]:
    """What was given, with the cohort that it names by key. Raises InvalidInput for another's."""
    if key := given.get("cohort"):
        cohort = Cohort.objects.filter(program=program, pk=key).first()
        if cohort is None:
            raise InvalidInput({"cohort": "This cohort is not of the program."})
        return given | {"cohort": cohort}
    return given


def person_with(email: str) -> User:
    """Raises InvalidInput where nobody active has this address."""
    person = User.objects.filter(email=email, is_active=True).first()
    if person is None:
        raise InvalidInput({"email": "Nobody with this address has an account."})
    return person
