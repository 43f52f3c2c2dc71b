"""Move the window of a sitting that has not opened, and tell everybody who holds a place."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import ngettext

from assessments.attempts.history import histories, terms_of
from assessments.attempts.models import Attempt
from assessments.attempts.rules import Bar, turn_of
from assessments.attempts.states import AttemptState
from assessments.sittings.models import Sitting
from assessments.sittings.services import check_window
from assessments.sittings.states import SittingState
from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError, InvalidInput
from competency.foundation.text import require_words
from competency.notifications.kinds import Kind
from competency.notifications.services import notify_each
from competency.programs.policies import check_permission
from competency.programs.roles import Permission


@transaction.atomic
def move_sitting(
    sitting: Sitting, *, opens_at: datetime, closes_at: datetime, reason: str, by: User
) -> None:
    """Give a planned sitting another window, for everybody who has a place in it.

    Whoever was given longer to begin keeps that where it is later. Who was left out stays so.
    Raises DomainError once it has opened, InvalidInput for a window that cannot be.
    """
    check_permission(by, Permission.PROGRAM_RUN, sitting.program_id)
    reason = require_words("reason", reason, "Say why the sitting is moved.")
    locked = _planned(sitting)
    _check_other_window(locked, opens_at, closes_at)
    places = Attempt.objects.filter(place__sitting=locked, state=AttemptState.ASSIGNED)
    attempts = list(places.select_for_update(of=("self",)).order_by("pk"))
    _check_nobody_waits(locked, attempts, opens_at)
    before = locked.opens_at, locked.closes_at
    locked.opens_at, locked.closes_at = sitting.opens_at, sitting.closes_at = opens_at, closes_at
    locked.save(update_fields=["opens_at", "closes_at"])
    keys = [attempt.pk for attempt in attempts]
    held = Attempt.objects.filter(pk__in=keys)
    longer = held.filter(closes_at__gt=before[1])
    personal = list(longer.values_list("pk", flat=True))
    held.exclude(pk__in=personal).update(opens_at=opens_at, closes_at=closes_at)
    later = Greatest(F("closes_at"), closes_at)
    held.filter(pk__in=personal).update(opens_at=opens_at, closes_at=later)
    _tell(locked, attempts, before, reason, by)


def _planned(sitting: Sitting) -> Sitting:
    rows = Sitting.objects.select_related("cohort", "assessment__standard_version")
    locked: Sitting = rows.select_for_update(of=("self",), no_key=True).get(pk=sitting.pk)
    if locked.state != SittingState.PLANNED or locked.opens_at <= timezone.now():
        message = "Only a sitting that has not opened can be moved."
        raise DomainError(message, code="opened")
    return locked


def _check_other_window(sitting: Sitting, opens_at: datetime, closes_at: datetime) -> None:
    if opens_at <= timezone.now():
        raise InvalidInput({"opens_at": "Choose a time that is still to come."})
    if closes_at <= opens_at:
        raise InvalidInput({"closes_at": "The window closes before it opens."})
    check_window(opens_at, closes_at)
    if (opens_at, closes_at) == (sitting.opens_at, sitting.closes_at):
        raise InvalidInput({"opens_at": "This is the window it has now."})


def _check_nobody_waits(sitting: Sitting, attempts: list[Attempt], opens_at: datetime) -> None:
    """An earlier window must not shorten anybody's wait before a re-sit."""
    if opens_at >= sitting.opens_at:
        return
    had = histories([attempt.enrolment_id for attempt in attempts], sitting.assessment)
    terms = terms_of(sitting.assessment)
    turns = [turn_of(earlier[:-1], terms, opens_at) for earlier in had.values()]
    waits = [turn.until for turn in turns if turn.bar == Bar.TOO_EARLY and turn.until]
    if waits:
        words = ngettext(
            "%(count)d person must wait until %(day)s before sitting again.",
            "%(count)d people must wait before sitting again, the last until %(day)s.",
            len(waits),
        )
        told = {"count": len(waits), "day": max(waits).date().isoformat()}
        raise InvalidInput({"opens_at": words % told})


def _tell(
    sitting: Sitting,
    attempts: list[Attempt],
    before: tuple[datetime, datetime],
    reason: str,
    by: User,
) -> None:
    event = record(
        "sitting.moved",
        sitting,
        by=by,
        reason=reason,
        before=[moment.isoformat() for moment in before],
        after=[sitting.opens_at.isoformat(), sitting.closes_at.isoformat()],
        people=len(attempts),
    )
    trainees = Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts])
    told = list(trainees.values_list("pk", "enrolment__trainee_id"))
    notify_each(Kind.ATTEMPT_MOVED, told, occasion=str(event.pk))
