"""The demo story, told through the site's own services and real workers.

People's acts follow the script and its seed; who reviews whom is drawn by lot, as on any site.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Count

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.services import release_results
from assessments.attempts.states import AttemptState, Marking
from assessments.demo import cast as casting
from assessments.demo.marking import Supervisors
from assessments.demo.script import Script
from assessments.demo.sitting import everyone_sits
from assessments.harm.models import HarmFlag, HarmJudgement
from assessments.reviews.models import Adjudication, Review
from assessments.workflow.services import ratify
from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.audit.services import record
from competency.certificates.models import Certificate
from competency.certificates.states import CertificateState
from competency.decisions.models import Decision
from competency.decisions.policies import conflicts_with
from competency.decisions.states import DecisionState, Outcome
from competency.programs.models import Membership, Program
from competency.programs.roles import Role
from competency.reports.services import save_csv

PATIENCE = 120.0  # seconds the workers get for what takes them one or two
TOLD = "demo.told"
DEMO_PROGRAM = "high-mesa"
LEFT_PROPOSED = 3  # decisions left for whoever tries the site to ratify


class StoryStuck(Exception):
    """The workers did not get there; the message says what was awaited."""


@dataclass
class Telling:
    """The story as it is told: each step with its seconds, and what came of it."""

    script: Script
    say: Callable[[str], None] = lambda line: None
    steps: list[tuple[str, float]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        self.say(name)
        yield
        self.steps.append((name, time.perf_counter() - started))


def already_told() -> bool:
    return AuditEvent.objects.filter(action=TOLD).exists()


def begun() -> bool:
    return Program.objects.exists()


def tell(telling: Telling, report: Path) -> None:
    """Tell the whole story; needs running workers. Raises StoryStuck when they do not move."""
    script = telling.script
    with telling.step("People, program and cohort"), transaction.atomic():
        cast = casting.gather(script)
    with telling.step("Framework, rubric, vignette, keys and Standard published"):
        library = casting.publish_content(cast)
    with telling.step("Assessment opened for the cohort"):
        casting.open_assessment(cast, library)
    with telling.step("Trainees sit and hand in"):
        everyone_sits(script)
    with telling.step("Workers score and draw blind reviewers"):
        wait_for("two reviewers on every submission", everyone_has_reviewers)
    with telling.step("Supervisors review, adjudicate and read flagged passages"):
        mark(Supervisors(script), left_open=unfinished(script))
    with telling.step("Evidence computed, decisions proposed"):
        expected = len(cast.trainees) - 1
        wait_for("a proposed decision for everyone", lambda: Decision.objects.count() == expected)
    with telling.step("A certifier ratifies; workers issue certificates"):
        ratify_all(cast)
        wait_for("every certificate issued", everything_issued)
    with telling.step("Results released, credential report written"):
        release(cast.director)
        save_csv(cast.program, report, by=cast.director)
    with transaction.atomic():
        record(TOLD, cast.program, by=cast.staff, seed=script.seed, report=str(report))


def unfinished(script: Script) -> str:
    """The trainee whose second review is left open, for whoever tries the site."""
    middling = (s for s in script.sittings.values() if s["profile"] == "middling")
    return str(next(middling)["email"])


def mark(supervisors: Supervisors, *, left_open: str) -> None:
    """Judge, settle and read until nothing but the one review that is left waits for anyone."""
    supervisors.step_back_once()
    wait_for("another reviewer in the empty seat", everyone_has_reviewers)

    def quiet() -> bool:
        moved = (
            supervisors.review_what_is_open(leave=left_open)
            + supervisors.settle_disputes()
            + supervisors.read_passages()
        )
        return not moved and all_but_one_marked()

    wait_for("every judgement", quiet)


def everyone_has_reviewers() -> bool:
    open_seats = Review.objects.filter(state__in=("assigned", "in_progress")).count()
    waiting = Submission.objects.exclude(state=Marking.UNDER_REVIEW).exists()
    return not waiting and open_seats == 2 * Submission.objects.count()


def all_but_one_marked() -> bool:
    unsettled = HarmFlag.objects.filter(state="raised").exists()
    readings = HarmJudgement.objects.filter(judged_at=None).exists()
    disputes = Adjudication.objects.filter(completed_at=None).exists()
    unmarked = Submission.objects.exclude(state=Marking.MARKED).count()
    return unmarked == 1 and not (unsettled or readings or disputes)


def ratify_all(cast: casting.Cast) -> None:
    """Certifiers take turns; one with a conflict leaves the decision to the other."""
    proposed = Decision.objects.filter(state=DecisionState.PROPOSED).order_by("created_at")
    rows = list(proposed.select_related("enrolment__cohort"))
    for turn, decision in enumerate(rows[: len(rows) - LEFT_PROPOSED]):
        order = cast.certifiers[turn % 2 :] + cast.certifiers[: turn % 2]
        certifier = next(person for person in order if not conflicts_with(person, decision))
        ratify(decision, by=certifier)


def everything_issued() -> bool:
    competent = Decision.objects.filter(
        outcome=Outcome.COMPETENT, state=DecisionState.RATIFIED
    ).count()
    issued = Certificate.objects.filter(state=CertificateState.ISSUED).count()
    ratified = Decision.objects.filter(state=DecisionState.RATIFIED, referral="").count()
    referred = Decision.objects.filter(state=DecisionState.RATIFIED).exclude(referral="").count()
    decided = Attempt.objects.filter(state=AttemptState.DECIDED).count()
    again = Attempt.objects.filter(round__gt=1).count()
    return issued == competent and decided == ratified and again == referred


def release(director: User) -> None:
    for attempt in Attempt.objects.filter(state=AttemptState.DECIDED, released_at=None):
        release_results(attempt, by=director)


def wait_for(what: str, there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not there():
        if time.monotonic() > deadline:
            raise StoryStuck(f"The workers did not get to this within {PATIENCE:.0f} s: {what}.")
        time.sleep(0.05)


def figures() -> dict[str, Any]:
    """What came of the story, counted from the rows."""
    outcomes = Decision.objects.values_list("outcome").annotate(number=Count("pk"))
    flags = HarmFlag.objects.values_list("state").annotate(number=Count("pk"))
    return {
        "trainees": Attempt.objects.count(),
        "submissions": Submission.objects.count(),
        "reviews": Review.objects.filter(state="completed").count(),
        "recusals": Review.objects.filter(state="recused").count(),
        "adjudications": Adjudication.objects.count(),
        "harm_flags": dict(flags),
        "decisions": dict(outcomes),
        "ratified": Decision.objects.filter(state=DecisionState.RATIFIED).count(),
        "waiting_for_a_certifier": Decision.objects.filter(state=DecisionState.PROPOSED).count(),
        "certificates": Certificate.objects.filter(state=CertificateState.ISSUED).count(),
        "audit_events": AuditEvent.objects.count(),
    }


def logins() -> dict[str, str]:
    """One e-mail address per role: people with something waiting for them."""
    unreviewed = Review.objects.filter(state__in=("assigned", "in_progress")).first()
    certified = Certificate.objects.order_by("number").first()
    members = Membership.objects.current().select_related("person").order_by("created_at")
    found = {
        role.label: str(row.person.email)
        for role in Role
        if (row := members.filter(role=role).first())
    }
    if unreviewed is not None:
        found[Role.SUPERVISOR.label] = unreviewed.reviewer.email
    if certified is not None:
        found[Role.TRAINEE.label] = certified.holder.email
    staff = User.objects.filter(is_superuser=True).first()
    return found | ({"Staff": staff.email} if staff else {})
