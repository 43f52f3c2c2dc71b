"""A trainee's own submission, laid out as the sheet they read and write on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from assessments.attempts.answers import join, sealer_of
from assessments.attempts.models import Answer, Attempt, Submission
from assessments.vignettes.contents import stages_of, story_of
from assessments.vignettes.models import Item, Stage
from assessments.web.sitting.scenes import Fields, Task, stages_left
from competency.web.http import UserRequest


def own_attempt(request: UserRequest, pk: UUID) -> Attempt:
    rows = Attempt.objects.of_trainee(request.user).select_related(
        "assessment__standard_version", "enrolment__cohort__program", "enrolment__trainee"
    )
    found: Attempt = get_object_or_404(rows, pk=pk)
    return found


def own_submission(request: UserRequest, pk: UUID, position: int) -> Submission:
    attempt = own_attempt(request, pk)
    rows = attempt.submissions.select_related("vignette_version__vignette", "current_stage")
    submission: Submission = get_object_or_404(rows, position=position)
    submission.attempt = attempt
    return submission


def draft_key(submission: Submission, item: str) -> str:
    return f"attempt:{submission.attempt_id}:{submission.position}:{item}"


@dataclass(frozen=True)
class Sheet:
    """The stages met so far, the one that is shown, and how many more there may be."""

    submission: Submission
    met: list[Stage]
    shown: Stage
    answers: Mapping[UUID, tuple[Answer, dict[str, Any]]] = field(repr=False)
    fewest: int
    most: int

    @property
    def open(self) -> bool:
        return self.shown.pk == self.submission.current_stage_id

    @property
    def number(self) -> int:
        return self.met.index(self.shown) + 1

    @property
    def before(self) -> list[tuple[int, Stage]]:
        return list(enumerate(self.met[: self.number - 1], start=1))

    @property
    def decided(self) -> str:
        """What was decided at the end of the stage before: the story follows from it."""
        if self.number == 1:
            return ""
        for item in self.met[self.number - 2].items.all():
            if item.rules.branching and item.pk in self.answers:
                choice = self.answers[item.pk][1].get("choice")
                return next((o.text for o in item.options.all() if o.code == choice), "")
        return ""

    def tasks(self, changed: "Mapping[str, Changed] | None" = None) -> list[Task]:
        items = enumerate(self.shown.items.all(), start=1)
        return [
            self._task(number, item, (changed or {}).get(item.code, Changed()))
            for number, item in items
        ]

    def _task(self, number: int, item: Item, changed: "Changed") -> Task:
        answer, response = self.answers.get(item.pk, (None, {}))
        fields: Fields = item.rules.to_form(response)
        settings = item.settings | {"branching": item.rules.branching}
        at = [self.submission.attempt_id, self.submission.position, item.code]
        return Task(
            number=number,
            code=item.code,
            prompt=item.prompt,
            control=item.rules.control,
            settings=settings,
            options=[(option.code, option.text) for option in item.options.all()],
            fields=fields if changed.fields is None else changed.fields,
            blank=item.rules.is_blank(response),
            key=draft_key(self.submission, item.code),
            save=reverse("answer", args=at),
            revision=answer.revision if answer else 0,
            idem=str(answer.idempotency_key or "") if answer else "",
            problem=changed.problem,
            newer=changed.newer,
        )


@dataclass(frozen=True)
class Changed:
    """What came with a form and could not be taken: it stays in its fields."""

    fields: Fields | None = None
    problem: str = ""
    newer: str = ""


def sheet_of(submission: Submission, code: str = "") -> Sheet:
    """Of the current stage (the last one when all are finished), or of one met before.

    A constant number of queries. Raises Http404 for a stage that was not reached.
    """
    stages = stages_of(submission.vignette_version)
    by_pk = {stage.pk: stage for stage in stages}
    finished = submission.commits.order_by("position").values_list("stage_id", flat=True)
    met = [by_pk[pk] for pk in finished]
    current = by_pk.get(submission.current_stage_id) if submission.current_stage_id else None
    met += [current] if current else []
    shown = next((stage for stage in met if stage.code == code), None) if code else met[-1]
    if shown is None:
        raise Http404
    fewest, most = stages_left(story_of(stages), current.code) if current else (0, 0)
    done = len(met) - (1 if current else 0)
    return Sheet(submission, met, shown, _answers(submission), done + fewest, done + most)


def _answers(submission: Submission) -> dict[UUID, tuple[Answer, dict[str, Any]]]:
    rows = list(submission.answers.select_related("item"))
    sealer = sealer_of(submission) if rows else None
    return {row.item_id: (row, join(row, sealer)) for row in rows if sealer}
