"""Whose desk holds what, how fast reviews come back, and what is still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.states import AttemptState, Marking
from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from assessments.reviews.models import Adjudication, Review
from assessments.reviews.states import OPEN, ReviewState
from assessments.workload.rules import WEEKS, Range, forecast
from competency.accounts.models import User
from competency.programs.models import Cohort, Membership, Program
from competency.programs.policies import granting
from competency.programs.roles import Permission

RECENT = timedelta(days=30)
SOON = timedelta(days=2)
DUE = ("soon", "overdue")
OF_PROGRAM = "submission__attempt__enrolment__cohort__program"
WRITING = (AttemptState.ASSIGNED, AttemptState.IN_PROGRESS)
TO_REVIEW = (Marking.RECEIVED, Marking.SCORED, Marking.UNDER_REVIEW, Marking.AWAITING_REVIEWER)


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def open_reviews(program: Program, reader: User) -> QuerySet[Review]:
    """Seats that are not judged yet, the soonest due first; never of one's own responses."""
    rows = Review.objects.filter(**{OF_PROGRAM: program}, state__in=OPEN)
    rows = rows.exclude(submission__attempt__enrolment__trainee=reader)
    return rows.order_by("leased_until", "pk")


def due(reviews: QuerySet[Review], when: str) -> QuerySet[Review]:
    """Those whose time is over, or will be within two days; all of them otherwise."""
    now = timezone.now()
    if when == "overdue":
        return reviews.filter(leased_until__lt=now)
    if when == "soon":
        return reviews.filter(leased_until__gte=now, leased_until__lt=now + SOON)
    return reviews


def reviewers(program: Program) -> QuerySet[Any]:
    """Everybody who reviews in the program, or has something open in it, the busiest first.

    With `open`, `soon`, `overdue`, and of the last 30 days `done`, `given_up` (recused or lapsed)
    and `turnaround`, the median time from being seated to being done.
    """
    now = timezone.now()
    here = Q(**{f"reviews__{OF_PROGRAM}": program})
    waits = here & Q(reviews__state__in=OPEN)
    done = here & Q(reviews__completed_at__gte=now - RECENT)
    ended = [ReviewState.RECUSED, ReviewState.LAPSED]
    given_up = here & Q(reviews__state__in=ended, reviews__created_at__gte=now - RECENT)
    members = Membership.objects.current().filter(granting(Permission.REVIEW_DO), program=program)
    busy = Review.objects.filter(**{OF_PROGRAM: program}, state__in=OPEN)
    people = User.objects.filter(
        Q(pk__in=members.values("person")) | Q(pk__in=busy.values("reviewer"))
    )
    spent = F("reviews__completed_at") - F("reviews__created_at")
    soon = Q(reviews__leased_until__gte=now, reviews__leased_until__lt=now + SOON)
    return people.annotate(
        open=Count("reviews", filter=waits),
        soon=Count("reviews", filter=waits & soon),
        overdue=Count("reviews", filter=waits & Q(reviews__leased_until__lt=now)),
        done=Count("reviews", filter=done),
        given_up=Count("reviews", filter=given_up),
        turnaround=Median(spent, filter=done, output_field=DurationField()),
    ).order_by("-overdue", "-open", "name", "pk")


def settling(program: Program, people: Sequence[UUID]) -> dict[UUID, int]:
    """By person: adjudications, harm readings and referrals that wait for them."""
    of_flag = f"flag__{OF_PROGRAM}"
    of_attempt = OF_PROGRAM.removeprefix("submission__")
    sources: list[tuple[QuerySet[Any], str]] = [
        (Adjudication.objects.filter(**{OF_PROGRAM: program}, completed_at=None), "adjudicator"),
        (HarmJudgement.objects.filter(**{of_flag: program}, judged_at=None), "judge"),
        (Opinion.objects.filter(**{of_attempt: program}, given_at=None), "judge"),
    ]
    found: dict[UUID, int] = {}
    for rows, person in sources:
        held = rows.filter(**{f"{person}__in": people}).order_by().values_list(person)
        for pk, count in held.annotate(count=Count("pk")):
            found[pk] = found.get(pk, 0) + count
    return found


def done_by_week(program: Program) -> list[int]:
    """Reviews done in each of the last weeks, the latest first; none from before the first seat."""
    now = timezone.now()
    rows = Review.objects.filter(**{OF_PROGRAM: program})
    since = now - timedelta(weeks=WEEKS)
    first = rows.order_by("created_at").values_list("created_at", flat=True).first()
    whole = min(WEEKS, (now - first).days // 7) if first else 0
    done = [0] * whole
    for at in rows.filter(completed_at__gte=since).values_list("completed_at", flat=True):
        week = (now - at).days // 7 if at else whole
        if week < whole:
            done[week] += 1
    return done


@dataclass(frozen=True)
class Outlook:
    """What is still to review of one cohort: handed in and not, and when it could be done."""

    cohort: Cohort
    here: int
    to_come: int
    soonest: datetime | None
    latest: datetime | None

    @property
    def reviews(self) -> int:
        return self.here + self.to_come


def still_to_review(program: Program) -> dict[UUID, tuple[int, int]]:
    """By cohort: reviews that are missing of what was handed in, and of what is being written."""
    cohort = "attempt__enrolment__cohort"
    counting = Review.objects.filter(
        submission=OuterRef("pk"),
        round__gte=OuterRef("base_round"),
        state=ReviewState.COMPLETED,
    )
    done = Subquery(counting.order_by().values("submission").annotate(n=Count("pk")).values("n"))
    required = F("extra_reviews") + F("attempt__assessment__standard_version__required_reviews")
    rows = Submission.objects.filter(**{f"{cohort}__program": program})
    missing = rows.annotate(missing=Greatest(required - Coalesce(done, 0), 0)).order_by()
    writing = Q(state=Marking.DRAFTING, attempt__state__in=WRITING)
    summed = missing.values(cohort).annotate(
        here=Coalesce(Sum("missing", filter=Q(state__in=TO_REVIEW)), 0),
        to_come=Coalesce(Sum("missing", filter=writing), 0),
    )
    return {row[cohort]: (row["here"], row["to_come"]) for row in summed}


def outlooks(program: Program) -> list[Outlook]:
    """Of each cohort with something to review: how much, and when it could be done."""
    missing = {pk: counts for pk, counts in still_to_review(program).items() if any(counts)}
    weeks = done_by_week(program)
    everything = sum(here + to_come for here, to_come in missing.values())
    closing = _last_hand_ins(program)
    cohorts = Cohort.objects.filter(pk__in=missing).order_by("starts_on", "name")
    return [
        _outlook(row, *missing[row.pk], everything, weeks, closing.get(row.pk)) for row in cohorts
    ]


def _last_hand_ins(program: Program) -> dict[UUID, datetime]:
    """By cohort: when the last of those who have not handed in may still begin."""
    rows = Attempt.objects.filter(enrolment__cohort__program=program, state__in=WRITING).order_by()
    return dict(
        rows.values_list("enrolment__cohort").annotate(last=Max(Coalesce("due_at", "closes_at")))
    )


def _outlook(
    cohort: Cohort,
    here: int,
    to_come: int,
    everything: int,
    weeks: Sequence[int],
    last: datetime | None,
) -> Outlook:
    """What is not written yet is reviewed after the last of it could have been begun."""
    found = forecast(here + to_come, everything, weeks)
    if found is None:
        return Outlook(cohort, here, to_come, None, None)
    now = timezone.now()
    latest = now + _days(found.latest)
    rest: Range | None = forecast(to_come, to_come, weeks)
    if last is not None and rest is not None:
        latest = max(latest, last + _days(rest.latest))
    return Outlook(cohort, here, to_come, now + _days(found.soonest), latest)


def _days(days: float) -> timedelta:
    return timedelta(days=min(days, 3650))
