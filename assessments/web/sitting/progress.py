"""How far each case of an attempt is, and what was left blank on the way."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from assessments.attempts.answers import join, sealer_of
from assessments.attempts.models import Attempt, Submission
from assessments.vignettes.models import Item


@dataclass(frozen=True)
class CaseProgress:
    """One case: how many stages are finished, and the tasks met that have no answer."""

    submission: Submission
    finished_stages: int
    blanks: list[Item]

    @property
    def first_stage(self) -> str:
        """Where reading again begins."""
        return next((str(commit.stage.code) for commit in self.submission.commits.all()), "")

    @property
    def finished(self) -> bool:
        return self.submission.current_stage_id is None

    @property
    def begun(self) -> bool:
        return self.finished_stages > 0


def progress_of(attempt: Attempt) -> list[CaseProgress]:
    """In the order of the form, in a constant number of queries."""
    rows = attempt.submissions.select_related("vignette_version__vignette").prefetch_related(
        "commits__stage__items", "answers__item", "attempt__enrolment"
    )
    submissions = list(rows.order_by("position"))
    answered = _answered(submissions)
    return [
        CaseProgress(
            submission=row,
            finished_stages=len(row.commits.all()),
            blanks=[
                item
                for commit in row.commits.all()
                for item in commit.stage.items.all()
                if item.pk not in answered[row.pk]
            ],
        )
        for row in submissions
    ]


def _answered(submissions: list[Submission]) -> dict[Any, set[Any]]:
    """Items with an answer that is not blank, by submission."""
    found: dict[Any, set[Any]] = defaultdict(set)
    if not any(row.answers.all() for row in submissions):
        return found
    sealer = sealer_of(submissions[0])
    for submission in submissions:
        for row in submission.answers.all():
            if not row.item.rules.is_blank(join(row, sealer)):
                found[submission.pk].add(row.item_id)
    return found
