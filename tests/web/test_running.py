"""A director opens a sitting after a preview, follows it, asks after people, gives more time."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.attempts.services import start_attempt
from assessments.sittings.models import Sitting
from assessments.sittings.services import give_more_time
from competency.programs.models import Program
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said

DAY = timedelta(days=1)


@pytest.fixture
def director(campus: Campus, browser: Browser) -> Client:
    return browser(campus.director)


@pytest.fixture
def sitting(campus: Campus) -> Sitting:
    factories.enrolment(campus.cohort)
    return factories.opened_sitting(campus)


@pytest.fixture
def attempt(sitting: Sitting) -> Attempt:
    return Attempt.objects.select_related("enrolment__trainee").get(place__sitting=sitting)


def asked(campus: Campus, **changes: str) -> dict[str, str]:
    now = timezone.now()
    return {
        "assessment": str(campus.assessment.pk),
        "opens_at": f"{now:%Y-%m-%dT%H:%M}",
        "closes_at": f"{now + 7 * DAY:%Y-%m-%dT%H:%M}",
    } | changes


def new(campus: Campus) -> str:
    return f"/cohorts/{campus.cohort.pk}/sittings/new"


def test_the_preview_names_each_person_before_anything_happens(
    campus: Campus, director: Client
) -> None:
    given = factories.enrolment(campus.cohort)
    busy = factories.enrolment(campus.cohort)
    factories.assigned(campus, busy)

    page = said(director.get(new(campus), asked(campus)))

    assert f"{given.trainee.name} {given.trainee_number} Form 1" in page
    assert f"{busy.trainee.name} {busy.trainee_number} Has one open already" in page
    assert "Open it for 1 person" in page
    assert not Sitting.objects.exists()
    only = said(director.get(new(campus), asked(campus, show="out")))
    assert busy.trainee.name in only
    assert given.trainee.name not in only


def test_pressed_twice_it_is_opened_once(campus: Campus, director: Client) -> None:
    factories.enrolment(campus.cohort)
    pressed = asked(campus, key="0b5d2f0e-3c57-4a53-9d2c-6d4f2b9b6a11")

    first = director.post(new(campus), pressed)
    second = director.post(new(campus), pressed)

    sitting = Sitting.objects.get()
    assert first["Location"] == second["Location"] == f"/sittings/{sitting.pk}"
    assert "The sitting is set up." in said(director.get(first["Location"]))


def test_times_are_those_of_the_program(campus: Campus, director: Client) -> None:
    Program.objects.filter(pk=campus.program.pk).update(timezone="America/Denver")
    factories.enrolment(campus.cohort)
    given = asked(campus, opens_at="2026-11-24T08:00", closes_at="2027-01-02T08:00")

    assert "Times are those of the program: America/Denver." in said(director.get(new(campus)))
    director.post(new(campus), given)

    sitting = Sitting.objects.get()
    assert sitting.opens_at.isoformat() == "2026-11-24T15:00:00+00:00"
    assert "24 Nov 2026, 08:00" in said(director.get(f"/sittings/{sitting.pk}"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"assessment": ""}, "Choose what is opened."),
        ({"opens_at": ""}, "Say from when it can be begun."),
        ({"opens_at": "0001-01-01T00:00"}, "A window ends within two years."),
        ({"closes_at": "9999-12-31T23:59"}, "A window ends within two years."),
        ({"opens_at": "tomorrow"}, "Enter a valid date/time."),
        ({"closes_at": "2020-01-01T00:00"}, "The window closes before it opens."),
        ({"only": "nobody"}, "Nobody in this cohort has this number."),
        ({"only": "\x00"}, "Null characters are not allowed."),
        ({"first_form": "7"}, "Select a valid choice."),
        ({"sitting_mode": "asleep"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_kept(
    campus: Campus, director: Client, changes: dict[str, str], message: str
) -> None:
    Program.objects.filter(pk=campus.program.pk).update(timezone="Asia/Tokyo")
    for response in (
        director.get(new(campus), asked(campus, **changes)),
        director.post(new(campus), asked(campus, **changes)),
    ):
        page = said(response, 422)
        assert message in page
        assert "Nothing you typed is lost." in page


def test_one_person_is_named_by_number(campus: Campus, director: Client) -> None:
    factories.enrolment(campus.cohort)
    one = factories.enrolment(campus.cohort)
    director.post(new(campus), asked(campus, only=f" {one.trainee_number} "))
    assert Sitting.objects.get().enrolment == one


def test_a_sitting_is_followed_and_filtered(
    campus: Campus, director: Client, sitting: Sitting, attempt: Attempt
) -> None:
    name = attempt.enrolment.trainee.name
    address = f"/sittings/{sitting.pk}"
    assert "Not started 1" in said(director.get(address))
    start_attempt(attempt, by=attempt.enrolment.trainee)
    page = said(director.get(address))
    assert "In progress 1" in page
    assert "Case 1 of 1, stage 1" in page
    assert "Nobody is here." in said(director.get(f"{address}?standing=not_started"))
    part = director.get(f"{address}?standing=in_progress", headers={"HX-Request": "true"})
    assert name in said(part)
    assert "<html" not in part.content.decode()


def test_reviewers_are_named_to_whoever_oversees_them_alone(
    campus: Campus, browser: Browser, director: Client, sitting: Sitting, attempt: Attempt
) -> None:
    from assessments.workflow.services import hand_in

    start_attempt(attempt, by=attempt.enrolment.trainee)
    factories.answer(attempt)
    hand_in(attempt, by=attempt.enrolment.trainee)
    factories.run_workflow(attempt)
    names = [review.reviewer.name for review in factories.reviews_of(attempt)]
    auditor = browser(factories.member(campus.program, Role.AUDITOR))
    page = said(director.get(f"/sittings/{sitting.pk}"))
    assert "0 of 2 reviews done" in page
    assert all(name in page for name in names)
    page = said(auditor.get(f"/sittings/{sitting.pk}"))
    assert "0 of 2 reviews done" in page
    assert not any(name in page for name in names)


def test_people_are_asked_after_once_a_day(
    director: Client, sitting: Sitting, attempt: Attempt
) -> None:
    act = f"/sittings/{sitting.pk}/ask"
    given = {"standing": "not_started", "next": f"/sittings/{sitting.pk}?standing=not_started"}
    first = director.post(act, given)
    assert first["Location"] == given["next"]
    assert "1 person was told." in said(director.get(first["Location"]))
    one = given | {"place": str(sitting.places.get().pk)}
    assert "reminded today already" in said(director.post(act, one, follow=True))
    assert "Nobody can be reminded" in said(director.post(act, {"standing": "gone"}, follow=True))
    assert director.post(act, given | {"next": "//evil.example"})["Location"].startswith("/sit")
    assert director.post(act, given | {"place": str(attempt.pk)}).status_code == 404


def test_a_sitting_is_kept_open_and_called_off(director: Client, sitting: Sitting) -> None:
    address = f"/sittings/{sitting.pk}"
    until = f"{sitting.closes_at + DAY:%Y-%m-%dT%H:%M}"
    assert "Say why the window stays" in said(
        director.post(f"{address}/extend", {"longer-closes_at": until}), 422
    )
    given = {"longer-closes_at": until, "longer-reason": "Snow."}
    assert "stays open longer" in said(director.post(f"{address}/extend", given, follow=True))
    sooner = {"longer-closes_at": "2026-01-01T00:00", "longer-reason": "Snow."}
    assert "no later than" in said(director.post(f"{address}/extend", sooner), 422)
    assert "Say why the sitting" in said(director.post(f"{address}/cancel", {}), 422)
    page = said(director.post(f"{address}/cancel", {"off-reason": "Snow."}, follow=True))
    assert "The sitting is called off." in page
    assert "Void 1" in page
    assert "is cancelled" in said(director.post(f"{address}/cancel", {"off-reason": "x"}), 409)


def test_a_planned_sitting_is_moved(campus: Campus, director: Client, sitting: Sitting) -> None:
    assert "Move it to another time" not in said(director.get(f"/sittings/{sitting.pk}"))
    person, begins = factories.enrolment(campus.cohort), timezone.now() + 7 * DAY
    planned = factories.opened_sitting(
        campus, enrolment=person, opens_at=begins, closes_at=begins + DAY
    )
    address = f"/sittings/{planned.pk}"
    assert "Move it to another time" in said(director.get(address))
    given = {
        "move-opens_at": f"{begins + DAY:%Y-%m-%dT%H:%M}",
        "move-closes_at": f"{begins + 2 * DAY:%Y-%m-%dT%H:%M}",
    }
    page = director.post(f"{address}/move", given)
    assert "Say why the sitting is moved." in said(page, 422)
    assert given["move-opens_at"] in page.content.decode()
    given["move-reason"] = "Snow."
    assert "The sitting is moved." in said(director.post(f"{address}/move", given, follow=True))
    trainee = Client()
    trainee.force_login(person.trainee)
    assert "The time of an assessment changed" in said(trainee.get("/notifications"))


def test_one_person_gets_more_time(director: Client, attempt: Attempt) -> None:
    address = f"/attempts/{attempt.pk}/more-time"
    assert "Give more minutes, a later closing" in said(
        director.post(address, {"reason": "A reader."}), 422
    )
    page = said(director.post(address, {"minutes": "15", "reason": "A reader."}, follow=True))
    assert "The time is given." in page
    page = said(director.get(address))
    assert "A reader." in page
    assert "15 minutes more" in page


def test_more_people_cost_no_more_queries(
    campus: Campus, director: Client, django_assert_num_queries: Any
) -> None:
    def pages(sitting: Sitting) -> list[str]:
        return ["/sittings", f"/sittings/{sitting.pk}", f"{new(campus)}?{query}"]

    query = "&".join(f"{name}={value}" for name, value in asked(campus).items())
    factories.enrolment(campus.cohort)
    before = []
    for path in pages(factories.opened_sitting(campus)):
        director.get(path)
        with CaptureQueriesContext(connection) as captured:
            director.get(path)
        before.append(len(captured))
    for _ in range(3):
        factories.enrolment(campus.cohort)
    sitting = factories.opened_sitting(campus)
    for row in sitting.places.exclude(attempt=None).select_related("attempt__enrolment"):
        give_more_time(row.attempt, minutes=5, reason="A reader.", by=campus.director)
    for path, queries in zip(pages(sitting), before, strict=True):
        with django_assert_num_queries(queries):
            director.get(path)
