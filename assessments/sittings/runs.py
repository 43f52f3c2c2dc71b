"""Open what a sitting waits for, in batches; take back what was not begun; keep its time.

Each batch is one transaction: a kill loses a batch at most, and a repeat finds nothing to do.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from assessments.attempts.assigning import Window, make_attempt
from assessments.attempts.models import Attempt
from assessments.attempts.services import withdraw_unbegun
from assessments.attempts.states import AttemptState
from assessments.sittings.models import Place, Sitting
from assessments.sittings.planning import Planned, plan
from assessments.sittings.states import GOING, LeftOut, SittingState
from competency.audit.services import record
from competency.audit.transitions import move
from competency.foundation.errors import TransitionRefused
from competency.frameworks.states import VersionState
from competency.notifications.kinds import Kind
from competency.notifications.services import notify_each
from competency.programs.models import Enrolment

BATCH = 50
AT_MOST = 500


@transaction.atomic
def open_places(sitting_id: UUID, size: int = BATCH) -> bool:
    """Settle up to `size` places; False when nothing is left. Workers pass over what another
    one holds."""
    waiting = Place.objects.filter(sitting=sitting_id, settled_at=None).order_by("pk")
    rows = waiting.select_related("form").select_for_update(skip_locked=True, of=("self",))
    places = list(rows[:size])
    if not places:
        return False
    sitting = _sitting(sitting_id)
    people = _locked_people(places)
    planned = {row.enrolment.pk: row for row in _planned(sitting, people)}
    for place in places:
        _settle(place, sitting, planned[place.enrolment_id])
    if not waiting.exists():
        _tell(sitting)
    return True


def _sitting(sitting_id: UUID) -> Sitting:
    """Held as it is until the batch is done, so that a cancellation comes before or after it."""
    rows = Sitting.objects.select_related(
        "assessment__standard_version", "cohort__program", "opened_by", "first_form", "cancelled_by"
    )
    found: Sitting = rows.select_for_update(of=("self",), no_key=True).get(pk=sitting_id)
    return found


def _locked_people(places: list[Place]) -> list[Enrolment]:
    """Locked, so that no other sitting opens a second attempt for them at the same time."""
    rows = Enrolment.objects.select_related("trainee", "cohort__program").filter(
        pk__in=[place.enrolment_id for place in places]
    )
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))


def _planned(sitting: Sitting, people: list[Enrolment]) -> list[Planned]:
    """Looked at again: between the preview and now somebody may have got an attempt."""
    if sitting.state not in GOING:
        return [Planned(row, left_out=LeftOut.CANCELLED) for row in people]
    if sitting.assessment.state != VersionState.PUBLISHED:
        return [Planned(row, left_out=LeftOut.NOT_PUBLISHED) for row in people]
    given = (people, sitting.assessment, sitting.opens_at, sitting.first_form)
    return plan(*given, by=sitting.opened_by)


def _settle(place: Place, sitting: Sitting, planned: Planned) -> None:
    place.settled_at = timezone.now()
    place.left_out = planned.left_out or ""
    place.waits_until = planned.waits_until
    if planned.form is not None:
        stood = place.form  # on the preview; another one where this was sat meanwhile
        form = stood if stood and stood.number in planned.choices else planned.form
        place.form = form
        window = Window(sitting.opens_at, sitting.closes_at, sitting.sitting_mode)
        place.attempt = make_attempt(
            planned.enrolment,
            sitting.assessment,
            form,
            window,
            by=sitting.opened_by,
            on_behalf=True,
        )
    place.save(update_fields=["settled_at", "left_out", "waits_until", "form", "attempt"])


def _tell(sitting: Sitting) -> None:
    opened = sitting.places.exclude(attempt=None).count()
    left_out = sitting.places.exclude(left_out="").count()
    record("sitting.filled", sitting, by=None, opened=opened, left_out=left_out)


@transaction.atomic
def withdraw_places(sitting_id: UUID, size: int = BATCH) -> bool:
    """Void up to `size` attempts of a cancelled sitting that nobody has begun; False at the end."""
    sitting = _sitting(sitting_id)
    if sitting.state != SittingState.CANCELLED or sitting.cancelled_by is None:
        return False
    unbegun = Attempt.objects.filter(place__sitting=sitting_id, state=AttemptState.ASSIGNED)
    rows = unbegun.select_related("enrolment__cohort").order_by("pk")
    attempts = list(rows.select_for_update(skip_locked=True, of=("self",))[:size])
    for attempt in attempts:
        withdraw_unbegun(attempt, by=sitting.cancelled_by, reason=sitting.cancelled_reason)
    told = [(attempt.pk, attempt.enrolment.trainee_id) for attempt in attempts]
    notify_each(Kind.ATTEMPT_CANCELLED, told, occasion=str(sitting_id))
    return bool(attempts)


def keep_time() -> int:
    """Open what was planned for now, close what is over; how many sittings moved."""
    now = timezone.now()
    beginning = Sitting.objects.filter(state=SittingState.PLANNED, opens_at__lte=now)
    still = Attempt.objects.filter(
        place__sitting=OuterRef("pk"), state=AttemptState.ASSIGNED, closes_at__gte=now
    )
    ending = Sitting.objects.filter(state=SittingState.OPEN, closes_at__lt=now)
    ending = ending.exclude(Exists(still)).exclude(places__settled_at=None)
    due = [(beginning, SittingState.OPEN), (ending, SittingState.CLOSED)]
    return sum(
        _moved(sitting, to)
        for rows, to in due
        for sitting in rows.select_related("cohort").order_by("pk")[:AT_MOST]
    )


def _moved(sitting: Sitting, to: SittingState) -> bool:
    try:
        move(sitting, to, by=None)
    except TransitionRefused:
        return False  # cancelled in this very moment
    return True
