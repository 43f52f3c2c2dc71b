"""Open an assessment for a cohort or a person; give it longer; call it off."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from assessments.attempts.assigning import check_assignable
from assessments.attempts.models import Attempt
from assessments.attempts.states import AttemptState
from assessments.attempts.windows import close_later, lengthen
from assessments.instruments.models import Assessment, Form
from assessments.sittings.models import Extension, Place, Sitting
from assessments.sittings.planning import Planned, plan
from assessments.sittings.runs import open_places, withdraw_places
from assessments.sittings.states import GOING, SittingState
from assessments.sittings.tasks import open_batch, withdraw_batch
from competency.accounts.models import User
from competency.accounts.sealing import Sealer
from competency.audit.services import record
from competency.audit.transitions import move
from competency.decisions.models import SittingMode
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.text import require_words
from competency.notifications.kinds import Kind
from competency.notifications.services import notify, notify_each
from competency.programs.models import Cohort, Enrolment
from competency.programs.policies import check_permission
from competency.programs.roles import Permission

AT_ONCE = 50  # people; a larger cohort is opened in the background
CHUNK = 1_000
LONGEST = timedelta(days=2 * 366)
MOST_MINUTES = 24 * 60


@transaction.atomic
def open_sitting(
    cohort: Cohort,
    assessment: Assessment,
    *,
    opens_at: datetime,
    closes_at: datetime,
    by: User,
    enrolment: Enrolment | None = None,
    first_form: Form | None = None,
    sitting_mode: str = "",
    idempotency_key: UUID | None = None,
) -> Sitting:
    """Open an assessment for everybody in a cohort, or for the one of `enrolment`.

    Who gets what, `preview` says. Asked again with the same key it does nothing and returns the
    sitting there is. Raises DomainError where nobody would get an attempt.
    """
    check_permission(by, Permission.PROGRAM_RUN, cohort.program_id)
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)  # two presses, one sitting
    key = idempotency_key or uuid4()
    if known := Sitting.objects.filter(cohort=cohort, idempotency_key=key).first():
        return known
    mode = _mode(assessment, sitting_mode)
    planned = preview(cohort, assessment, opens_at, closes_at, enrolment, first_form, by=by)
    if not any(row.form for row in planned):
        message = "Nobody here would get an attempt; the list says why."
        raise DomainError(message, code="nobody")
    sitting = Sitting.objects.create(
        cohort=cohort,
        enrolment=enrolment,
        assessment=assessment,
        first_form=first_form,
        opens_at=opens_at,
        closes_at=closes_at,
        sitting_mode=mode,
        opened_by=by,
        idempotency_key=key,
    )
    now = timezone.now()
    Place.objects.bulk_create((_place(sitting, row, now) for row in planned), batch_size=CHUNK)
    record("sitting.opened", sitting, by=by, people=len(planned))
    if opens_at <= now:
        move(sitting, SittingState.OPEN, by=None)
    if len(planned) > AT_ONCE:
        transaction.on_commit(partial(open_batch.delay, str(sitting.pk)), robust=True)
    else:
        open_places(sitting.pk, AT_ONCE)
    return sitting


def preview(
    cohort: Cohort,
    assessment: Assessment,
    opens_at: datetime,
    closes_at: datetime,
    enrolment: Enrolment | None = None,
    first_form: Form | None = None,
    *,
    by: User,
) -> list[Planned]:
    """What each person would get, by name. Raises DomainError for a window or an assessment that
    cannot be."""
    check_assignable(assessment, cohort.program_id, first_form, opens_at, closes_at)
    check_window(opens_at, closes_at)
    if enrolment is not None and enrolment.cohort_id != cohort.pk:
        raise InvalidInput({"enrolment": "This person is not in the cohort."})
    rows = (
        Enrolment.objects.held().filter(cohort=cohort).select_related("trainee", "cohort__program")
    )
    if enrolment is not None:
        rows = rows.filter(pk=enrolment.pk)
    people = list(rows.order_by("trainee__name", "trainee_number", "pk"))
    return plan(people, assessment, opens_at, first_form, by=by)


def check_window(opens_at: datetime, closes_at: datetime) -> None:
    """Raises InvalidInput for one that is over, or ends too far away."""
    now = timezone.now()
    if closes_at <= now:
        raise InvalidInput({"closes_at": "This window is over already."})
    if closes_at - opens_at > LONGEST or closes_at - now > LONGEST:
        raise InvalidInput({"closes_at": "A window ends within two years."})


def _mode(assessment: Assessment, asked: str) -> str:
    """The Standard's, or a stricter one: nobody sits unwatched where the Standard says watched."""
    standard = assessment.standard_version.sitting_mode
    if asked and asked not in SittingMode.values:
        raise InvalidInput({"sitting_mode": "Choose a way of sitting that there is."})
    if asked == SittingMode.UNSUPERVISED and standard == SittingMode.INVIGILATED:
        raise InvalidInput({"sitting_mode": "The Standard asks for an invigilated sitting."})
    return asked or standard


def _place(sitting: Sitting, row: Planned, now: datetime) -> Place:
    """Who gets nothing is settled at once; everybody else when the attempt is made."""
    return Place(
        sitting=sitting,
        enrolment=row.enrolment,
        form=row.form,
        left_out=row.left_out or "",
        waits_until=row.waits_until,
        settled_at=now if row.left_out else None,
    )


@transaction.atomic
def extend_sitting(sitting: Sitting, *, closes_at: datetime, reason: str, by: User) -> None:
    """Let everybody who has not begun do so until later. Raises DomainError once it is over."""
    check_permission(by, Permission.PROGRAM_RUN, sitting.program_id)
    reason = require_words("reason", reason, "Say why the window stays open longer.")
    locked = _going(sitting)
    if closes_at <= locked.closes_at:
        raise InvalidInput({"closes_at": "This is no later than it closes now."})
    check_window(locked.opens_at, closes_at)
    before = locked.closes_at
    locked.closes_at = sitting.closes_at = closes_at
    locked.save(update_fields=["closes_at"])
    held = Attempt.objects.filter(place__sitting=locked)
    people = close_later(held, closes_at)
    event = record(
        "sitting.extended",
        locked,
        by=by,
        reason=reason,
        before=before.isoformat(),
        closes_at=closes_at.isoformat(),
        people=people,
    )
    moved = held.filter(state=AttemptState.ASSIGNED, closes_at=closes_at)
    told = list(moved.values_list("pk", "enrolment__trainee_id"))
    notify_each(Kind.ATTEMPT_MOVED, told, occasion=str(event.pk))


@transaction.atomic
def cancel_sitting(sitting: Sitting, *, reason: str, by: User) -> None:
    """Call it off: attempts that nobody has begun are void; what was begun goes on."""
    check_permission(by, Permission.PROGRAM_RUN, sitting.program_id)
    reason = require_words("reason", reason, "Say why the sitting is called off.")
    locked = _going(sitting)
    changes = {"cancelled_by": by, "cancelled_reason": reason}
    move(locked, SittingState.CANCELLED, by=by, reason=reason, changes=changes)
    sitting.refresh_from_db()
    open_places(sitting.pk, AT_ONCE)  # settles what is left, as left out
    withdraw_places(sitting.pk, AT_ONCE)
    for task in (open_batch, withdraw_batch):
        transaction.on_commit(partial(task.delay, str(sitting.pk)), robust=True)


def _going(sitting: Sitting) -> Sitting:
    rows = Sitting.objects.select_related("cohort").select_for_update(of=("self",), no_key=True)
    locked: Sitting = rows.get(pk=sitting.pk)
    if locked.state not in GOING:
        raise DomainError(f"This sitting is {locked.get_state_display().lower()}.", code="over")
    return locked


@transaction.atomic
def give_more_time(
    attempt: Attempt,
    *,
    minutes: int = 0,
    closes_at: datetime | None = None,
    reason: str,
    by: User,
) -> Extension:
    """Give one person more minutes at the clock, or longer to begin, or both.

    `minutes` from 0 to a day. Raises DomainError once the attempt is handed in or gone.
    """
    check_permission(by, Permission.PROGRAM_RUN, attempt.program_id)
    if attempt.enrolment.trainee_id == by.pk:
        raise NotAllowed("This is your own attempt; another director gives you more time.")
    if not 0 <= minutes <= MOST_MINUTES:
        raise InvalidInput({"minutes": f"More time is from 0 to {MOST_MINUTES} minutes."})
    if not minutes and closes_at is None:
        raise InvalidInput({"minutes": "Give more minutes, a later closing, or both."})
    reason = require_words("reason", reason, "Say on what it rests.")
    sealed = Sealer.holding(attempt.enrolment.trainee_id).seal(reason)
    locked = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if locked.state not in (AttemptState.ASSIGNED, AttemptState.IN_PROGRESS):
        raise DomainError("Only an attempt that is not handed in can get more time.", code="over")
    if closes_at is not None:
        _begin_until(locked, closes_at)
    if minutes:
        lengthen(attempt, minutes * 60)
    extension = Extension.objects.create(
        attempt=attempt,
        extra_seconds=minutes * 60,
        closes_at=closes_at,
        sealed_reason=sealed,
        granted_by=by,
    )
    # The trail says that, never why: auditors read it.
    record("attempt.extended", attempt, by=by, minutes=minutes)
    trainee = attempt.enrolment.trainee_id
    notify(Kind.ATTEMPT_EXTENDED, attempt.pk, [trainee], occasion=str(extension.pk))
    return extension


def _begin_until(attempt: Attempt, closes_at: datetime) -> None:
    if attempt.state != AttemptState.ASSIGNED:
        message = "The clock runs already: give minutes instead."
        raise InvalidInput({"closes_at": message})
    if closes_at <= attempt.closes_at:
        raise InvalidInput({"closes_at": "This is no later than it closes now."})
    check_window(attempt.opens_at, closes_at)
    close_later(Attempt.objects.filter(pk=attempt.pk), closes_at)
