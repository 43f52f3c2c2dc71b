"""Close an account for good: destroy the key, take the person out of the row, keep the record."""

from datetime import date
from typing import Any

import structlog
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from competency.accounts.models import PersonKey, User
from competency.audit.services import record
from competency.privacy.kept import count_kept, delete_what_goes
from competency.privacy.models import Consent, Erasure
from competency.programs.circumstances import Accommodation, Leave, Placement
from competency.programs.models import Membership
from competency.programs.roles import Role

log = structlog.get_logger(__name__)
ERASED_NAME = "Erased person"


def pseudonym_of(person: User) -> str:
    """Enough to tell two erased people apart, and nothing of who they were."""
    return f"{ERASED_NAME} {person.pk.hex[:4].upper()}"


def held_office(person: User) -> bool:
    """Whether this person ever acted in a role that answers for its acts by name."""
    roles = Membership.objects.filter(person=person).exclude(role=Role.TRAINEE)
    return roles.exists() or person.is_superuser


def erase_account(person: User, *, reason: str, by: User) -> Erasure:
    """Everything of an erasure but the question whether it may be done.

    The caller holds the person's row and key, in a transaction.
    """
    now = timezone.now()
    today = now.date()
    PersonKey.objects.filter(person=person).update(wrapped=None, destroyed_at=now)
    Consent.objects.in_force().filter(person=person).update(withdrawn_at=now)
    _end(Membership.objects.filter(person=person), today, by=by)
    _end(Placement.objects.filter(Q(enrolment__trainee=person) | Q(supervisor=person)), today)
    _end(Accommodation.objects.filter(enrolment__trainee=person), today)
    _end(Leave.objects.filter(enrolment__trainee=person), today)
    name_kept = held_office(person)
    _leave_nobody(person, name=person.name if name_kept else pseudonym_of(person))
    delete_what_goes(person)
    erasure = Erasure.objects.create(
        person=person,
        asked_by=by,
        erased_at=now,
        reason=reason,
        name_kept=name_kept,
        kept=count_kept(person),
    )
    own = by.pk == person.pk
    record("person.erased", erasure, by=by, reason=reason, on_behalf=own, person=str(person.pk))
    log.info("person_erased", person=str(person.pk), erasure=str(erasure.pk))
    return erasure


def _end(rows: Any, today: date, *, by: User | None = None) -> None:
    """End dated rows today; those that begin later end on their first day."""
    ending = rows.filter(Q(ends_on=None) | Q(ends_on__gt=today))
    for row in list(ending) if by else ():
        record("membership.ended", row, by=by, reason="The account was erased.")
    ending.update(ends_on=Greatest(F("starts_on"), today))


def _leave_nobody(person: User, *, name: str) -> None:
    """What is left of an account: a key that other rows point to. Nobody can sign in to it."""
    person.email = f"{person.pk}@erased.invalid"
    person.name, person.timezone = name, "UTC"
    person.is_active = False
    person.last_login = None
    person.set_unusable_password()  # which ends every session as well
    person.save()
