"""Remind of what waits whoever it waits for: each of them at most once a day."""

from collections.abc import Callable
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from assessments.reviews.models import Adjudication, Review
from assessments.reviews.states import OPEN
from assessments.sittings.following import Standing, with_standing
from assessments.sittings.models import Place, Sitting
from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError, InvalidInput
from competency.notifications.kinds import Kind
from competency.notifications.models import Notification
from competency.notifications.services import notify_each
from competency.programs.policies import check_permission, people_who_may
from competency.programs.roles import Permission

Waiting = set[tuple[UUID, UUID]]  # what waits, and whom for
Audience = Callable[[Sitting, list[UUID]], Waiting]


def _trainees(sitting: Sitting, attempts: list[UUID]) -> Waiting:
    rows = sitting.places.filter(attempt__in=attempts)
    return set(rows.values_list("attempt_id", "enrolment__trainee_id"))


def _desks(sitting: Sitting, people: QuerySet[User]) -> Waiting:
    """By program, not by response: which one it is about is nobody's business to compare."""
    return {(sitting.program_id, person) for person in people.values_list("pk", flat=True)}


def _reviewers(sitting: Sitting, attempts: list[UUID]) -> Waiting:
    rows = Review.objects.filter(submission__attempt__in=attempts, state__in=OPEN)
    return _desks(sitting, User.objects.filter(pk__in=rows.values("reviewer")))


def _adjudicators(sitting: Sitting, attempts: list[UUID]) -> Waiting:
    rows = Adjudication.objects.filter(submission__attempt__in=attempts, completed_at=None)
    return _desks(sitting, User.objects.filter(pk__in=rows.values("adjudicator")))


def _readers(sitting: Sitting, attempts: list[UUID]) -> Waiting:
    rows = HarmJudgement.objects.filter(flag__submission__attempt__in=attempts, judged_at=None)
    return _desks(sitting, User.objects.filter(pk__in=rows.values("judge")))


def _judges(sitting: Sitting, attempts: list[UUID]) -> Waiting:
    rows = Opinion.objects.filter(attempt__in=attempts, given_at=None)
    return _desks(sitting, User.objects.filter(pk__in=rows.values("judge")))


def _certifiers(sitting: Sitting, attempts: list[UUID]) -> Waiting:
    people = people_who_may(Permission.DECISION_RATIFY, sitting.program_id)
    return {(sitting.program_id, person) for person in people}


ASKED: dict[str, tuple[Kind, Audience]] = {
    Standing.NOT_STARTED: (Kind.ATTEMPT_NUDGED, _trainees),
    Standing.IN_PROGRESS: (Kind.ATTEMPT_NUDGED, _trainees),
    Standing.REVIEWERS: (Kind.DESK_NUDGED, _reviewers),
    Standing.ADJUDICATOR: (Kind.DESK_NUDGED, _adjudicators),
    Standing.READER: (Kind.DESK_NUDGED, _readers),
    Standing.JUDGES: (Kind.DESK_NUDGED, _judges),
    Standing.CERTIFIER: (Kind.DECISIONS_NUDGED, _certifiers),
}


def can_remind(sitting: Sitting, standing: str) -> bool:
    """Whether work of this standing waits for anybody who could do it by now."""
    begins = standing == Standing.NOT_STARTED
    return standing in ASKED and not (begins and sitting.opens_at > timezone.now())


@transaction.atomic
def nudge(sitting: Sitting, standing: str, *, by: User, place: Place | None = None) -> int:
    """Remind of everybody of a standing, or of one of them; how many people were told.

    Raises DomainError where nobody can be reminded, all of them were today already, or nobody can
    begin yet.
    """
    check_permission(by, Permission.PROGRAM_RUN, sitting.program_id)
    if standing not in ASKED:
        raise InvalidInput({"standing": "Nobody can be reminded of this."})
    if not can_remind(sitting, standing):
        raise DomainError("It has not opened yet: nobody can begin.", code="not_open")
    rows = with_standing(sitting.places.all()).filter(standing=standing)
    if place is not None:
        rows = rows.filter(pk=place.pk)
    attempts = [pk for pk in rows.values_list("attempt_id", flat=True) if pk is not None]
    kind, audience = ASKED[standing]
    today = _today(sitting).isoformat()
    fresh = _not_yet_told(kind, audience(sitting, attempts), today)
    if not attempts:
        raise DomainError("Nobody is there any more.", code="nobody")
    if not fresh:
        message = "Everybody it waits for was reminded today already."
        raise DomainError(message, code="nudged_today")
    notify_each(kind, sorted(fresh), occasion=today)
    one = str(attempts[0]) if place is not None else ""
    record("sitting.nudged", sitting, by=by, standing=standing, people=len(fresh), attempt=one)
    return len(fresh)


def _today(sitting: Sitting) -> date:
    return timezone.localdate(timezone=ZoneInfo(sitting.cohort.program.timezone))


def _not_yet_told(kind: Kind, waiting: Waiting, occasion: str) -> Waiting:
    subjects = {subject for subject, _ in waiting}
    rows = Notification.objects.filter(kind=kind, subject_id__in=subjects, occasion=occasion)
    return waiting - set(rows.values_list("subject_id", "person_id"))
