"""The second act: two vignettes, a re-sit, referrals, appeals, cases, and what else happens."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.attempts.resits import assign_resit
from assessments.attempts.services import release_results
from assessments.attempts.states import AttemptState
from assessments.demo import cast as casting
from assessments.demo.aftermath import tell_aftermath
from assessments.demo.marking import Supervisors
from assessments.demo.script import Script
from assessments.demo.sitting import assigned_attempts, begin, finish, sit
from assessments.demo.telling import Telling, wait_for
from assessments.reviews.models import Review
from assessments.reviews.services import end_lease
from assessments.sittings.models import Sitting
from assessments.sittings.services import cancel_sitting
from assessments.sittings.states import SittingState
from assessments.sittings.tasks import sweep as sweep_sittings
from assessments.workflow.services import ratify, return_decision
from assessments.workflow.tasks import sweep
from competency.accounts.models import User
from competency.appeals.services import complete_remediation, plan_remediation
from competency.decisions.models import Decision
from competency.decisions.policies import conflicts_with
from competency.decisions.states import DecisionState, Outcome, Referral
from competency.frameworks.models import Competency
from competency.programs.models import Enrolment
from competency.programs.services import accommodate

MOMENT = timedelta(milliseconds=250)
RESERVE_FOR = ("V3",)
RETURNED = "The dossier does not say how the identity of this trainee was checked on the day."
RESTED = "Called away to a hospital emergency for the week; the seat is needed."


def tell_second(telling: Telling, cast: casting.Cast) -> None:
    """Six trainees sit two vignettes; then everything that can follow does."""
    script = telling.script
    players = Players(script, cast)
    with telling.step("A second assessment opens: extra time, a lapse, a void attempt"):
        players.open()
    with telling.step("Six trainees sit two vignettes, one with a pause"):
        for attempt in assigned_attempts(2):
            if script.writes(attempt.enrolment.trainee.email, "V8"):
                sit(script, attempt, pausing=attempt.accommodated)
    with telling.step("Reviews, a lapsed lease, a returned decision, referrals, a panel"):
        players.take_a_seat_back()
        players.play_on()
    with telling.step("A remediation plan and a re-sit on the other form"):
        players.sit_again()
        players.play_on()
    with telling.step("Appeals, cases, complaints, certificates suspended and revoked"):
        tell_aftermath(script, cast, players.judge_afresh)


class Players:
    """Everyone with something to do in the second act, until nothing is left to do."""

    def __init__(self, script: Script, cast: casting.Cast) -> None:
        self.script, self.cast = script, cast
        self.extra_attempts: set[UUID] = set()
        self.kinder: set[str] = set()
        self.returned = False

    def open(self) -> None:
        """The director opens the second assessment; not everybody gets to sit it."""
        writers = [p for p in self.cast.trainees if self.script.writes(p.email, "V8")]
        helped = self.cast.trainee(self.script.trainee("middling", 4))
        accommodate(
            self._enrolment(helped),
            extra_percent=25,
            extra_pause_minutes=10,
            reason="Letter from the disability service, on file with the director.",
            by=self.cast.director,
        )
        begun, waiting, lapsed, void = (
            self.cast.trainee(self.script.trainee("strong", place)) for place in (0, 7, 8, 5)
        )
        casting.open_assessment(self.cast, 2, [*writers, begun, waiting])
        self._open_and_close(lapsed)
        begin(self._attempt(begun))
        mistaken = casting.open_for(self.cast, 2, self._enrolment(void))
        reason = "Opened for the wrong person: the trainee has moved to another cohort."
        cancel_sitting(mistaken, reason=reason, by=self.cast.director)

    def _open_and_close(self, trainee: User) -> None:
        """A window that closed before the trainee came."""
        sitting = casting.open_for(self.cast, 2, self._enrolment(trainee), MOMENT)
        wait_for("the end of a window", lambda: timezone.now() > sitting.closes_at)
        sweep.delay()
        sweep_sittings.delay()
        wait_for("a lapsed attempt", lambda: self._attempt(trainee).state == AttemptState.LAPSED)
        closed = Sitting.objects.filter(pk=sitting.pk, state=SittingState.CLOSED)
        wait_for("a closed sitting", closed.exists)

    def _enrolment(self, trainee: User) -> Enrolment:
        return Enrolment.objects.get(cohort=self.cast.cohort, trainee=trainee)

    def _attempt(self, trainee: User) -> Attempt:
        mine = Attempt.objects.filter(enrolment__trainee=trainee, assessment__number=2)
        return mine.order_by("-number")[0]

    def take_a_seat_back(self) -> None:
        """A lease ends; the workflow draws the seat again."""
        ours = Review.objects.filter(submission__attempt__assessment__number=2)
        wait_for("reviewers for the second assessment", ours.exists)
        review = ours.order_by("pseudonym")[0]
        end_lease(review, reason=RESTED, by=self.cast.director)
        sweep.delay()
        seat = ours.filter(submission=review.submission, seat=review.seat)
        wait_for("another person in the seat", lambda: seat.count() == 2)

    def play_on(self) -> None:
        """Everyone does what waits for them until every decision of this act has come to rest."""
        wait_for("the end of the second act", lambda: not self._moves() and self._at_rest())

    def judge_afresh(self, decision: Decision) -> None:
        """A granted appeal is judged by fresh people, who find more in the answers."""
        self.extra_attempts.add(decision.attempt_id)
        self.kinder.add(decision.enrolment.trainee.email)
        self.play_on()

    def _moves(self) -> int:
        supervisors = Supervisors(self.script, self._attempts())
        supervisors.kinder = self.kinder
        return supervisors.judge_all() + self._write_reserves() + self._settle()

    def _attempts(self) -> list[UUID]:
        second = Attempt.objects.filter(assessment__number=2).values_list("pk", flat=True)
        return [*second, *self.extra_attempts]

    def _write_reserves(self) -> int:
        """Referred trainees write their reserve vignette."""
        drafting = Attempt.objects.filter(
            state=AttemptState.IN_PROGRESS, submissions__reserve=True, pk__in=self._attempts()
        )
        rows = list(drafting.select_related("enrolment__trainee", "assessment__standard_version"))
        for attempt in rows:
            finish(self.script, attempt)
        return len(rows)

    def _settle(self) -> int:
        proposed = Decision.objects.filter(
            attempt_id__in=self._attempts(), state=DecisionState.PROPOSED
        ).select_related("enrolment__trainee", "enrolment__cohort")
        for turn, decision in enumerate(proposed):
            self._settle_one(decision, turn)
        return len(proposed)

    def _settle_one(self, decision: Decision, turn: int) -> None:
        order = self.cast.certifiers[turn % 2 :] + self.cast.certifiers[: turn % 2]
        by = next(person for person in order if not conflicts_with(person, decision))
        if self._is_returned(decision):
            self.returned = True
            return_decision(decision, by=by, reason=RETURNED)
        else:
            ratify(decision, by=by, referral=self._referral(decision))

    def _is_returned(self, decision: Decision) -> bool:
        """One is. A referral needs fresh people itself, who may not suffice for another round."""
        return not self.returned and decision.outcome != Outcome.REFER

    def _referral(self, decision: Decision) -> str:
        """A reserve vignette for those whose story has one; otherwise the usual way."""
        first = not Decision.objects.filter(attempt_id=decision.attempt_id).exclude(referral="")
        has_reserve = self.script.writes(decision.enrolment.trainee.email, "V3")
        refers = decision.outcome == Outcome.REFER
        return Referral.RESERVE if refers and first and has_reserve else ""

    def _at_rest(self) -> bool:
        """Every attempt of this act that was handed in is decided, and nothing follows."""
        ours = Attempt.objects.filter(pk__in=self._attempts())
        moving = ours.filter(state__in=[AttemptState.HANDED_IN, AttemptState.MARKED])
        reserves = ours.filter(state=AttemptState.IN_PROGRESS, submissions__reserve=True)
        decided = ours.filter(state=AttemptState.DECIDED)
        unfollowed = [
            attempt
            for attempt in decided
            if Decision.objects.filter(attempt_id=attempt.pk, round=attempt.round)
            .exclude(state=DecisionState.RATIFIED, referral="")
            .exists()
        ]
        return not (moving.exists() or reserves.exists() or unfollowed)

    def sit_again(self) -> None:
        """A trainee who was not yet competent works on it and sits the other form."""
        trainee = next(p for p in self.cast.trainees if self.script.writes(p.email, "V7"))
        attempt = self._attempt(trainee)
        decision = Decision.objects.get(attempt_id=attempt.pk, state=DecisionState.RATIFIED)
        release_results(attempt, by=self.cast.director)
        plan = plan_remediation(
            decision,
            list(Competency.objects.filter(code__in=["C3", "D3", "F1"])),
            steps="Six supervised sessions on risk and follow-up; two role-plays with feedback.",
            review_on=timezone.now().date() + timedelta(days=30),
            by=self.cast.director,
        )
        complete_remediation(plan, note="Done; both role-plays at level 3.", by=self.cast.director)
        now = timezone.now()
        again = assign_resit(
            attempt.enrolment,
            attempt.assessment,
            opens_at=now,
            closes_at=now + timedelta(days=14),
            by=self.cast.director,
        )
        sit(self.script, again)
