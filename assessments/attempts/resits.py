"""Sit again: another form, after the Standard's days, within its number of attempts."""

from datetime import datetime

from django.db import transaction

from assessments.attempts.models import Attempt
from assessments.attempts.services import assign_attempt
from assessments.attempts.states import AttemptState
from assessments.instruments.models import Assessment
from competency.accounts.models import User
from competency.appeals.rules import next_form, resit_from
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState, Outcome
from competency.foundation.errors import DomainError
from competency.programs.models import Enrolment

UNSAT = (AttemptState.LAPSED, AttemptState.VOID)


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
    earlier = Attempt.objects.filter(enrolment=enrolment, assessment=assessment)
    sat = list(earlier.exclude(state__in=UNSAT).select_related("form").order_by("number"))
    decision = _not_yet(sat[-1]) if sat else None
    if decision is None or decision.settled_at is None:
        raise DomainError("A re-sit follows a ratified *not yet competent*.", code="no_resit")
    standard = decision.standard_version
    if len(sat) > standard.resit_limit:
        raise DomainError(
            f"The Standard allows {standard.resit_limit} re-sits; they are used up.",
            code="no_resit_left",
        )
    earliest = resit_from(decision.settled_at, standard.resit_days)
    if opens_at < earliest:
        raise DomainError(
            f"A re-sit can open from {earliest:%d %B %Y}, {standard.resit_days} days after the "
            "decision.",
            field="opens_at",
            code="too_early",
        )
    forms = {form.number: form for form in assessment.forms.all()}
    number = next_form(sorted(forms), [attempt.form.number for attempt in sat])
    if number is None:
        raise DomainError("This assessment has no other form.", code="no_other_form")
    return assign_attempt(
        enrolment, assessment, forms[number], opens_at=opens_at, closes_at=closes_at, by=by
    )


def _not_yet(attempt: Attempt) -> Decision | None:
    return Decision.objects.filter(
        attempt_id=attempt.pk, state=DecisionState.RATIFIED, outcome=Outcome.NOT_YET
    ).first()
