"""What waits on a reviewer's desk, in an order that tells nothing of whose work it is, or when."""

from statistics import median
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When, Window
from django.db.models.functions import Lag, RowNumber

from assessments.reviews.models import Review
from competency.accounts.models import User

TRAINEE = "submission__attempt__enrolment__trainee"
CASE = "submission__vignette_version"
RECENT = 20
SECOND = 2


def queue_of(person: User) -> QuerySet[Review]:
    """Case by case; within a case in the order of random keys, which differ for each reviewer.

    One person gives at most one response to a case, so their work never comes in a row, save
    where one case ends and the next begins: there, a response of the same person goes behind the
    next one. Not to the end, where it might meet the same person again.
    """
    before: Any = Window(Lag(TRAINEE), order_by=[F(CASE).asc(), F("pk").asc()])
    place: Any = Window(RowNumber(), partition_by=[F(CASE)], order_by=F("pk").asc())
    rows = Review.objects.open_for(person).annotate(before=before, place=place, trainee=F(TRAINEE))
    behind = Case(When(before=F("trainee"), then=Value(SECOND)), default=F("place"))
    return rows.annotate(turn=behind).order_by(CASE, "turn", "-place")


def first_of(queue: QuerySet[Review]) -> Review | None:
    """The one to open next: one that was begun, or else the first."""
    begun = Case(When(state="in_progress", then=Value(0)), default=Value(1))
    return queue.order_by(begun, *queue.query.order_by).first()


def usual_minutes(person: User) -> int | None:
    """The median time of this person's latest reviews at the desk; None before the first."""
    done = Review.objects.assigned_to(person).filter(active_seconds__gt=0)
    spent = done.order_by("-completed_at").values_list("active_seconds", flat=True)[:RECENT]
    seconds = [each for each in spent if each]
    return max(1, round(median(seconds) / 60)) if seconds else None
