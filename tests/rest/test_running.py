"""Sittings over REST: asked about, opened, followed, changed, as on the pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.sittings.models import Sitting
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem

KEY = "0b5d2f0e-3c57-4a53-9d2c-6d4f2b9b6a11"
DAY = timedelta(days=1)


@pytest.fixture
def sitting(campus: Campus) -> Sitting:
    factories.enrolment(campus.cohort)
    return factories.opened_sitting(campus)


def asked(campus: Campus, **changes: Any) -> dict[str, Any]:
    now = timezone.now()
    return {
        "assessment": str(campus.assessment.pk),
        "opens_at": now.isoformat(),
        "closes_at": (now + 7 * DAY).isoformat(),
    } | changes


def cohort(campus: Campus, way: str = "") -> str:
    return f"/api/v1/cohorts/{campus.cohort.pk}/sittings/{way}"


def of(sitting: Sitting, way: str = "") -> str:
    return f"/api/v1/sittings/{sitting.pk}/{way}"


def test_a_preview_says_what_opening_then_does(api: SignIn, campus: Campus) -> None:
    client = api(campus.director)
    given, busy = (factories.enrolment(campus.cohort) for _ in range(2))
    factories.assigned(campus, busy)

    rows = done(client.get(cohort(campus, "preview/"), asked(campus)))["results"]
    told = {row["enrolment"]["id"]: (row["form"], row["left_out"]) for row in rows}
    assert told == {str(given.pk): (1, None), str(busy.pk): (None, "open_already")}

    made = done(client.post(cohort(campus), asked(campus, idempotency_key=KEY)), 201)
    assert made == done(client.post(cohort(campus), asked(campus, idempotency_key=KEY)), 201)
    assert made["people"] == {"not_started": 1, "left_out": 1}
    assert (made["state"], made["zone"], made["opened"]) == ("open", campus.program.timezone, 1)


def test_faults_are_named(api: SignIn, campus: Campus, sitting: Sitting) -> None:
    client, nobody = api(campus.director), KEY
    assert fields(problem(client.post(cohort(campus), {}), 400)) == {
        "assessment",
        "opens_at",
        "closes_at",
    }
    for changes, field in (
        ({"assessment": nobody}, "assessment"),
        ({"enrolment": nobody}, "enrolment"),
        ({"first_form": 9}, "first_form"),
        ({"closes_at": "2020-01-01T00:00:00Z"}, "closes_at"),
    ):
        assert fields(problem(client.post(cohort(campus), asked(campus, **changes)), 422)) == {
            field
        }
        preview = client.get(cohort(campus, "preview/"), asked(campus, **changes))
        assert fields(problem(preview, 422)) == {field}
    assert fields(problem(client.get(cohort(campus, "preview/")), 400)) >= {"assessment"}
    problem(client.post(cohort(campus), asked(campus)), 409, "nobody")
    assert fields(problem(client.post(of(sitting, "extend/"), {}), 400)) == {"closes_at", "reason"}
    assert fields(problem(client.post(of(sitting, "ask/"), {"standing": "left_out"}), 400)) == {
        "standing"
    }


def test_a_sitting_is_followed(api: SignIn, campus: Campus, sitting: Sitting) -> None:
    client = api(campus.director)
    (row,) = done(client.get("/api/v1/sittings/", {"cohort": campus.cohort.pk}))["results"]
    assert row["id"] == str(sitting.pk)
    (place,) = done(client.get(of(sitting, "places/")))["results"]
    assert (place["standing"], place["form"], place["held_by"]) == ("not_started", 1, [])
    assert done(client.get(of(sitting, "places/"), {"standing": "lapsed"}))["results"] == []


def test_who_judges_is_named_to_whoever_oversees_reviews(
    api: SignIn, campus: Campus, sitting: Sitting
) -> None:
    from assessments.attempts.services import start_attempt
    from assessments.workflow.services import hand_in

    attempt = Attempt.objects.get(place__sitting=sitting)
    start_attempt(attempt, by=attempt.enrolment.trainee)
    factories.answer(attempt)
    hand_in(attempt, by=attempt.enrolment.trainee)
    factories.run_workflow(attempt)
    names = {review.reviewer.name for review in factories.reviews_of(attempt)}
    auditor = factories.member(campus.program, Role.AUDITOR)
    for person, told in ((campus.director, names), (auditor, set())):
        (place,) = done(api(person).get(of(sitting, "places/")))["results"]
        assert (place["reviews_done"], place["reviews_required"]) == (0, 2)
        assert {holder["name"] for holder in place["held_by"]} == told
    problem(api(auditor).post(of(sitting, "cancel/"), {"reason": "x"}), 403)


def test_it_is_asked_after_kept_open_and_called_off(
    api: SignIn, campus: Campus, sitting: Sitting
) -> None:
    client = api(campus.director)
    assert done(client.post(of(sitting, "ask/"), {"standing": "not_started"})) == {"told": 1}
    problem(client.post(of(sitting, "ask/"), {"standing": "not_started"}), 409, "nudged_today")
    until = (sitting.closes_at + DAY).isoformat().replace("+00:00", "Z")
    longer = done(client.post(of(sitting, "extend/"), {"closes_at": until, "reason": "Snow."}))
    assert longer["closes_at"] == until
    off = done(client.post(of(sitting, "cancel/"), {"reason": "Snow."}))
    assert (off["state"], off["people"]) == ("cancelled", {"void": 1})
    problem(client.post(of(sitting, "cancel/"), {"reason": "Snow."}), 409, "over")


def test_it_is_moved_before_it_opens(api: SignIn, campus: Campus, sitting: Sitting) -> None:
    client = api(campus.director)
    begins = timezone.now() + 7 * DAY
    given = {"opens_at": begins, "closes_at": begins + DAY, "reason": "Snow."}
    problem(client.post(of(sitting, "move/"), given), 409, "opened")
    person = factories.enrolment(campus.cohort)
    planned = factories.opened_sitting(
        campus, enrolment=person, opens_at=begins - DAY, closes_at=begins
    )
    moved = done(client.post(of(planned, "move/"), given))
    assert (moved["state"], moved["opens_at"][:10]) == ("planned", f"{begins:%Y-%m-%d}")
    assert fields(problem(client.post(of(planned, "move/"), given), 422)) == {"opens_at"}


def test_one_person_gets_more_time(api: SignIn, campus: Campus, sitting: Sitting) -> None:
    attempt = Attempt.objects.get(place__sitting=sitting)
    url = f"/api/v1/attempts/{attempt.pk}/more-time/"
    client = api(campus.director)
    given = done(client.post(url, {"minutes": 15, "reason": "A reader."}))
    assert given["allowed_seconds"] == attempt.allowed_seconds + 900
    assert fields(problem(client.post(url, {"reason": "A reader."}), 422)) == {"minutes"}


def test_another_program_s_sitting_is_absent(
    api: SignIn, campus: Campus, sitting: Sitting, elsewhere: Campus
) -> None:
    client = api(elsewhere.director)
    assert done(client.get("/api/v1/sittings/"))["results"] == []
    for url in (of(sitting), of(sitting, "places/")):
        problem(client.get(url), 404)
    for way in ("extend/", "move/", "cancel/", "ask/"):
        problem(client.post(of(sitting, way), {}), 404)
    problem(client.post(cohort(campus), asked(campus)), 404)


def test_the_workload_is_told(api: SignIn, campus: Campus) -> None:
    attempt = factories.under_review(campus)
    client, url = api(campus.director), f"/api/v1/programs/{campus.program.pk}/workload/"
    told = done(client.get(url))
    assert (told["open"], told["overdue"], told["unseated"]) == (2, 0, 0)
    (outlook,) = told["outlooks"]
    assert (outlook["here"], outlook["to_come"], outlook["latest"]) == (2, 0, None)
    first = factories.reviews_of(attempt)[0]
    (row,) = done(client.get(f"{url}reviews/", {"reviewer": str(first.reviewer_id)}))["results"]
    assert (row["id"], row["attempt"]) == (str(first.pk), str(attempt.pk))
    assert done(client.get(f"{url}reviews/", {"due": "overdue"}))["results"] == []
    loads = {row["id"]: row["open"] for row in done(client.get(f"{url}reviewers/"))["results"]}
    assert loads[str(first.reviewer_id)] == 1
    problem(api(campus.certifier).get(url), 403)
