"""The verbs that move work along: each does its act, then wakes the workflow on commit."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.services import freeze
from assessments.attempts.states import Marking
from assessments.calibration.models import Licence
from assessments.calibration.services import grant_licence
from assessments.desk import services as desk
from assessments.desk.jottings import drop_jottings
from assessments.harm import services as harm
from assessments.harm.models import HarmJudgement
from assessments.referrals import services as referrals
from assessments.referrals.models import Opinion
from assessments.reviews import services as reviews
from assessments.reviews.judgements import HarmGiven, RatingGiven
from assessments.reviews.models import Adjudication, Review
from assessments.workflow.waking import wake_attempt, wake_submission
from competency.accounts.models import User
from competency.appeals import services as appeals
from competency.appeals.models import Appeal
from competency.cases import services as cases
from competency.cases.models import Case
from competency.decisions import services as decisions
from competency.decisions.models import Decision
from competency.decisions.states import Outcome
from competency.foundation.errors import DomainError
from competency.frameworks.models import RubricVersion
from competency.programs.models import Program

GONE = "It waits for you no longer: somebody settled it, or it was never yours to settle."
REFER_ALONE = "A *refer* is ratified by itself, with how it goes on."


@transaction.atomic
def hand_in(attempt: Attempt, *, by: User) -> None:
    """Hand in a finished attempt: frozen, hashed, on its way to marking."""
    for submission in freeze(attempt, by=by):
        wake_submission(submission.pk)


@transaction.atomic
def complete_review(
    review: Review,
    *,
    ratings: Sequence[RatingGiven],
    harms: Sequence[HarmGiven] = (),
    flags: Mapping[str, tuple[bool, str]] | None = None,
    summary: str = "",
    by: User,
) -> None:
    """Complete a review with every rating, every harm seen and every critical choice judged."""
    spent = desk.close_draft(review, by=by)
    reviews.record_ratings(
        review, ratings=ratings, harms=harms, summary=summary, active_seconds=spent, by=by
    )
    harm.judge_options(review, flags or {}, by=by)
    wake_submission(review.submission_id)


@transaction.atomic
def recuse(review: Review, *, reason: str, by: User) -> None:
    desk.close_draft(review, by=by)
    reviews.recuse(review, reason=reason, by=by)
    wake_submission(review.submission_id)


@transaction.atomic
def adjudicate(
    adjudication: Adjudication, settlements: Mapping[str, tuple[int, str]], *, by: User
) -> None:
    reviews.settle(adjudication, settlements, by=by)
    drop_jottings(adjudication)
    wake_submission(adjudication.submission_id)


@transaction.atomic
def read_passage(judgement: HarmJudgement, *, harmful: bool, reason: str, by: User) -> None:
    harm.read_passage(judgement, harmful=harmful, reason=reason, by=by)
    drop_jottings(judgement)
    wake_submission(judgement.flag.submission_id)


@transaction.atomic
def ratify(decision: Decision, *, by: User, reason: str = "", referral: str = "") -> None:
    """Ratify a proposal; a certificate or a referral follows in the background."""
    decisions.ratify(decision, by=by, reason=reason, referral=referral)
    wake_attempt(decision.attempt_id)


def ratify_each(decision_ids: Sequence[UUID], *, by: User, reason: str = "") -> dict[UUID, str]:
    """Ratify each of these proposals; returns the refusals in words, by id, empty if none.

    Each is a transaction of its own: one that is refused does not stop the others. A proposal
    is frozen, so what is ratified is what the preview showed. A *refer* is left out, since how
    it goes on is chosen for each.
    """
    refused = {}
    known = Decision.objects.waiting_for(by).in_bulk(decision_ids)
    for pk in dict.fromkeys(decision_ids):
        if pk not in known:
            refused[pk] = GONE
        elif known[pk].outcome == Outcome.REFER:
            refused[pk] = REFER_ALONE
        else:
            try:
                ratify(known[pk], by=by, reason=reason)
            except DomainError as error:
                refused[pk] = error.message
    return refused


@transaction.atomic
def return_decision(decision: Decision, *, by: User, reason: str) -> None:
    """Return a proposal; a new round with fresh reviewers follows."""
    decisions.return_decision(decision, by=by, reason=reason)
    wake_attempt(decision.attempt_id)


@transaction.atomic
def close_case(case: Case, *, finding: str, reason: str, by: User) -> None:
    """Close a case; the decision it held can be settled again."""
    cases.close_case(case, finding=finding, reason=reason, by=by)
    wake_attempt(case.attempt_id)


@transaction.atomic
def give_opinion(opinion: Opinion, *, outcome: str, reason: str, by: User) -> None:
    referrals.give_opinion(opinion, outcome=outcome, reason=reason, by=by)
    drop_jottings(opinion)
    wake_attempt(opinion.attempt_id)


@transaction.atomic
def lodge_appeal(decision: Decision, *, grounds: str, by: User) -> Appeal:
    """Appeal a released decision about oneself."""
    attempt = Attempt.objects.get(pk=decision.attempt_id)
    released_at = attempt.released_at
    return appeals.lodge_appeal(decision, grounds=grounds, released_at=released_at, by=by)


@transaction.atomic
def decide_appeal(appeal: Appeal, *, granted: bool, reason: str, by: User) -> None:
    """Decide an appeal; granted, fresh people judge the attempt again."""
    appeals.decide_appeal(appeal, granted=granted, reason=reason, by=by)
    wake_attempt(appeal.decision.attempt_id)


@transaction.atomic
def license_reviewer(
    program: Program, reviewer: User, rubric_version: RubricVersion, *, grounds: str, by: User
) -> Licence:
    """License a reviewer, and look again at whatever waits for one."""
    licence = grant_licence(program, reviewer, rubric_version, grounds=grounds, by=by)
    waiting = Submission.objects.filter(
        state=Marking.AWAITING_REVIEWER, attempt__assessment__rubric_version=rubric_version
    )
    for submission_id in waiting.values_list("pk", flat=True):
        wake_submission(submission_id)
    return licence
