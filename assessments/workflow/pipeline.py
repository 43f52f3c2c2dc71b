"""How a submission is marked, and an attempt decided: state → the automatic step that is due.

Each step runs under a row lock and returns the state to move to, or None while it waits for a
person. Repeats do nothing. Read the two tables first.
"""

import time
from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.pauses import effective_due
from assessments.attempts.rules import arrives_in_time
from assessments.attempts.services import freeze
from assessments.attempts.states import AttemptState, Marking
from assessments.grading.services import score_submission
from assessments.harm.services import (
    raise_option_flags,
    raise_review_flags,
    settle_flags,
)
from assessments.harm.states import FlagState
from assessments.referrals.services import panel_outcomes, seat_panel
from assessments.reviews.allocation import completed, fill_seats
from assessments.reviews.judgements import mapped_criteria
from assessments.reviews.models import Review
from assessments.reviews.rules import Line, disputed_criteria
from assessments.reviews.services import open_adjudication
from assessments.workflow.dossier import build_dossier
from assessments.workflow.measurement import flags_of, measure_attempt, settled_codes
from assessments.workflow.rounds import carry_out_referral, judge_afresh, panel_sits
from competency.audit.transitions import move
from competency.certificates.services import award
from competency.decisions.models import Decision
from competency.decisions.services import propose_decision, thresholds_of
from competency.decisions.states import DecisionState
from competency.evidence.services import Estimate, record_evidence
from competency.foundation.timings import note_when_committed
from competency.frameworks.models import Criterion


def score(submission: Submission) -> Marking:
    score_submission(submission)
    raise_option_flags(submission)
    return Marking.SCORED


def seat_reviewers(submission: Submission) -> Marking:
    missing = fill_seats(submission, required_reviews(submission))
    return Marking.AWAITING_REVIEWER if missing else Marking.UNDER_REVIEW


def compare_reviews(submission: Submission) -> Marking | None:
    required = required_reviews(submission)
    if fill_seats(submission, required):
        return Marking.AWAITING_REVIEWER
    reviews = completed(submission)
    if len(reviews) < required:
        return None
    raise_review_flags(submission, reviews)
    settle_flags(submission)
    disputed = disputed_in(submission, reviews)
    if not disputed:
        return Marking.MARKED
    adjudication = open_adjudication(submission, disputed)
    return Marking.ADJUDICATING if adjudication else Marking.AWAITING_REVIEWER


def look_again_for_people(submission: Submission) -> Marking | None:
    required = required_reviews(submission)
    if fill_seats(submission, required):
        return None
    reviews = completed(submission)
    if len(reviews) == required:
        disputed = disputed_in(submission, reviews)
        if disputed and not open_adjudication(submission, disputed):
            return None
    return Marking.UNDER_REVIEW


def finish_adjudication(submission: Submission) -> Marking | None:
    rows = submission.adjudications.filter(round=submission.round, completed_at__isnull=False)
    return Marking.MARKED if rows.exists() else None


def settle_harm(submission: Submission) -> None:
    settle_flags(submission)


OF_ATTEMPT = ("assessment__standard_version", "enrolment__cohort")
OF_SUBMISSION = tuple(f"attempt__{row}" for row in OF_ATTEMPT)

SUBMISSION_STEPS: dict[str, Callable[[Submission], Marking | None]] = {
    Marking.RECEIVED: score,
    Marking.SCORED: seat_reviewers,
    Marking.UNDER_REVIEW: compare_reviews,
    Marking.AWAITING_REVIEWER: look_again_for_people,
    Marking.ADJUDICATING: finish_adjudication,
    Marking.MARKED: settle_harm,
}


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


@transaction.atomic
def advance_submission(submission_id: UUID) -> bool:
    """Take the one automatic step that is due, if any."""
    began = time.perf_counter()
    rows = Submission.objects.select_for_update(of=("self",)).select_related(*OF_SUBMISSION)
    submission = rows.get(pk=submission_id)
    step = SUBMISSION_STEPS.get(submission.state)
    to = step(submission) if step else None
    if step and to:
        move(submission, to, by=None)
        note_when_committed(step.__name__, began)
    return to is not None


@transaction.atomic
def advance_attempt(attempt_id: UUID) -> bool:
    """Take the one automatic step that is due, if any."""
    began = time.perf_counter()
    rows = Attempt.objects.select_for_update(of=("self",)).select_related(*OF_ATTEMPT)
    attempt = rows.get(pk=attempt_id)
    origin = attempt.state
    step = ATTEMPT_STEPS.get(origin)
    to = step(attempt) if step else None
    if step and to:
        move(attempt, to, by=None)
        note_when_committed(step.__name__, began)
    return bool(attempt.state != origin)  # a step may have moved it itself, as handing in does


def decision_of(attempt: Attempt) -> Decision | None:
    return Decision.objects.filter(attempt_id=attempt.pk, round=attempt.round).first()


def required_reviews(submission: Submission) -> int:
    standard = submission.attempt.assessment.standard_version
    return standard.required_reviews + submission.extra_reviews


def disputed_in(submission: Submission, reviews: Sequence[Review]) -> list[Criterion]:
    """Criteria in dispute that no adjudication has settled yet."""
    thresholds = thresholds_of(submission.attempt.assessment.standard_version)
    criteria = mapped_criteria(submission)
    lines = [
        Line(c.code, float(c.weight), thresholds.minima.get(c.competency.code)) for c in criteria
    ]
    levels = [{row.criterion.code: row.level for row in r.ratings.all()} for r in reviews]
    disputed = set(disputed_criteria(levels, lines, thresholds.cut)) - settled_codes(submission)
    return [criterion for criterion in criteria if criterion.code in disputed]


def open_flags(attempt: Attempt) -> bool:
    return flags_of(attempt).filter(state=FlagState.RAISED).exists()
