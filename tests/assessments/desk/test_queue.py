"""The order of a queue: case by case, by lot, and no two of one person in a row."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from assessments.attempts.models import Submission
from assessments.desk.queue import first_of, queue_of, usual_minutes
from assessments.reviews.models import Review
from assessments.reviews.services import start_review
from tests import factories

CASES, PEOPLE = ("V7", "V8", "V9"), 4


@pytest.fixture
def reviewer(campus):
    """With a review of everybody's response to every case."""
    person = campus.supervisors[0]
    attempts = [factories.started(campus) for _ in range(PEOPLE)]
    for position, code in enumerate(CASES, 2):
        case = factories.published_vignette(
            campus.program, campus.author, {"code": code}, rubric=campus.rubric
        )
        key = factories.published_key(case, campus.author, profile=campus.profile)
        for attempt in attempts:
            submission = Submission.objects.create(
                attempt=attempt, position=position, vignette_version=case, key=key
            )
            Review.objects.create(
                submission=submission,
                reviewer=person,
                seat=1,
                pseudonym="BCD-FGH",
                leased_until=timezone.now() + timedelta(days=7),
            )
    return person


def test_a_queue_goes_case_by_case_and_never_two_of_one_person_in_a_row(reviewer):
    rows = list(queue_of(reviewer).select_related("submission__attempt"))
    assert len(rows) == len(CASES) * PEOPLE
    cases = [row.submission.vignette_version_id for row in rows]
    assert sum(one != other for one, other in pairwise(cases)) == len(CASES) - 1
    people = [row.submission.attempt.enrolment_id for row in rows]
    assert all(one != other for one, other in pairwise(people))


def test_what_was_begun_is_opened_first(reviewer):
    first, *_, last = queue_of(reviewer)
    assert first_of(queue_of(reviewer)) == first
    start_review(last, by=reviewer)
    assert first_of(queue_of(reviewer)) == last


def test_the_usual_time_is_the_median_of_ones_own(campus):
    review = factories.reviews_of(factories.under_review(campus))[0]
    assert usual_minutes(review.reviewer) is None
    start_review(review, by=review.reviewer)
    Review.objects.filter(pk=review.pk).update(active_seconds=400)
    assert usual_minutes(review.reviewer) == 7
