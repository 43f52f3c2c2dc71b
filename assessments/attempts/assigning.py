"""Make an attempt: its form's submissions, its time with any accommodation, its window."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from assessments.attempts.models import Attempt, Submission
from assessments.instruments.models import Assessment, Form
from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError, InvalidInput
from competency.foundation.transactions import joined
from competency.frameworks.states import VersionState
from competency.notifications.kinds import Kind
from competency.notifications.services import notify
from competency.programs.models import Enrolment
from competency.programs.services import accommodation_in_force


@dataclass(frozen=True)
class Window:
    """From when until when an attempt can be begun, and whether somebody watches."""

    opens_at: datetime
    closes_at: datetime
    sitting_mode: str


def check_assignable(
    assessment: Assessment,
    program_id: UUID,
    form: Form | None,
    opens_at: datetime,
    closes_at: datetime,
) -> None:
    """Raises DomainError where nothing of this assessment can be opened in the program."""
    if assessment.program_id != program_id:
        raise DomainError("This assessment belongs to another program.", field="assessment")
    if assessment.state != VersionState.PUBLISHED:
        raise DomainError(f"{assessment} is not published.", field="assessment")
    if form is not None and form.assessment_id != assessment.pk:
        raise DomainError(f"{form} is not a form of {assessment}.", field="form")
    if closes_at <= opens_at:
        raise InvalidInput({"closes_at": "The window closes before it opens."})


@joined()
def make_attempt(
    enrolment: Enrolment,
    assessment: Assessment,
    form: Form,
    window: Window,
    *,
    by: User,
    extra_seconds: int = 0,
    on_behalf: bool = False,
) -> Attempt:
    """The attempt itself. Whoever calls has checked that `by` may, and that it is assignable."""
    standard = assessment.standard_version
    granted = accommodation_in_force(enrolment)
    percent, more_pause = (
        (granted.extra_percent, granted.extra_pause_minutes) if granted else (0, 0)
    )
    earlier = Attempt.objects.filter(enrolment__line=enrolment.line, assessment=assessment)
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        assessment=assessment,
        form=form,
        number=earlier.count() + 1,
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        allowed_seconds=standard.minutes * 60 * (100 + percent) // 100 + extra_seconds,
        pause_seconds=(standard.pause_minutes + more_pause) * 60,
        accommodated=extra_seconds > 0 or granted is not None,
        sitting_mode=window.sitting_mode,
    )
    placed = form.vignettes.select_related("vignette_version", "key")
    Submission.objects.bulk_create(
        Submission(
            attempt=attempt,
            position=row.position,
            vignette_version=row.vignette_version,
            key=row.key,
        )
        for row in placed
    )
    record("attempt.assigned", attempt, by=by, on_behalf=on_behalf)
    notify(Kind.ATTEMPT_ASSIGNED, attempt.pk, [enrolment.trainee_id])
    return attempt
