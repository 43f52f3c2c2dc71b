"""Raise harm flags by rule; let people, and only people, settle them."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone

from assessments.attempts.answers import Given
from assessments.attempts.models import Submission
from assessments.grading.services import critical_options_chosen
from assessments.harm.models import HarmFlag, HarmJudgement
from assessments.harm.rules import verdict
from assessments.harm.states import FlagState
from assessments.reviews.allocation import draw
from assessments.reviews.judgements import mapped_criteria
from assessments.reviews.models import Rating, Review
from competency.accounts.models import User
from competency.audit.services import record
from competency.audit.transitions import move
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed, noting
from competency.foundation.text import require_words
from competency.foundation.transactions import joined
from competency.frameworks.models import Criterion
from competency.notifications.kinds import Kind
from competency.notifications.services import notify
from competency.programs.policies import check_permission
from competency.programs.roles import Permission

HARMFUL_LEVEL = 1


@joined()
def raise_option_flags(
    submission: Submission, answers: Iterable[Given] | None = None
) -> list[HarmFlag]:
    """Flag each critical option that was chosen. Repeats raise nothing new."""
    flags = []
    for option in critical_options_chosen(submission, answers):
        flag, raised = HarmFlag.objects.get_or_create(
            submission=submission, option=option, round=submission.round
        )
        if raised:
            record("harmflag.raised", flag, by=None, option=option.code)
        flags.append(flag)
    return flags


def counting(submission: Submission) -> QuerySet[HarmFlag]:
    """The flags of the rounds whose judgements count."""
    return HarmFlag.objects.filter(submission=submission, round__gte=submission.base_round)


def open_option_flags(submission: Submission) -> list[HarmFlag]:
    """Critical choices that every reviewer of this round judges in their review."""
    flags = counting(submission).filter(option__isnull=False, state=FlagState.RAISED)
    return list(flags.select_related("option__item"))


@joined()
def judge_options(review: Review, verdicts: Mapping[str, tuple[bool, str]], *, by: User) -> None:
    """Record this reviewer's judgement of each critical choice.

    `verdicts` maps item code to (harmful, reason). Raises InvalidInput for any left out.
    """
    problems: dict[str, str] = {}
    for flag in open_option_flags(review.submission):
        item = flag.option.item.code if flag.option else ""
        harmful, reason = verdicts.get(item, (None, ""))
        if harmful is None:
            problems[f"flags.{item}"] = "Judge whether this choice would have harmed the client."
            continue
        with noting(problems):
            words = require_words(f"flags.{item}", reason, "Say why, in a sentence.")
            _write(flag, by, harmful=harmful, reason=words)
    if problems:
        raise InvalidInput(problems)


@joined()
def raise_review_flags(submission: Submission, reviews: Iterable[Review]) -> None:
    """Flag each criterion on which any reviewer saw harm, with what each of them judged.

    Harm is level 1 on a safety-critical criterion, or a harm indicator of its competency.
    """
    reviews = list(reviews)
    prefetch_related_objects(reviews, "harm_observations__indicator")
    for criterion in mapped_criteria(submission):
        seen = {review.pk: _harm_seen(review, criterion) for review in reviews}
        if not any(seen.values()):
            continue
        flag = counting(submission).filter(criterion=criterion).first()
        if flag is None:
            flag = HarmFlag.objects.create(
                submission=submission, criterion=criterion, round=submission.round
            )
            record("harmflag.raised", flag, by=None, criterion=criterion.code)
        if flag.state != FlagState.RAISED:
            continue
        for review in reviews:
            reason = seen[review.pk] or _why_not(review, criterion)
            _write(flag, review.reviewer, harmful=bool(seen[review.pk]), reason=reason)


def _harm_seen(review: Review, criterion: Criterion) -> str:
    """The reviewer's words about the harm they saw on this criterion; empty when none."""
    for observation in review.harm_observations.all():
        if observation.indicator.competency_id == criterion.competency_id:
            return observation.note
    rating = _rating(review, criterion)
    harmful = criterion.safety_critical and rating.level == HARMFUL_LEVEL
    return rating.rationale if harmful else ""


def _rating(review: Review, criterion: Criterion) -> Rating:
    return {row.criterion_id: row for row in review.ratings.all()}[criterion.pk]


def _why_not(review: Review, criterion: Criterion) -> str:
    rating = _rating(review, criterion)
    return f"Level {rating.level}, no harm seen: {rating.rationale}"


def _write(flag: HarmFlag, judge: User, *, harmful: bool, reason: str) -> None:
    _, made = HarmJudgement.objects.get_or_create(
        flag=flag,
        judge=judge,
        defaults={"harmful": harmful, "reason": reason, "judged_at": timezone.now()},
    )
    if made:
        record("harmflag.judged", flag, by=judge, on_behalf=True, harmful=harmful)


@joined()
def settle_flags(submission: Submission) -> list[HarmFlag]:
    """Settle each flag on which two people agree; ask a fresh reader about the others.

    Returns the flags of this round that stay open.
    """
    flags = counting(submission).select_for_update(of=("self",)).filter(state=FlagState.RAISED)
    return [flag for flag in flags if not _settle_or_ask(flag)]


def _settle_or_ask(flag: HarmFlag) -> bool:
    judgements = list(
        flag.judgements.filter(judged_at__isnull=False)
        .select_related("judge")
        .order_by("judged_at")
    )
    found = verdict([bool(judgement.harmful) for judgement in judgements])
    if found is None:
        if judgements:
            _ask_fresh_reader(flag)
        return False
    to = FlagState.CONFIRMED if found else FlagState.DISMISSED
    # The judgement that completes the pair settles the flag: a person's act, never the machine's.
    settled = {"settled_at": timezone.now()}
    move(flag, to, by=judgements[-1].judge, changes=settled, on_behalf=True)
    return True


def _ask_fresh_reader(flag: HarmFlag) -> None:
    if flag.judgements.filter(judged_at=None).exists():
        return
    for reader in draw(flag.submission, 1):
        asked = HarmJudgement.objects.create(flag=flag, judge=reader, fresh_reader=True)
        record("harmreading.assigned", asked, by=None, reader=str(reader.pk))
        notify(Kind.READING_ASSIGNED, asked.pk, [reader.pk])


@transaction.atomic
def read_passage(judgement: HarmJudgement, *, harmful: bool, reason: str, by: User) -> None:
    """Give a fresh reader's judgement, which decides a one-sided flag."""
    if judgement.judge_id != by.pk:
        raise NotAllowed("This reading is somebody else's.")
    check_permission(by, Permission.REVIEW_DO, judgement.program_id)
    reason = require_words("reason", reason, "Say why, in a sentence.")
    rows = HarmJudgement.objects.filter(pk=judgement.pk, judged_at=None)
    given = {"harmful": harmful, "reason": reason, "judged_at": timezone.now()}
    if not rows.update(**given):
        raise DomainError("This reading was given already.", code="completed")
    judgement.refresh_from_db()
    record("harmflag.judged", judgement.flag, by=by, harmful=harmful, fresh_reader=True)
