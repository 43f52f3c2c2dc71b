"""Which rows a person may meet, where the models do not say so themselves."""

from django.db.models import QuerySet

from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.foundation.errors import InvalidInput
from competency.programs.models import Cohort, Enrolment, Membership
from competency.programs.policies import programs_where
from competency.programs.roles import Permission


def cohorts_visible_to(person: User) -> QuerySet[Cohort]:
    programs = programs_where(person, Permission.ATTEMPT_VIEW)
    return Cohort.objects.filter(program__in=programs)


def enrolments_visible_to(person: User) -> QuerySet[Enrolment]:
    programs = programs_where(person, Permission.ATTEMPT_VIEW)
    return Enrolment.objects.filter(cohort__program__in=programs)


def memberships_visible_to(person: User) -> QuerySet[Membership]:
    programs = programs_where(person, Permission.PROGRAM_RUN)
    return Membership.objects.filter(program__in=programs)


def events_visible_to(person: User) -> QuerySet[AuditEvent]:
    programs = programs_where(person, Permission.AUDIT_VIEW)
    return AuditEvent.objects.filter(program_id__in=programs.values("pk"))


def person_with(email: str) -> User:
    """Raises InvalidInput where nobody active has this address."""
    person = User.objects.filter(email=email, is_active=True).first()
    if person is None:
        raise InvalidInput({"email": "Nobody with this address has an account."})
    return person
