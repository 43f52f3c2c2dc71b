"""Pairs of levels that two reviewers gave the same criterion of the same response, counted by
PostgreSQL in one pass: what comes back is as many rows as there are cells, however many people.

Reviews that count are found once and kept aside; only then are their ratings read, so that the
planner does not guess from conditions on both sides of the pair and sort hundreds of thousands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from assessments.attempts.models import Attempt

GROUPS = 16  # of trainees, by chance: a power of two
PAIRS = """
WITH counted AS MATERIALIZED (
    SELECT review.id, review.submission_id, attempt.*
    FROM ({attempts}) AS attempt (attempt_id, enrolment_id{keys})
    JOIN assessments_submission AS submission ON submission.attempt_id = attempt.attempt_id
    JOIN assessments_review AS review
        ON review.submission_id = submission.id
        AND review.state = 'completed' AND review.round >= submission.base_round
),
paired AS MATERIALIZED (
    SELECT one.*, other.id AS other_id
    FROM counted AS one
    JOIN counted AS other ON other.submission_id = one.submission_id AND other.id > one.id
)
SELECT NULL::uuid, NULL, NULL, NULL, count(DISTINCT enrolment_id){keys}
FROM paired
{by_keys}
UNION ALL
SELECT one.criterion_id, hashtext(enrolment_id::text) & {last}, one.level, other.level,
    count(*){keys}
FROM paired
JOIN assessments_rating AS one ON one.review_id = paired.id
JOIN assessments_rating AS other
    ON other.review_id = paired.other_id AND other.criterion_id = one.criterion_id
GROUP BY 1, 2, 3, 4{keys}
"""


@dataclass(frozen=True)
class Pairs:
    """So many pairs of these levels in a group of trainees; or, without a criterion, how many
    trainees were reviewed twice at all."""

    criterion: UUID | None
    group: int
    level: int
    other: int
    count: int
    key: tuple[Any, ...]


def pairs_of(attempts: QuerySet[Attempt], paths: Sequence[str] = ()) -> Iterator[Pairs]:
    """Of released results, apart for each combination of what these paths of an attempt lead to.
    Which of two reviews is the first is by lot: their keys are random."""
    released = attempts.filter(released_at__isnull=False).order_by()
    try:
        inner, values = released.values_list("pk", "enrolment_id", *paths).query.sql_with_params()
    except EmptyResultSet:
        return
    names = [f"key_{number}" for number in range(len(paths))]
    statement = PAIRS.format(
        attempts=inner,
        keys="".join(f", {name}" for name in names),
        by_keys=f"GROUP BY {', '.join(names)}" if names else "",
        last=GROUPS - 1,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    for criterion, group, level, other, count, *key in rows:
        yield Pairs(criterion, group, level, other, count, tuple(key))
