"""A director sees whose desk holds what, and when a cohort could be done, as far as can be said."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.reviews.models import Review
from assessments.workload import reading
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said


@pytest.fixture
def director(campus: Campus, browser: Browser) -> Client:
    return browser(campus.director)


@pytest.fixture
def attempt(campus: Campus) -> Attempt:
    return factories.under_review(campus)


def test_each_reviewer_is_told_with_what_they_hold_and_did(
    campus: Campus, director: Client, attempt: Attempt
) -> None:
    done, waiting = factories.reviews_of(attempt)
    factories.give(done, 3)
    Review.objects.filter(pk=waiting.pk).update(leased_until=timezone.now() + timedelta(days=1))
    page = said(director.get("/workload"))
    assert "Reviews to do 1 Due within two days 1 Overdue 0" in page
    assert f"{waiting.reviewer.name} 1 1 0 0 0 0 –" in page
    assert f"{done.reviewer.name} 0 0 0 0 1 0 under a minute" in page
    assert "Not enough data" in page


def test_open_reviews_are_filtered_and_lead_to_the_seats(
    director: Client, attempt: Attempt
) -> None:
    first, second = factories.reviews_of(attempt)
    page = director.get(f"/workload?reviewer={first.reviewer_id}")
    assert f"Open reviews of {first.reviewer.name}" in said(page)
    assert f"/attempts/{attempt.pk}/seats" in page.content.decode()
    assert [row.pk for row in page.context["reviews"]] == [first.pk]
    assert list(director.get("/workload?due=overdue").context["reviews"]) == []
    late = timezone.now() - timedelta(hours=1)
    Review.objects.filter(pk=second.pk).update(leased_until=late)
    (row,) = director.get("/workload?due=overdue").context["reviews"]
    assert row.pk == second.pk
    assert director.get("/workload?reviewer=x&program=x").status_code == 404


def test_one_s_own_reviewers_are_not_told(campus: Campus, director: Client) -> None:
    own = factories.enrolment(campus.cohort, campus.director)
    attempt = factories.under_review(campus, own)
    page = director.get("/workload")
    assert list(page.context["reviews"]) == []
    assert factories.reviews_of(attempt)


def test_a_cohort_is_told_with_a_range(
    campus: Campus, director: Client, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.assigned(campus)
    (row,) = reading.outlooks(campus.program)
    assert (row.here, row.to_come, row.latest) == (2, 2, None)
    monkeypatch.setattr(reading, "done_by_week", lambda _program: [10, 11, 9, 10])
    (row,) = reading.outlooks(campus.program)
    assert row.soonest is not None
    assert row.latest is not None
    last = Attempt.objects.get(state="assigned").closes_at
    assert timezone.now() < row.soonest < last < row.latest
    assert "between" in said(director.get("/workload"))


def test_weeks_before_the_first_seat_say_nothing_of_the_pace(
    campus: Campus, attempt: Attempt
) -> None:
    assert reading.done_by_week(campus.program) == []
    for days, review in enumerate(factories.reviews_of(attempt)):
        Review.objects.filter(pk=review.pk).update(
            created_at=timezone.now() - timedelta(days=22 + days)
        )
        factories.give(review, 3)
    assert reading.done_by_week(campus.program) == [2, 0, 0]


def test_more_work_costs_no_more_queries(
    campus: Campus, director: Client, attempt: Attempt, django_assert_num_queries: Any
) -> None:
    director.get("/workload")
    with CaptureQueriesContext(connection) as captured:
        director.get("/workload")
    for _ in range(2):
        factories.under_review(campus)
    factories.supervisor(campus)
    with django_assert_num_queries(len(captured)):
        director.get("/workload")
