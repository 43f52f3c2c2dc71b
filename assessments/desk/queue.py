"""What waits on a reviewer's desk, in an order that tells nothing of whose work it is, or when."""

from statistics import median
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When, Window
from django.db.models.functions import Lag

from assessments.reviews.models import Review
from competency.accounts.models import User

TRAINEE = "submission__attempt__enrolment__trainee"
CASE = "submission__vignette_version"
RECENT = 20


def queue_of(person: User) -> QuerySet[Review]:
    """Case by case; within a case in the order of random keys, which differ for each reviewer.

    One person gives at most one response to a case, so their work never comes in a row, save
    where one case ends and the next begins: there, a response of the same person goes last.
    """
    before: Any = Window(Lag(TRAINEE), order_by=[F(CASE).asc(), F("pk").asc()])
    rows = Review.objects.open_for(person).annotate(before=before, trainee=F(TRAINEE))
    same_person = Case(When(before=F("trainee"), then=Value(1)), default=Value(0))
    return rows.annotate(same_person=same_person).order_by(CASE, "same_person", "pk")


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
