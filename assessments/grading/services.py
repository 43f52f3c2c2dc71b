"""Score one submission's keyed items against its pinned key."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction

from assessments.attempts.answers import Given, answers_given
from assessments.attempts.models import Attempt, LateAnswer, Submission
from assessments.grading import rules
from assessments.grading.models import Score
from assessments.vignettes.contents import stages_of, story_of
from assessments.vignettes.models import Option
from assessments.vignettes.services import keyed_options
from competency.foundation.transactions import joined
from competency.frameworks.kept import of_published


@joined()
def score_submission(submission: Submission, answers: Iterable[Given] | None = None) -> list[Score]:
    """Write a score for every keyed item faced. Repeats return what is there.

    `answers` are the keyed ones, where the caller has read them.
    """
    if existing := list(submission.scores.filter(late=False)):
        return existing
    stages = told(submission.vignette_version)
    story = story_of(stages)
    visited = list(submission.commits.order_by("position").values_list("stage__code", flat=True))
    if submission.current_stage:
        visited.append(submission.current_stage.code)
    faced = rules.stages_faced(story, visited, finished=submission.current_stage is None)
    items = {
        item.code: item
        for stage in stages
        if stage.code in faced
        for item in stage.items.all()
        if item.rules.keyed
    }
    scored = rules.score_items(
        [rules.Asked(item.kind, item.shape(), float(item.weight)) for item in items.values()],
        {given.item.code: given.response for given in keyed_answers(submission, answers)},
        keyed_options(submission.key),
        story,
        stages[0].code,
    )
    return Score.objects.bulk_create(
        Score(
            submission=submission,
            item=items[score.item],
            key=submission.key,
            value=stored(score.value),
            weight=items[score.item].weight,
        )
        for score in scored
    )


told = of_published(stages_of)


def stored(value: float) -> Decimal:
    """A score with the six places that its column keeps."""
    return Decimal(f"{value:.6f}")


def keyed_answers(submission: Submission, read: Iterable[Given] | None) -> Iterable[Given]:
    return answers_given(submission, keyed=True) if read is None else read


def critical_options_chosen(
    submission: Submission, answers: Iterable[Given] | None = None
) -> list[Option]:
    """Options that the key calls critical and the trainee chose."""
    keyed = keyed_options(submission.key)
    chosen: list[Option] = []
    for given in keyed_answers(submission, answers):
        codes = given.item.rules.critical_choices(given.response, keyed.get(given.item.code, {}))
        chosen += given.item.options.filter(code__in=codes) if codes else []
    return chosen


def keyed_section_of(attempt: Attempt) -> float | None:
    """The attempt's keyed section, 0 to 1; None when its form has no keyed item."""
    rows = Score.objects.filter(submission__attempt=attempt).order_by("late")
    counting = {(row.submission_id, row.item_id): row for row in rows.select_related("item")}
    return rules.keyed_section(
        [
            rules.Scored(row.item.code, float(row.value), float(row.weight))
            for row in counting.values()
        ]
    )


@transaction.atomic
def score_late_answer(late: LateAnswer) -> Score | None:
    """Score a keyed answer that was ruled to count; it stands in place of the first score.

    A decision of the story is not scored late: the story had gone on without it.
    """
    kind, submission = late.item.rules, late.submission
    if not kind.keyed or kind.branching:
        return None
    key = keyed_options(submission.key)[late.item.code]
    blank = kind.is_blank(late.choices)
    value = 0.0 if blank else kind.score(late.item.shape(), late.choices, key)
    score, _ = Score.objects.get_or_create(
        submission=submission,
        item=late.item,
        late=True,
        defaults={"key": submission.key, "value": stored(value), "weight": late.item.weight},
    )
    return score
