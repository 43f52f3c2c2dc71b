"""What becomes of a trainee's place: leave, return, withdrawal, transfer."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from competency.accounts.models import User
from competency.accounts.sealing import Sealer
from competency.audit.services import record
from competency.audit.transitions import move
from competency.foundation.errors import DomainError, InvalidInput
from competency.foundation.text import require_line, require_words, take_line
from competency.programs.circumstances import Accommodation, Leave, Placement
from competency.programs.models import Cohort, Enrolment, Membership
from competency.programs.policies import check_permission, holds_role
from competency.programs.roles import Permission, Role
from competency.programs.services import check_open, end_role, grant_role
from competency.programs.states import HELD, PlaceState

NUMBER = 40


def check_in_training(enrolment: Enrolment) -> None:
    """Raises DomainError where nothing is opened for this place, or begun: on leave, or over."""
    state = Enrolment.objects.values_list("state", flat=True).get(pk=enrolment.pk)
    if state != PlaceState.ACTIVE:
        label = PlaceState(state).label.lower()
        raise DomainError(f"This place in the cohort is {label}.", code="not_in_training")


@transaction.atomic
def take_leave(
    enrolment: Enrolment, *, reason: str, by: User, expected_on: date | None = None
) -> Leave:
    """A leave of absence from today on. Nothing is opened or begun until the return."""
    check_permission(by, Permission.PROGRAM_RUN, enrolment.program_id)
    today = timezone.now().date()
    if expected_on is not None and expected_on <= today:
        raise InvalidInput({"expected_on": "The return is expected after today."})
    sealed = _sealed(enrolment, reason, "Say on what the leave rests.")
    move(enrolment, PlaceState.ON_LEAVE, by=by)
    return Leave.objects.create(
        enrolment=enrolment,
        starts_on=today,
        expected_on=expected_on,
        sealed_reason=sealed,
        granted_by=by,
    )


@transaction.atomic
def return_from_leave(enrolment: Enrolment, *, by: User) -> None:
    """The trainee is back."""
    check_permission(by, Permission.PROGRAM_RUN, enrolment.program_id)
    move(enrolment, PlaceState.ACTIVE, by=by)
    _end_today(Leave, enrolment)


@transaction.atomic
def withdraw(enrolment: Enrolment, *, reason: str, by: User) -> None:
    """The trainee leaves the cohort. What was sat and decided stays; the trainee's role ends with
    the last place in the program."""
    check_permission(by, Permission.PROGRAM_RUN, enrolment.program_id)
    sealed = _sealed(enrolment, reason, "Say why the trainee leaves.")
    _end(enrolment, PlaceState.WITHDRAWN, sealed, by=by)
    _end_trainee_role(enrolment, by=by)


@transaction.atomic
def transfer(
    enrolment: Enrolment, cohort: Cohort, *, reason: str, by: User, trainee_number: str = ""
) -> Enrolment:
    """Move a trainee to another cohort, of this program or of one that `by` runs as well.

    History stays with the old place, to which the new one leads back. Within a program the own
    supervisors and the accommodation come along; another program decides about them itself.
    """
    check_permission(by, Permission.PROGRAM_RUN, enrolment.program_id)
    check_permission(by, Permission.PROGRAM_RUN, cohort.program_id)
    if cohort.pk == enrolment.cohort_id:
        raise InvalidInput({"cohort": "The trainee is in this cohort already."})
    check_open(cohort)
    number = take_line("trainee_number", trainee_number, NUMBER) or enrolment.trainee_number
    sealed = _sealed(enrolment, reason, "Say why the trainee moves.")
    along = _along(enrolment) if cohort.program_id == enrolment.program_id else []
    _end(enrolment, PlaceState.TRANSFERRED, sealed, by=by, cohort=str(cohort.pk))
    made = _place_after(enrolment, cohort, number)
    record("enrolment.made", made, by=by, came_from=str(enrolment.pk))
    for row in along:
        type(row).objects.create(**_carried(row, made))
    if not holds_role(made.trainee, Role.TRAINEE, cohort.program_id):
        grant_role(cohort.program, made.trainee, Role.TRAINEE, by=by)
    _end_trainee_role(enrolment, by=by)
    return made


def _place_after(enrolment: Enrolment, cohort: Cohort, number: str) -> Enrolment:
    try:
        with transaction.atomic():
            return Enrolment.objects.create(
                cohort=cohort,
                trainee=enrolment.trainee,
                trainee_number=number,
                line=enrolment.line,
                came_from=enrolment,
            )
    except IntegrityError as error:
        raise DomainError(
            f"{enrolment.trainee} or the number {number} is in this cohort already.",
            field="trainee_number",
        ) from error


def _along(enrolment: Enrolment) -> list[Any]:
    placements = Placement.objects.current().filter(enrolment=enrolment)
    return [*placements, *Accommodation.objects.filter(enrolment=enrolment, ends_on=None)]


def _carried(row: Placement | Accommodation, made: Enrolment) -> dict[str, Any]:
    copied = {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if field.name not in ("id", "created_at")
    }
    return copied | {"enrolment": made, "starts_on": timezone.now().date()}


@transaction.atomic
def renumber(enrolment: Enrolment, trainee_number: str, *, by: User) -> None:
    """Correct the trainee's number. Frozen records keep the one they had."""
    check_permission(by, Permission.PROGRAM_RUN, enrolment.program_id)
    number = require_line("trainee_number", trainee_number, "Give the trainee’s number.", NUMBER)
    before = enrolment.trainee_number
    rows = Enrolment.objects.held().filter(pk=enrolment.pk)
    try:
        with transaction.atomic():
            changed = rows.update(trainee_number=number)
    except IntegrityError as error:
        message = f"The number {number} is in this cohort already."
        raise DomainError(message, field="trainee_number") from error
    if not changed:
        raise DomainError("This place is over; its number stays.")
    enrolment.trainee_number = number
    record("enrolment.renumbered", enrolment, by=by, before=before, number=number)


@transaction.atomic
def end_placement(placement: Placement, *, reason: str, by: User) -> None:
    """Somebody stops being the trainee's supervisor. They judge this trainee even then never."""
    check_permission(by, Permission.PROGRAM_RUN, placement.program_id)
    reason = require_words("reason", reason, "Say why the supervision ends.")
    last = max(placement.starts_on, timezone.now().date())
    if not Placement.objects.filter(pk=placement.pk, ends_on=None).update(ends_on=last):
        raise DomainError("This supervision has ended already.")
    placement.ends_on = last
    record("placement.ended", placement, by=by, reason=reason)


def _sealed(enrolment: Enrolment, reason: str, ask: str) -> bytes:
    """Why somebody goes away often speaks of health: the trail says that, never why."""
    words = require_words("reason", reason, ask)
    return Sealer.holding(enrolment.trainee_id).seal(words)


def _end(enrolment: Enrolment, to: str, sealed: bytes, *, by: User, **detail: str) -> None:
    changes = {"ended_on": timezone.now().date(), "sealed_reason": sealed}
    move(enrolment, to, by=by, changes=changes, **detail)
    for model in (Leave, Placement, Accommodation):
        _end_today(model, enrolment)


def _end_today(model: Any, enrolment: Enrolment) -> None:
    model.objects.filter(enrolment=enrolment, ends_on=None).update(ends_on=timezone.now().date())


def _end_trainee_role(enrolment: Enrolment, *, by: User) -> None:
    held = Enrolment.objects.filter(
        trainee=enrolment.trainee_id,
        cohort__program=enrolment.program_id,
        state__in=HELD,
    )
    if held.exists():
        return
    roles = Membership.objects.current().of(enrolment.trainee)
    for row in roles.filter(program=enrolment.program_id, role=Role.TRAINEE):
        if row.ends_on is None:
            end_role(row, by=by, reason="The last place in the program ended.")
