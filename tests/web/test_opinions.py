"""One of two fresh people reads a whole referred attempt, blind, and says what it is."""

import pytest
from django.test import Client

from assessments.referrals.models import Opinion
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said


@pytest.fixture
def opinion(campus: Campus) -> Opinion:
    attempt = factories.reviewed(campus, 3, 3)
    seen = {review.reviewer_id for review in factories.reviews_of(attempt)}
    fresh = next(person for person in campus.supervisors if person.pk not in seen)
    return Opinion.objects.create(attempt=attempt, round=1, judge=fresh, pseudonym="BCD-FGH")


@pytest.fixture
def judge(browser: Browser, opinion: Opinion) -> Client:
    return browser(opinion.judge)


def test_the_whole_attempt_is_there_and_nobodys_name(judge: Client, opinion: Opinion) -> None:
    page = said(judge.get(f"/opinions/{opinion.pk}"))

    assert "Is this trainee competent?" in page
    assert opinion.pseudonym in page
    assert "I say" in page
    assert factories.trainee_of(opinion.attempt).name not in page
    assert all(r.reviewer.name not in page for r in factories.reviews_of(opinion.attempt))


def test_an_opinion_is_given_once_with_reasons(judge: Client, opinion: Opinion) -> None:
    url = f"/opinions/{opinion.pk}/give"
    assert "Say which of the two." in said(judge.post(url, {"reason": "Stays."}), 422)
    missing = judge.post(url, {"outcome": "competent", "reason": " "})
    assert "Write down your reasons." in said(missing, 422)
    assert 'value="competent" checked' in missing.content.decode()

    page = said(judge.post(url, {"outcome": "competent", "reason": "Stays."}, follow=True))

    assert "Given. The certifier sees it once the other person has spoken." in page
    opinion.refresh_from_db()
    assert (opinion.outcome, opinion.reason) == ("competent", "Stays.")
    assert judge.post(url, {"outcome": "not_yet", "reason": "Twice."}).status_code == 404
    later = said(judge.get(f"/opinions/{opinion.pk}", follow=True))
    assert "You have done this already." in later


def test_it_is_nobody_elses(browser: Browser, campus: Campus, opinion: Opinion) -> None:
    other = next(person for person in campus.supervisors if person != opinion.judge)
    assert browser(other).get(f"/opinions/{opinion.pk}").status_code == 404
