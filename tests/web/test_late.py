"""A director rules on late answers without reading them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from assessments.attempts import services
from assessments.attempts.models import LateAnswer
from assessments.attempts.saving import TimeOver
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said

WORDS = "I stay until you sleep."


@pytest.fixture
def late(campus: Campus, time_machine: Any) -> LateAnswer:
    attempt = factories.started(campus)
    time_machine.move_to(attempt.due_at + timedelta(seconds=61))
    with pytest.raises(TimeOver):
        services.save_answer(
            factories.submission_of(attempt),
            "first-words",
            {"text": WORDS},
            by=factories.trainee_of(attempt),
        )
    factories.run_workflow(attempt)
    return LateAnswer.objects.get()


@pytest.fixture
def director(campus: Campus, browser: Browser) -> Client:
    return browser(campus.director)


def test_it_is_listed_and_shown_without_its_words(director: Client, late: LateAnswer) -> None:
    name = late.submission.attempt.enrolment.trainee.name
    assert name in said(director.get("/late-answers"))
    page = said(director.get(f"/late-answers/{late.pk}"))
    assert name in page
    assert WORDS not in page


def test_a_ruling_is_made_once_with_a_reason(director: Client, late: LateAnswer) -> None:
    url = f"/late-answers/{late.pk}"
    assert "Say on what the ruling rests." in said(director.post(url, {"counts": "yes"}), 422)
    assert "This field is required." in said(director.post(url, {"reason": "Line."}), 422)

    page = said(director.post(url, {"counts": "no", "reason": "It was not ours."}, follow=True))

    assert "The ruling is on the record." in page
    assert "Does not count" in page
    assert not late.ruling.counts
    again = director.post(url, {"counts": "no", "reason": "Twice."})
    assert "ruled on already" in said(again, 409)
    assert "It was not ours." in said(director.get(url))


def test_a_foreign_director_finds_nothing(
    browser: Browser, elsewhere: Campus, late: LateAnswer
) -> None:
    assert browser(elsewhere.director).get(f"/late-answers/{late.pk}").status_code == 404
    assert "No late answer waits" in said(browser(elsewhere.director).get("/late-answers"))
