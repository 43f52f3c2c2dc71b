"""The life of an attempt: state → the automatic step that is due, taken by pipeline.py."""

from collections.abc import Callable

from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.attempts.pauses import effective_due
from assessments.attempts.rules import arrives_in_time
from assessments.attempts.services import freeze
from assessments.attempts.states import AttemptState, Marking
from assessments.harm.states import FlagState
from assessments.referrals.services import panel_outcomes, seat_panel
from assessments.workflow.dossier import build_dossier
from assessments.workflow.measurement import flags_of, measure_attempt
from assessments.workflow.rounds import carry_out_referral, judge_afresh, panel_sits
from competency.certificates.services import award
from competency.decisions.models import Decision
from competency.decisions.services import propose_decision
from competency.decisions.states import DecisionState
from competency.evidence.services import Estimate, record_evidence


def lapse_unstarted(attempt: Attempt) -> AttemptState | None:
    return AttemptState.LAPSED if timezone.now() > attempt.closes_at else None


def hand_in_when_time_is_over(attempt: Attempt) -> None:
    grace = attempt.assessment.standard_version.grace_seconds
    due = effective_due(attempt)
    if due and not arrives_in_time(timezone.now(), due, grace):
        freeze(attempt, by=None)


def gather_evidence(attempt: Attempt) -> AttemptState | None:
    if attempt.submissions.exclude(state=Marking.MARKED).exists() or open_flags(attempt):
        return None
    if panel_sits(attempt) and not panel_outcomes(attempt):
        seat_panel(attempt)
        return None
    measured = measure_attempt(attempt)
    record_evidence(
        attempt.enrolment,
        (
            (competency.pk, Estimate(found.value, found.standard_error, found.ratings))
            for competency, found in measured.competencies.values()
        ),
        source_id=attempt.pk,
        round_number=attempt.round,
        by=None,
    )
    return AttemptState.MARKED


def decide(attempt: Attempt) -> AttemptState | None:
    decision = decision_of(attempt)
    if decision is None:
        measured = measure_attempt(attempt)
        decision = propose_decision(
            attempt.enrolment,
            attempt.assessment.standard_version,
            measured.findings,
            attempt_id=attempt.pk,
            round_number=attempt.round,
            dossier=build_dossier(attempt, measured),
        )
    if decision.state == DecisionState.RETURNED:
        return judge_afresh(attempt)
    if decision.state == DecisionState.RATIFIED:
        award(decision)
        return AttemptState.DECIDED
    return None


def follow_up(attempt: Attempt) -> AttemptState | None:
    decision = decision_of(attempt)
    if decision is None:
        return None
    if decision.state == DecisionState.SUPERSEDED:  # in its own round: an appeal was granted
        return judge_afresh(attempt)
    return carry_out_referral(attempt, decision)


ATTEMPT_STEPS: dict[str, Callable[[Attempt], AttemptState | None]] = {
    AttemptState.ASSIGNED: lapse_unstarted,
    AttemptState.IN_PROGRESS: hand_in_when_time_is_over,
    AttemptState.HANDED_IN: gather_evidence,
    AttemptState.MARKED: decide,
    AttemptState.DECIDED: follow_up,
}


def decision_of(attempt: Attempt) -> Decision | None:
    return Decision.objects.filter(attempt_id=attempt.pk, round=attempt.round).first()


def open_flags(attempt: Attempt) -> bool:
    return flags_of(attempt).filter(state=FlagState.RAISED).exists()
