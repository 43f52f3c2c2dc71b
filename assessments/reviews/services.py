"""Take up, recuse from and complete reviews; settle their disagreements."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from assessments.attempts.models import Submission
from assessments.reviews.allocation import draw
from assessments.reviews.judgements import (
    Checked,
    HarmGiven,
    RatingGiven,
    check_judgement,
)
from assessments.reviews.models import (
    Adjudication,
    Citation,
    HarmObservation,
    Rating,
    Review,
    Settlement,
)
from assessments.reviews.states import OPEN, ReviewState
from competency.accounts.models import User
from competency.audit.services import record
from competency.audit.transitions import move
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed, noting
from competency.foundation.text import require_words, take_words
from competency.foundation.transactions import joined
from competency.frameworks.models import Criterion
from competency.notifications.kinds import Kind
from competency.notifications.services import notify
from competency.programs.policies import check_permission
from competency.programs.roles import Permission

OF_REVIEW = ("submission__attempt__enrolment__cohort", "submission__vignette_version")


def _own(review: Review, by: User) -> None:
    if review.reviewer_id != by.pk:
        raise NotAllowed("This review is somebody else's.")
    check_permission(by, Permission.REVIEW_DO, review.program_id)


@transaction.atomic
def start_review(review: Review, *, by: User) -> None:
    _own(review, by)
    _begin(review, by)


def _begin(review: Review, by: User) -> None:
    move(review, ReviewState.IN_PROGRESS, by=by, changes={"started_at": timezone.now()})


@joined()
def open_for_writing(review: Review, *, by: User) -> Review:
    """One's own review, locked and taken up. Raises DomainError once it is closed."""
    rows = Review.objects.select_for_update(of=("self",)).select_related(*OF_REVIEW)
    locked = rows.get(pk=review.pk)
    _own(locked, by)
    if locked.state == ReviewState.COMPLETED:
        raise DomainError("This review is complete; it cannot be given twice.", code="completed")
    if locked.state not in OPEN:
        raise DomainError("This review is no longer yours: the seat was given up.", code="not_open")
    if locked.state == ReviewState.ASSIGNED:
        _begin(locked, by)
    return locked


@transaction.atomic
def recuse(review: Review, *, reason: str, by: User) -> None:
    """Step back from a review, saying why. The seat is drawn again."""
    _own(review, by)
    reason = require_words("reason", reason, "Say why you step back; only the director reads it.")
    changes = {"recused_reason": reason}
    move(review, ReviewState.RECUSED, by=by, reason=reason, changes=changes)


@transaction.atomic
def end_lease(review: Review, *, reason: str, by: User) -> None:
    """A director takes a seat back; it lapses and is drawn again at the next look."""
    check_permission(by, Permission.REVIEW_OVERSEE, review.program_id)
    reason = require_words("reason", reason, "Say why the seat is taken back.")
    rows = Review.objects.filter(pk=review.pk, state__in=OPEN)
    if not rows.update(leased_until=timezone.now()):
        raise DomainError("This review is not open any more.")
    record("review.lease_ended", review, by=by, reason=reason)


@transaction.atomic
def lapse(review: Review) -> None:
    """End a lease that ran out. The seat is drawn again."""
    move(review, ReviewState.LAPSED, by=None)


@transaction.atomic
def record_ratings(
    review: Review,
    *,
    ratings: Sequence[RatingGiven],
    harms: Sequence[HarmGiven] = (),
    summary: str = "",
    active_seconds: int | None = None,
    by: User,
) -> None:
    """Complete a review: one rating per mapped criterion, evidence where it is asked.

    `active_seconds` is the time at the desk, where it is known. Raises InvalidInput naming every
    faulty field; nothing is written then.
    """
    locked = open_for_writing(review, by=by)
    summary = take_words("summary", summary)
    checked = check_judgement(locked.submission, ratings, harms)
    _store(locked, checked)
    done = {
        "completed_at": timezone.now(),
        "summary": summary,
        "active_seconds": active_seconds,
    }
    move(locked, ReviewState.COMPLETED, by=by, changes=done)
    for name in ("submission", "state", "started_at", *done):
        setattr(review, name, getattr(locked, name))


def _store(review: Review, checked: Checked) -> None:
    rows = Rating.objects.bulk_create(
        Rating(review=review, criterion=criterion, level=given.level, rationale=given.rationale)
        for criterion, given, _ in checked.ratings
    )
    Citation.objects.bulk_create(
        Citation(rating=row, **asdict(passage))
        for row, (_, _, passages) in zip(rows, checked.ratings, strict=True)
        for passage in passages
    )
    HarmObservation.objects.bulk_create(
        HarmObservation(review=review, indicator=indicator, note=given.note, **asdict(passage))
        for indicator, given, passage in checked.harms
    )


@transaction.atomic
def open_adjudication(submission: Submission, disputed: Sequence[Criterion]) -> Adjudication | None:
    """Ask a third person to settle the disputed criteria; None while nobody is eligible."""
    existing = submission.adjudications.filter(round=submission.round).first()
    if existing is not None:
        return existing
    drawn = draw(submission, 1)
    if not drawn:
        return None
    adjudication = Adjudication.objects.create(
        submission=submission, round=submission.round, adjudicator=drawn[0]
    )
    adjudication.disputed.set(disputed)
    codes = [criterion.code for criterion in disputed]
    record("adjudication.opened", adjudication, by=None, disputed=codes)
    notify(Kind.ADJUDICATION_ASSIGNED, adjudication.pk, [drawn[0].pk])
    return adjudication


@transaction.atomic
def settle(
    adjudication: Adjudication, settlements: Mapping[str, tuple[int, str]], *, by: User
) -> None:
    """Settle each disputed criterion with a level and a reason.

    `settlements` maps criterion code to (level 1–4, reason). Raises InvalidInput naming every
    criterion that is missing, not disputed or without a reason.
    """
    if adjudication.adjudicator_id != by.pk:
        raise NotAllowed("This adjudication is somebody else's.")
    check_permission(by, Permission.REVIEW_DO, adjudication.program_id)
    locked = Adjudication.objects.select_for_update(of=("self",)).get(pk=adjudication.pk)
    if locked.completed_at is not None:
        raise DomainError("This adjudication is settled already.", code="completed")
    disputed = {criterion.code: criterion for criterion in locked.disputed.all()}
    reasons, problems = _checked_settlements(disputed, settlements)
    if problems:
        raise InvalidInput(problems)
    Settlement.objects.bulk_create(
        Settlement(
            adjudication=locked,
            criterion=disputed[code],
            level=settlements[code][0],
            reason=reason,
        )
        for code, reason in reasons.items()
    )
    locked.completed_at = timezone.now()
    locked.save(update_fields=["completed_at"])
    adjudication.completed_at = locked.completed_at
    record("adjudication.settled", locked, by=by)


def _checked_settlements(
    disputed: Mapping[str, Criterion], settlements: Mapping[str, tuple[int, str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """The reasons, cleaned, by criterion; and what is wrong, by criterion."""
    reasons: dict[str, str] = {}
    problems = {code: f"Settle {code} as well." for code in disputed if code not in settlements}
    for code, (level, reason) in settlements.items():
        if code not in disputed:
            problems[code] = f"{code} is not disputed."
        elif type(level) is not int or not 1 <= level <= 4:
            problems[code] = f"The level of {code} must be 1, 2, 3 or 4."
        else:
            with noting(problems):
                reasons[code] = require_words(code, reason, f"Give a reason for {code}.")
    return reasons, problems
