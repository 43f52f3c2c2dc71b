"""A director opens an assessment for a cohort and watches people come."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from assessments.attempts.models import Attempt
from assessments.attempts.services import start_attempt
from tests import factories
from tests.journeys.hall import Hall


def test_a_sitting_is_opened_for_a_cohort_and_followed(hall: Hall) -> None:
    campus = hall.campus
    first, second = (factories.enrolment(campus.cohort) for _ in range(2))
    factories.assigned(campus, second)
    director = hall.visitor(campus.director)
    page = director.page
    page.clock.install()

    director.go(f"/cohorts/{campus.cohort.pk}")
    page.get_by_role("link", name="Open a sitting").click()
    now = timezone.now()
    page.get_by_label("Assessment").select_option(label=f"{campus.assessment.title}, version 1")
    page.get_by_label("Can be begun from").fill(f"{now:%Y-%m-%dT%H:%M}")
    page.get_by_label("Can be begun until").fill(f"{now + timedelta(days=7):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Show who gets what").click()
    expect(page.get_by_text("Has one open already")).to_be_visible()
    page.get_by_role("button", name="Open it for 1 person").click()

    row = page.get_by_role("listitem").filter(has_text=first.trainee.name)
    expect(row).to_contain_text("Not started")
    attempt = Attempt.objects.get(enrolment=first)
    start_attempt(attempt, by=first.trainee)
    page.clock.fast_forward(20_000)  # the page asks again by itself
    expect(row).to_contain_text("Case 1 of 1, stage 1")
    page.get_by_role("link", name=re.compile("In progress 1")).click()
    page.get_by_role("button", name="Remind all of them").click()
    expect(page.get_by_text("1 person was told.")).to_be_visible()
    assert director.complaints == []
