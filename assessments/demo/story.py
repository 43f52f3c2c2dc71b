"""The demo story, told through the site's own services and real workers.

People's acts follow the script and its seed; who reviews whom is drawn by lot, as on any site.
"""

from pathlib import Path
from uuid import UUID

from django.db import transaction

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.services import release_results
from assessments.attempts.states import AttemptState, Marking
from assessments.demo import cast as casting
from assessments.demo import second
from assessments.demo.days import tell_days
from assessments.demo.marking import Supervisors
from assessments.demo.rehearsal import tell_rehearsal
from assessments.demo.script import Script
from assessments.demo.sitting import assigned_attempts, sit
from assessments.demo.telling import Telling, wait_for
from assessments.harm.models import HarmFlag, HarmJudgement
from assessments.reviews.models import Adjudication, Review
from assessments.reviews.states import OPEN
from assessments.workflow.services import ratify
from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.audit.services import record
from competency.certificates.models import Certificate
from competency.certificates.states import CertificateState
from competency.decisions.models import Decision
from competency.decisions.policies import conflicts_with
from competency.decisions.states import DecisionState, Outcome
from competency.programs.models import Program
from competency.reports.models import Report
from competency.reports.services import Wish, ask_for_report, save_csv
from competency.reports.states import ReportState

TOLD = "demo.told"
DEMO_PROGRAM = "high-mesa"
LEFT_PROPOSED = 3  # strong trainees' decisions left for whoever tries the site to ratify


def already_told() -> bool:
    return AuditEvent.objects.filter(action=TOLD).exists()


def begun() -> bool:
    return Program.objects.exists()


def tell(telling: Telling, report: Path) -> None:
    """Tell the whole story; needs running workers. Raises StoryStuck when they do not move."""
    cast = tell_first(telling)
    second.tell_second(telling, cast)
    with telling.step("A rehearsal: a certificate expires, a key is given up"):
        tell_rehearsal(telling.script, cast)
    with telling.step("A program’s days: hours, a roster, leave, a transfer"):
        tell_days(telling.script, cast)
    with telling.step("Credential report written"):
        save_csv(cast.program, report, by=cast.director)
    with telling.step("A report with its manifest, made by a worker"):
        asked = ask_for_report(cast.program, Wish("xlsx"), by=cast.director)
        wait_for("the report", lambda: is_ready(asked))
    with transaction.atomic():
        record(TOLD, cast.program, by=cast.staff, seed=telling.script.seed, report=str(report))


def is_ready(report: Report) -> bool:
    return Report.objects.filter(pk=report.pk, state=ReportState.READY).exists()


def tell_first(telling: Telling) -> casting.Cast:
    """One vignette, twenty-four trainees: from the first sitting to certificates."""
    script = telling.script
    with telling.step("People, program and cohort"), transaction.atomic():
        cast = casting.gather(script)
    with telling.step("Framework, rubric, vignettes, keys and Standards published"):
        casting.publish_content(cast)
    with telling.step("The cohort sits; the first to hand in waits for licensed reviewers"):
        casting.open_assessment(cast, 1, cast.trainees)
        everyone_sits(script, cast)
    with telling.step("Workers score and draw blind reviewers"):
        wait_for("two reviewers on every submission", everyone_has_reviewers)
    with telling.step("Supervisors review, adjudicate and read flagged passages"):
        mark(Supervisors(script, attempts_of(1)), left_open=script.trainee("middling"))
    with telling.step("Evidence computed, decisions proposed"):
        expected = len(cast.trainees) - 1
        wait_for("a proposed decision for everyone", lambda: Decision.objects.count() == expected)
    with telling.step("Certifiers ratify; workers issue certificates; results are released"):
        ratify_all(script, cast)
        wait_for("every certificate issued", everything_issued)
        release(cast.director)
    return cast


def attempts_of(number: int) -> list[UUID]:
    return list(Attempt.objects.filter(assessment__number=number).values_list("pk", flat=True))


def everyone_sits(script: Script, cast: casting.Cast) -> None:
    first, *others = assigned_attempts(1)
    sit(script, first)
    wait_for("a submission that waits for a reviewer", somebody_waits)
    casting.license_reviewers(cast)
    for attempt in others:
        sit(script, attempt)


def somebody_waits() -> bool:
    return Submission.objects.filter(state=Marking.AWAITING_REVIEWER).exists()


def mark(supervisors: Supervisors, *, left_open: str) -> None:
    """Judge, settle and read until nothing but the one review that is left waits for anyone."""
    supervisors.step_back_once()
    wait_for("another reviewer in the empty seat", everyone_has_reviewers)
    wait_for(
        "every judgement", lambda: not supervisors.judge_all(leave=left_open) and all_but_one()
    )


def everyone_has_reviewers() -> bool:
    open_seats = Review.objects.filter(state__in=OPEN).count()
    waiting = Submission.objects.exclude(state=Marking.UNDER_REVIEW).exists()
    return not waiting and open_seats == 2 * Submission.objects.count()


def all_but_one() -> bool:
    unsettled = HarmFlag.objects.filter(state="raised").exists()
    readings = HarmJudgement.objects.filter(judged_at=None).exists()
    disputes = Adjudication.objects.filter(completed_at=None).exists()
    unmarked = Submission.objects.exclude(state=Marking.MARKED).count()
    return unmarked == 1 and not (unsettled or readings or disputes)


def ratify_all(script: Script, cast: casting.Cast) -> None:
    """Certifiers take turns; one with a conflict leaves the decision to the other."""
    left = {script.trainee("strong", place) for place in range(4, 4 + LEFT_PROPOSED)}
    proposed = Decision.objects.filter(state=DecisionState.PROPOSED).order_by("created_at")
    rows = proposed.exclude(enrolment__trainee__email__in=left)
    for turn, decision in enumerate(rows.select_related("enrolment__cohort")):
        ratify(decision, by=certifier_for(decision, cast, turn))


def certifier_for(decision: Decision, cast: casting.Cast, turn: int) -> User:
    order = cast.certifiers[turn % 2 :] + cast.certifiers[: turn % 2]
    return next(person for person in order if not conflicts_with(person, decision))


def everything_issued() -> bool:
    ratified = Decision.objects.filter(state=DecisionState.RATIFIED)
    competent = ratified.filter(outcome=Outcome.COMPETENT).count()
    issued = Certificate.objects.filter(state=CertificateState.ISSUED).count()
    decided = Attempt.objects.filter(state=AttemptState.DECIDED).count()
    again = Attempt.objects.filter(round__gt=1).count()
    settled, referred = ratified.filter(referral=""), ratified.exclude(referral="")
    return issued == competent and decided == settled.count() and again == referred.count()


def release(director: User) -> None:
    for attempt in Attempt.objects.filter(state=AttemptState.DECIDED, released_at=None):
        release_results(attempt, by=director)
