"""How the supervisors of the story judge, settle and read."""

from typing import Any

from assessments.attempts.answers import Given, answers_given
from assessments.demo.script import Script
from assessments.harm.models import HarmJudgement
from assessments.reviews.judgements import CitedRange, HarmGiven, RatingGiven
from assessments.reviews.models import Adjudication, Review
from assessments.reviews.services import start_review
from assessments.reviews.states import OPEN, ReviewState
from assessments.workflow import services as workflow

RECUSAL = "I recognize the way this person writes from a workshop I taught."


class Supervisors:
    """Everyone who judges, following the script."""

    def __init__(self, script: Script) -> None:
        self.script = script

    def step_back_once(self) -> None:
        """One supervisor recuses; the seat is drawn again by the workflow."""
        review = Review.objects.filter(state=ReviewState.ASSIGNED).order_by("pseudonym").first()
        if review is not None:
            workflow.recuse(review, reason=RECUSAL, by=review.reviewer)

    def review_what_is_open(self, *, leave: str = "") -> int:
        """Complete every open review but one seat of the trainee `leave`; say how many."""
        rows = Review.objects.filter(state__in=OPEN).select_related(
            "reviewer", "submission__attempt__enrolment__trainee"
        )
        done = 0
        for review in rows.order_by("leased_until", "pk"):
            if (self._sitting(review.submission)["email"], review.seat) != (leave, 2):
                self._review(review)
                done += 1
        return done

    def _sitting(self, submission: Any) -> dict[str, Any]:
        return self.script.sittings[submission.attempt.enrolment.trainee.email]

    def _review(self, review: Review) -> None:
        sitting, by = self._sitting(review.submission), review.reviewer
        answers = answers_given(review.submission)
        levels = sitting["reviews"][review.seat - 1]
        if review.state == ReviewState.ASSIGNED:
            start_review(review, by=by)
        workflow.complete_review(
            review,
            ratings=[
                self._rating(sitting, review.seat, code, level, answers)
                for code, level in levels.items()
            ],
            harms=_harms(sitting, review.seat, answers),
            flags={
                item: (verdicts[review.seat - 1]["harmful"], verdicts[review.seat - 1]["reason"])
                for item, verdicts in sitting.get("flags", {}).items()
            },
            summary=self._summary(sitting, review.seat, levels),
            by=by,
        )

    def _rating(
        self, sitting: dict[str, Any], seat: int, code: str, level: int, answers: list[Given]
    ) -> RatingGiven:
        bank = self.script.words["rationales"] if "rationales" in self.script.words else None
        sentences = (bank or self.script.words)[code][level]
        first = self.script.dice(sitting["email"], code).randrange(len(sentences))
        rationale = sentences[(first + seat) % len(sentences)]
        quote = sitting.get("quotes", {}).get(code)
        return RatingGiven(code, level, rationale, [cite(quote, answers)] if quote else [])

    def _summary(self, sitting: dict[str, Any], seat: int, levels: dict[str, int]) -> str:
        mean = sum(levels.values()) / len(levels)
        kind = "strong" if mean >= 3.2 else "middling" if mean >= 2.5 else "weak"
        sentences = self.script.words["summaries"][kind]
        return str(self.script.dice(sitting["email"], seat).choice(sentences))

    def settle_disputes(self) -> int:
        rows = Adjudication.objects.filter(completed_at=None).select_related(
            "adjudicator", "submission__attempt__enrolment__trainee"
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
        rows = HarmJudgement.objects.filter(judged_at=None).select_related(
            "judge", "flag__submission__attempt__enrolment__trainee"
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
        if harm["seat"] == seat
    ]
