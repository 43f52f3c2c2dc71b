"""Rule on answers that came late: one that counts is judged like any other."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.attempts.models import LateAnswer, LateRuling, Submission
from assessments.attempts.states import Marking
from assessments.grading.services import score_late_answer
from assessments.reviews.states import ReviewState
from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
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
    if not reason.strip():
        raise InvalidInput({"reason": "Say on what the ruling rests."})
    begun = submission.reviews.filter(state=ReviewState.COMPLETED).exists()
    if counts and (begun or submission.state in JUDGED):
        raise DomainError("This was judged already; a late answer cannot change it any more.")
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
    record("answer.ruled", submission, by=by, counts=counts, reason=reason)
    return ruling
