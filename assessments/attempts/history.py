"""What people have sat of an assessment, in as many queries for one person as for thousands."""

from collections.abc import Iterable
from uuid import UUID

from assessments.attempts.models import Attempt
from assessments.attempts.rules import Earlier, Terms
from assessments.instruments.models import Assessment
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState
from competency.programs.models import Enrolment


def terms_of(assessment: Assessment) -> Terms:
    standard = assessment.standard_version
    numbers = assessment.forms.order_by("number").values_list("number", flat=True)
    return Terms(tuple(numbers), standard.resit_days, standard.resit_limit)


def histories(enrolments: Iterable[UUID], assessment: Assessment) -> dict[UUID, list[Earlier]]:
    """By enrolment, its attempts at the assessment, the oldest first; none where there is none.

    Those at places before a transfer count as well: nobody begins anew by moving.
    """
    rows = Enrolment.objects.filter(pk__in=list(enrolments)).values_list("line", "pk")
    lines: dict[UUID, list[UUID]] = {}
    for line, enrolment in rows:
        lines.setdefault(line, []).append(enrolment)
    sat = Attempt.objects.filter(enrolment__line__in=lines, assessment=assessment)
    attempts = list(sat.select_related("form", "enrolment").order_by("number"))
    settled = {
        decision.attempt_id: decision
        for decision in Decision.objects.filter(
            attempt_id__in=[attempt.pk for attempt in attempts], state=DecisionState.RATIFIED
        ).only("attempt_id", "outcome", "settled_at")
    }
    found: dict[UUID, list[Earlier]] = {}
    for attempt in attempts:
        decision = settled.get(attempt.pk)
        one = Earlier(
            attempt.form.number,
            attempt.state,
            attempt.started_at is not None,
            decision.outcome if decision else "",
            decision.settled_at if decision else None,
        )
        for enrolment in lines[attempt.enrolment.line]:
            found.setdefault(enrolment, []).append(one)
    return found
