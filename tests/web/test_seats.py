"""A director sees who judges an attempt, why nobody was found, and settles it."""

import pytest
from django.test import Client

from assessments.attempts.models import Attempt
from assessments.calibration.models import Licence
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said


@pytest.fixture
def attempt(campus: Campus) -> Attempt:
    return factories.under_review(campus)


@pytest.fixture
def director(campus: Campus, browser: Browser) -> Client:
    return browser(campus.director)


def page_of(attempt: Attempt, way: str = "seats") -> str:
    return f"/attempts/{attempt.pk}/{way}"


def test_every_seat_is_shown_with_who_could_sit_in_it(
    campus: Campus, director: Client, attempt: Attempt
) -> None:
    page = said(director.get(page_of(attempt)))

    for review in factories.reviews_of(attempt):
        assert review.reviewer.name in page
    assert "already had a hand in this submission" in page
    assert "Eligible" in page
    assert "Every supervisor of the program holds a license" in page


def test_a_seat_is_given_to_somebody_else(
    campus: Campus, director: Client, attempt: Attempt
) -> None:
    first, *_ = reviews = factories.reviews_of(attempt)
    free = next(p for p in campus.supervisors if p.pk not in {r.reviewer_id for r in reviews})
    given = {"seat": first.pk, "reviewer": free.pk, "reason": "On leave."}

    page = said(director.post(page_of(attempt, "seats/1"), given, follow=True))

    assert f"{free.name} has the seat." in page
    assert "Lapsed" in page


def test_what_is_missing_is_said_and_the_rest_kept(
    campus: Campus, director: Client, attempt: Attempt
) -> None:
    response = director.post(page_of(attempt, "seats/1"), {"reason": "On leave."})
    assert "Choose somebody eligible." in said(response, 422)
    assert "On leave." in response.content.decode()

    free = next(
        p
        for p in campus.supervisors
        if p.pk not in {r.reviewer_id for r in factories.reviews_of(attempt)}
    )
    full = director.post(page_of(attempt, "seats/1"), {"reviewer": free.pk, "reason": "On leave."})
    assert "Every seat is taken." in said(full, 409)
    assert director.post(page_of(attempt, "seats/9"), {}).status_code == 404


def test_licensing_somebody_lets_the_lot_look_again(browser: Browser) -> None:
    small = factories.campus(supervisors=1)
    person = factories.member(small.program, Role.SUPERVISOR)
    attempt = factories.under_review(small)
    client = browser(small.director)
    assert "Nobody in the program is eligible." in said(client.get(page_of(attempt)))
    assert "no license in force for this rubric" in said(client.get(page_of(attempt)))

    missing = client.post(page_of(attempt, "license"), {"person": person.pk, "grounds": " "})
    assert "Say what the license rests on." in said(missing, 422)
    given = {"person": person.pk, "grounds": "Benchmark set 1, kappa 0.8."}
    page = said(client.post(page_of(attempt, "license"), given, follow=True))

    assert f"{person.name} is licensed." in page
    assert Licence.objects.in_standing().filter(reviewer=person).exists()
    again = client.post(page_of(attempt, "license"), given)
    assert "Select a valid choice" in said(again, 422)


def test_a_foreign_director_finds_nothing(
    browser: Browser, elsewhere: Campus, attempt: Attempt
) -> None:
    assert browser(elsewhere.director).get(page_of(attempt)).status_code == 404
