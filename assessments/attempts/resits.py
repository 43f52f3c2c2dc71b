"""Sit again: another form, after the Standard's days, within its number of attempts."""

from datetime import datetime

from django.db import transaction

from assessments.attempts.history import histories, terms_of
from assessments.attempts.models import Attempt
from assessments.attempts.rules import Bar, Turn, turn_of
from assessments.attempts.services import assign_attempt
from assessments.instruments.models import Assessment
from competency.accounts.models import User
from competency.foundation.errors import DomainError
from competency.programs.models import Enrolment


@transaction.atomic
def assign_resit(
    enrolment: Enrolment,
    assessment: Assessment,
    *,
    opens_at: datetime,
    closes_at: datetime,
    by: User,
) -> Attempt:
    """Open another attempt after a ratified *not yet competent*.

    Raises DomainError when none is due, the waiting time is not over, the attempts are used up,
    or the assessment has no other form.
    """
    Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
    earlier = histories([enrolment.pk], assessment).get(enrolment.pk, [])
    turn = turn_of(earlier, terms_of(assessment), opens_at)
    if turn.bar or not turn.resit:
        raise _refusal(turn, assessment)
    form = assessment.forms.get(number=turn.forms[0])
    return assign_attempt(
        enrolment, assessment, form, opens_at=opens_at, closes_at=closes_at, by=by
    )


def _refusal(turn: Turn, assessment: Assessment) -> DomainError:
    standard = assessment.standard_version
    if turn.bar == Bar.USED_UP:
        message = f"The Standard allows {standard.resit_limit} re-sits; they are used up."
        return DomainError(message, code="no_resit_left")
    if turn.bar == Bar.TOO_EARLY:
        return DomainError(
            f"A re-sit can open from {turn.until:%d %B %Y}, {standard.resit_days} days after the "
            "decision.",
            field="opens_at",
            code="too_early",
        )
    if turn.bar == Bar.NO_OTHER_FORM:
        return DomainError("This assessment has no other form.", code="no_other_form")
    return DomainError("A re-sit follows a ratified *not yet competent*.", code="no_resit")
