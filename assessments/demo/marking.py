"""How the supervisors of the story judge, settle, read and give opinions."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from assessments.attempts.answers import Given, answers_given
from assessments.attempts.models import Submission
from assessments.demo.script import Script
from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from assessments.reviews.judgements import CitedRange, HarmGiven, RatingGiven
from assessments.reviews.models import Adjudication, Rating, Review
from assessments.reviews.services import start_review
from assessments.reviews.states import OPEN, ReviewState
from assessments.workflow import services as workflow

RECUSAL = "I recognize the way this person writes from a workshop I taught."
ENOUGH = 2.95  # mean level from which the story's panel calls a trainee competent
OPINIONS = {
    True: "Read as a whole, this is safe work: risk is asked about, contact holds, plans are kept.",
    False: "Kind and well meant, yet too much is left to the client when the risk is highest.",
}


class Supervisors:
    """Everyone who judges, following the script, for the attempts they are shown."""

    def __init__(self, script: Script, attempts: Collection[UUID]) -> None:
        self.script = script
        self.attempts = attempts
        self.kinder: set[str] = set()  # trainees whom fresh people judge a level higher

    def step_back_once(self) -> None:
        """One supervisor recuses; the seat is drawn again by the workflow."""
        review = Review.objects.filter(state=ReviewState.ASSIGNED).order_by("pseudonym").first()
        if review is not None:
            workflow.recuse(review, reason=RECUSAL, by=review.reviewer)

    def judge_all(self, *, leave: str = "") -> int:
        """Judge, settle, read and give every opinion that is asked for; say how many."""
        return (
            self.review_what_is_open(leave=leave)
            + self.settle_disputes()
            + self.read_passages()
            + self.give_opinions()
        )

    def review_what_is_open(self, *, leave: str = "") -> int:
        """Complete every open review but one seat of the trainee `leave`."""
        rows = Review.objects.filter(
            state__in=OPEN, submission__attempt__in=self.attempts
        ).select_related(
            "reviewer",
            "submission__attempt__enrolment__trainee",
            "submission__vignette_version__vignette",
        )
        done = 0
        for review in rows.order_by("leased_until", "pk"):
            if (_trainee(review.submission), review.seat) != (leave, 2):
                self._review(review)
                done += 1
        return done

    def _review(self, review: Review) -> None:
        submission, by = review.submission, review.reviewer
        sitting = self._sitting(submission)
        scripted = [*sitting["reviews"], *sitting.get("further_reviews", [])]
        seat = (review.seat - 1) % len(scripted)
        levels = scripted[seat]
        if submission.base_round > 1 and _trainee(submission) in self.kinder:
            levels = {code: min(3, level + 1) for code, level in levels.items()}
        answers = answers_given(submission)
        if review.state == ReviewState.ASSIGNED:
            start_review(review, by=by)
        workflow.complete_review(
            review,
            ratings=[
                self._rating(submission, sitting, seat, code, level, answers)
                for code, level in levels.items()
            ],
            harms=_harms(sitting, seat, answers),
            flags={
                item: (verdicts[seat % 2]["harmful"], verdicts[seat % 2]["reason"])
                for item, verdicts in sitting.get("flags", {}).items()
            },
            summary=self._summary(submission, seat, levels),
            by=by,
        )

    def _sitting(self, submission: Submission) -> dict[str, Any]:
        code = submission.vignette_version.vignette.code
        return self.script.sitting(_trainee(submission), code)

    def _rating(
        self,
        submission: Submission,
        sitting: dict[str, Any],
        seat: int,
        code: str,
        level: int,
        answers: list[Given],
    ) -> RatingGiven:
        vignette = submission.vignette_version.vignette.code
        sentences = self.script.rationales[vignette, code, level]
        first = self.script.dice(sitting["email"], vignette, code).randrange(len(sentences))
        quote = sitting.get("quotes", {}).get(code)
        citations = [cite(quote, answers)] if quote else []
        return RatingGiven(code, level, sentences[(first + seat) % len(sentences)], citations)

    def _summary(self, submission: Submission, seat: int, levels: dict[str, int]) -> str:
        vignette = submission.vignette_version.vignette.code
        mean = sum(levels.values()) / len(levels)
        kind = "strong" if mean >= 3.2 else "middling" if mean >= 2.5 else "weak"
        sentences = self.script.summaries[vignette][kind]
        return str(self.script.dice(_trainee(submission), vignette, seat).choice(sentences))

    def settle_disputes(self) -> int:
        rows = Adjudication.objects.filter(
            completed_at=None, submission__attempt__in=self.attempts
        ).select_related(
            "adjudicator",
            "submission__attempt__enrolment__trainee",
            "submission__vignette_version__vignette",
        )
        for adjudication in rows:
            settled = self._sitting(adjudication.submission)["adjudication"]
            disputed = adjudication.disputed.values_list("code", flat=True)
            workflow.adjudicate(
                adjudication,
                {code: (settled[code]["level"], settled[code]["reason"]) for code in disputed},
                by=adjudication.adjudicator,
            )
        return len(rows)

    def read_passages(self) -> int:
        rows = HarmJudgement.objects.filter(
            judged_at=None, flag__submission__attempt__in=self.attempts
        ).select_related(
            "judge",
            "flag__submission__attempt__enrolment__trainee",
            "flag__submission__vignette_version__vignette",
        )
        for judgement in rows:
            reading = self._sitting(judgement.flag.submission)["reading"]
            workflow.read_passage(
                judgement,
                harmful=reading["harmful"],
                reason=reading["reason"],
                by=judgement.judge,
            )
        return len(rows)

    def give_opinions(self) -> int:
        """Opinions of the two fresh people whom a referral ends with."""
        rows = Opinion.objects.filter(given_at=None, attempt__in=self.attempts)
        for opinion in rows.select_related("judge"):
            levels = Rating.objects.filter(review__submission__attempt=opinion.attempt_id)
            given = levels.values_list("level", flat=True)
            competent = sum(given) / len(given) >= ENOUGH
            workflow.give_opinion(
                opinion,
                outcome="competent" if competent else "not_yet",
                reason=OPINIONS[competent],
                by=opinion.judge,
            )
        return len(rows)


def _trainee(submission: Submission) -> str:
    return str(submission.attempt.enrolment.trainee.email)


def cite(quote: str, answers: list[Given]) -> CitedRange:
    """Where these words stand, in code points. Raises LookupError when nobody wrote them."""
    for given in answers:
        start = given.text.find(quote)
        if start >= 0:
            return CitedRange(given.item.code, start, start + len(quote))
    raise LookupError(f"nobody wrote “{quote}”")


def _harms(sitting: dict[str, Any], seat: int, answers: list[Given]) -> list[HarmGiven]:
    return [
        HarmGiven(
            harm.get("indicator", f"{harm['criterion']}.H1"),
            harm["reason"],
            cite(harm["quote"], answers),
        )
        for harm in sitting.get("harm", [])
        if harm["seat"] == seat + 1
    ]
