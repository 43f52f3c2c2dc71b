"""All figures of a cohort, in a number of queries that does not grow with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Min, Q

from assessments.attempts.models import Submission
from assessments.attempts.states import Marking
from assessments.figures import agreement, harm_rates, levels, standings, waiting
from assessments.figures.scope import Scope


@dataclass(frozen=True)
class Responses:
    """How many responses were handed in, and how many of them are marked."""

    received: int
    marked: int
    waiting_days: int


class Dashboard:
    """What a director sees of a cohort. Each figure is asked for once, when it is looked at."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    @cached_property
    def progress(self) -> standings.Progress:
        return standings.progress_of(self.scope)

    @cached_property
    def overall(self) -> levels.Overall:
        return levels.overall(self.scope)

    @cached_property
    def columns(self) -> Sequence[levels.Column]:
        return levels.columns(self.scope)

    @cached_property
    def months(self) -> Sequence[levels.Month]:
        return levels.over_time(self.scope)

    @cached_property
    def harm(self) -> Sequence[harm_rates.HarmRate]:
        return harm_rates.harm_rates(self.scope)

    @cached_property
    def agreement(self) -> agreement.ReviewerAgreement:
        return agreement.reviewer_agreement(self.scope)

    @cached_property
    def work(self) -> Sequence[waiting.Work]:
        return waiting.work_of(self.scope)

    @cached_property
    def expiring(self) -> waiting.Expiring:
        return waiting.expiring(self.scope)

    @cached_property
    def responses(self) -> Responses:
        rows = Submission.objects.filter(attempt__in=self.scope.attempts())
        unmarked = ~Q(state=Marking.MARKED)
        found = rows.exclude(state=Marking.DRAFTING).order_by().aggregate(
            received=Count("pk"),
            marked=Count("pk", filter=~unmarked),
            oldest=Min("received_at", filter=unmarked),
        )  # fmt: skip
        return Responses(found["received"], found["marked"], waiting.days_since(found["oldest"]))
