"""The part of a case that one trainee met: and nothing beyond it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from assessments.attempts.models import Submission
from assessments.vignettes.models import Stage


@dataclass(frozen=True)
class Path:
    """Stages in the order in which they were met, and which of them are finished."""

    stages: Sequence[Stage]
    finished: frozenset[UUID]


def path_of(submission: Submission) -> Path:
    """With items, options and criteria, in a constant number of queries."""
    finished = list(submission.commits.order_by("position").values_list("stage", flat=True))
    current = submission.current_stage_id
    met = [*finished, *([current] if current else [])]
    rows = submission.vignette_version.stages.filter(pk__in=met)
    stages = {row.pk: row for row in rows.prefetch_related("items__options", "items__criteria")}
    return Path([stages[pk] for pk in met], frozenset(finished))
