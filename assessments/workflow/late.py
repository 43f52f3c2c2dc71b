"""Rule on answers that came late: one that counts is judged like any other."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.attempts.models import LateAnswer, LateRuling, Submission
from assessments.attempts.states import Marking
from assessments.grading.services import score_late_answer
from assessments.harm.services import raise_option_flags
from assessments.reviews.states import ReviewState
from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError, NotAllowed
from competency.foundation.text import require_words
from competency.programs.policies import check_permission, people_conflicted_with
from competency.programs.roles import Permission

JUDGED = (Marking.ADJUDICATING, Marking.MARKED)


@transaction.atomic
def rule_on_late_answer(late: LateAnswer, *, counts: bool, reason: str, by: User) -> LateRuling:
    """Say whether a late answer counts. Refused once anybody has judged the submission."""
    check_permission(by, Permission.PROGRAM_RUN, late.submission.program_id)
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=late.submission_id)
    trainee_id = submission.attempt.enrolment.trainee_id
    if by.pk in people_conflicted_with(trainee_id, submission.program_id):
        raise NotAllowed("You have a tie to this trainee; another director rules.")
    reason = require_words("reason", reason, "Say on what the ruling rests.")
    begun = submission.reviews.filter(state=ReviewState.COMPLETED).exists()
    if counts and (begun or submission.state in JUDGED):
        raise DomainError("This was judged already; a late answer cannot change it any more.")
    if counts:
        _check_may_count(late)
    try:
        with transaction.atomic():
            ruling = LateRuling.objects.create(
                late_answer=late,
                counts=counts,
                reason=reason,
                ruled_by=by,
                ruled_at=timezone.now(),
            )
    except IntegrityError as error:
        raise DomainError("This late answer was ruled on already.") from error
    if counts:
        score_late_answer(late)
        raise_option_flags(submission)
    record("answer.ruled", submission, by=by, counts=counts, reason=reason)
    return ruling


def _check_may_count(late: LateAnswer) -> None:
    """One late answer to an item counts, and never a decision: the story went on without it."""
    if late.item.rules.branching:
        raise DomainError("A decision that came late cannot count: the story went on without it.")
    others = LateRuling.objects.filter(
        late_answer__submission=late.submission_id, late_answer__item=late.item_id, counts=True
    )
    if others.exclude(late_answer=late).exists():
        raise DomainError("Another late answer to this item counts already.")
