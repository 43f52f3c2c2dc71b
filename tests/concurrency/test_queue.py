"""Four take from one queue at once until it is empty: everything once, nothing left."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.states import Marking
from assessments.reviews.models import Review
from assessments.workflow import pipeline
from tests import factories
from tests.concurrency.rivals import PATIENCE
from tests.factories import Campus

RIVALS, LENGTH = 4, 200
pytestmark = pytest.mark.django_db(transaction=True)


def queue(campus: Campus) -> list[UUID]:
    """So many submissions that wait for a reviewer, of as many trainees."""
    origin = factories.handed_in(campus)
    now = timezone.now()
    attempts = Attempt.objects.bulk_create(
        Attempt(
            enrolment=origin.enrolment,
            assessment=origin.assessment,
            form=origin.form,
            number=number,
            state=origin.state,
            opens_at=origin.opens_at,
            closes_at=origin.closes_at,
            allowed_seconds=origin.allowed_seconds,
            sitting_mode=origin.sitting_mode,
            started_at=origin.started_at,
            due_at=origin.due_at,
            handed_in_at=now,
        )
        for number in range(2, LENGTH + 2)
    )
    model = factories.submission_of(origin)
    rows = Submission.objects.bulk_create(
        Submission(
            attempt=attempt,
            position=1,
            vignette_version=model.vignette_version,
            key=model.key,
            state=Marking.SCORED,
            received_at=now,
            content_hash=model.content_hash,
        )
        for attempt in attempts
    )
    return [row.pk for row in rows]


def take_until_empty(waiting: list[UUID], start: Barrier) -> list[UUID]:
    """Take the first that waits, as all the others do, until none is left."""
    mine: list[UUID] = []
    rows = Submission.objects.filter(pk__in=waiting, state=Marking.SCORED).order_by("pk")
    try:
        start.wait(PATIENCE)
        while first := rows.values_list("pk", flat=True).first():
            if pipeline.advance_submission(first):
                mine.append(first)
    finally:
        connection.close()
    return mine


def test_four_take_two_hundred_papers_and_no_paper_twice() -> None:
    campus = factories.campus(supervisors=4, standard={"required_reviews": 1})
    waiting, start = queue(campus), Barrier(RIVALS)
    with ThreadPoolExecutor(RIVALS) as threads:
        takers = [threads.submit(take_until_empty, waiting, start) for _ in range(RIVALS)]
        taken = [pk for taker in takers for pk in taker.result()]

    assert len(taken) == len(set(taken)) == LENGTH
    drawn = Review.objects.filter(submission__in=waiting)
    assert drawn.count() == LENGTH
    assert drawn.values("submission").distinct().count() == LENGTH
    loads = [drawn.filter(reviewer=person).count() for person in campus.supervisors]
    assert sum(loads) == LENGTH
    assert max(loads) - min(loads) <= 1, "the least loaded is drawn"
