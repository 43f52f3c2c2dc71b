"""Lodge, hear and decide appeals; write and complete remediation plans."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from competency.accounts.models import User
from competency.accounts.sealing import Sealer
from competency.appeals.models import Appeal, RemediationPlan
from competency.appeals.policies import check_hears
from competency.appeals.rules import appeal_until
from competency.appeals.states import AppealState
from competency.audit.services import record
from competency.audit.transitions import move
from competency.decisions.models import Decision
from competency.decisions.policies import certifiers_free_for
from competency.decisions.states import DecisionState, Outcome
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.text import require_words
from competency.frameworks.models import Competency
from competency.notifications.kinds import Kind
from competency.notifications.services import notify
from competency.programs.policies import check_permission
from competency.programs.roles import Permission


@transaction.atomic
def lodge_appeal(
    decision: Decision, *, grounds: str, released_at: datetime | None, by: User
) -> Appeal:
    """Appeal a decision about oneself within the Standard's days after its release."""
    if decision.enrolment.trainee_id != by.pk:
        raise NotAllowed("Only the trainee concerned appeals.")
    if decision.state != DecisionState.RATIFIED or released_at is None:
        raise DomainError("Only a released decision can be appealed.")
    if decision.outcome == Outcome.COMPETENT:
        raise DomainError("You met the standard; there is nothing to appeal.")
    until = appeal_until(released_at, decision.standard_version.appeal_days)
    if timezone.now() > until:
        raise DomainError(f"The time for an appeal ended on {until:%d %B %Y}.", code="too_late")
    words = require_words("grounds", grounds, "Say why the decision should be looked at again.")
    sealed = Sealer.holding(by.pk).seal(words)
    try:
        with transaction.atomic():
            appeal = Appeal.objects.create(
                decision=decision,
                sealed_grounds=sealed,
                lodged_at=timezone.now(),
            )
    except IntegrityError as error:
        raise DomainError("This decision was appealed already.") from error
    record("appeal.lodged", appeal, by=by)
    fresh = certifiers_free_for(decision) - {decision.settled_by_id}
    notify(Kind.APPEAL_LODGED, decision.pk, fresh)
    return appeal


@transaction.atomic
def withdraw_appeal(appeal: Appeal, *, by: User) -> None:
    if appeal.decision.enrolment.trainee_id != by.pk:
        raise NotAllowed("Only the trainee concerned withdraws an appeal.")
    move(appeal, AppealState.WITHDRAWN, by=by)


@transaction.atomic
def take_up_appeal(appeal: Appeal, *, by: User) -> None:
    """A certifier who comes to it fresh takes the appeal up."""
    check_hears(by, appeal)
    move(appeal, AppealState.UNDER_REVIEW, by=by, changes={"decider": by})


@transaction.atomic
def decide_appeal(appeal: Appeal, *, granted: bool, reason: str, by: User) -> None:
    """Grant or deny, with reasons. A granted appeal supersedes the decision; a round with
    fresh reviewers follows."""
    check_hears(by, appeal)
    if appeal.decider_id != by.pk:
        raise NotAllowed("Somebody else took this appeal up.")
    reason = require_words("reason", reason, "Give the reasons; the trainee reads them.")
    to = AppealState.GRANTED if granted else AppealState.DENIED
    move(appeal, to, by=by, changes={"decided_at": timezone.now(), "reason": reason})
    told = [appeal.decision.enrolment.trainee_id]
    notify(Kind.APPEAL_DECIDED, appeal.decision.attempt_id, told, occasion=str(appeal.pk))
    if granted:
        move(appeal.decision, DecisionState.SUPERSEDED, by=by, reason="Appeal granted.")


@transaction.atomic
def plan_remediation(
    decision: Decision,
    competencies: Sequence[Competency],
    *,
    steps: str,
    review_on: date,
    by: User,
) -> RemediationPlan:
    """Write down what the trainee works on before a re-sit."""
    own = decision.enrolment.placements.current().filter(supervisor=by).exists()
    if not own:
        check_permission(by, Permission.PROGRAM_RUN, decision.program_id)
    if decision.outcome != Outcome.NOT_YET or decision.state != DecisionState.RATIFIED:
        raise DomainError("A plan follows a ratified *not yet competent*.")
    steps = require_words("steps", steps, "Say what the trainee will do.")
    if not competencies:
        raise InvalidInput({"competencies": "Name at least one competency to work on."})
    try:
        with transaction.atomic():
            plan = RemediationPlan.objects.create(
                decision=decision, steps=steps, written_by=by, review_on=review_on
            )
    except IntegrityError as error:
        raise DomainError("This decision has a plan already.") from error
    plan.competencies.set(competencies)
    record("remediation.planned", plan, by=by)
    return plan


@transaction.atomic
def complete_remediation(plan: RemediationPlan, *, note: str, by: User) -> None:
    """Record that the plan was carried out."""
    own = plan.decision.enrolment.placements.current().filter(supervisor=by).exists()
    if not own:
        check_permission(by, Permission.PROGRAM_RUN, plan.program_id)
    note = require_words("note", note, "Say what was done.")
    rows = RemediationPlan.objects.filter(pk=plan.pk, completed_at=None)
    if not rows.update(completed_at=timezone.now(), completion_note=note):
        raise DomainError("This plan was completed already.")
    plan.refresh_from_db()
    record("remediation.completed", plan, by=by)
