"""Attempts: assigned, voided and released by directors, seen by those they concern."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.attempts.services import release_results
from assessments.workflow import services as workflow
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem

NOW = timezone.now()


def sitting(campus: Campus, **changes: Any) -> dict[str, Any]:
    return {
        "assessment": str(campus.assessment.pk),
        "opens_at": (NOW - timedelta(hours=1)).isoformat(),
        "closes_at": (NOW + timedelta(days=1)).isoformat(),
    } | changes


def test_a_director_assigns_an_attempt(api: SignIn, campus: Campus) -> None:
    place = factories.enrolment(campus.cohort)
    url = f"/api/v1/enrolments/{place.pk}/attempts/"
    made = done(api(campus.director).post(url, sitting(campus, extra_seconds=900)), 201)
    assert made["state"] == "assigned"
    assert made["trainee"]["id"] == str(place.trainee.pk)
    assert made["assessment"]["code"] == "CORE"
    assert (made["form"], made["number"], made["allowed_seconds"]) == (1, 1, 4500)
    assert made["opens_at"].endswith("Z")


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"assessment": "7d444840-9dc0-41d1-b245-5ffdce74fad2"}, 422, "assessment"),
        ({"assessment": 7}, 400, "assessment"),
        ({"form": 2}, 422, "form"),
        ({"form": 0}, 400, "form"),
        ({"form": "1"}, 400, "form"),
        ({"closes_at": "2020-01-01T00:00:00Z"}, 422, "closes_at"),
        ({"closes_at": "soon"}, 400, "closes_at"),
        ({"closes_at": "9999-12-31T23:59:59-14:00"}, 400, "closes_at"),
        ({"extra_seconds": 10**9}, 400, "extra_seconds"),
        ({"extra_seconds": -1}, 400, "extra_seconds"),
    ],
)
def test_a_sitting_that_cannot_be_assigned_names_the_field(
    api: SignIn, campus: Campus, changes: dict[str, Any], status: int, field: str
) -> None:
    place = factories.enrolment(campus.cohort)
    url = f"/api/v1/enrolments/{place.pk}/attempts/"
    response = api(campus.director).post(url, sitting(campus, **changes))
    assert fields(problem(response, status)) == {field}


def test_nothing_is_assigned_across_programs(
    api: SignIn, campus: Campus, elsewhere: Campus
) -> None:
    client = api(campus.director)
    away = factories.enrolment(elsewhere.cohort)
    problem(client.post(f"/api/v1/enrolments/{away.pk}/attempts/", sitting(campus)), 404)
    here = factories.enrolment(campus.cohort)
    url = f"/api/v1/enrolments/{here.pk}/attempts/"
    assert fields(problem(client.post(url, sitting(elsewhere)), 422)) == {"assessment"}


def test_an_auditor_sees_attempts_and_changes_none(api: SignIn, campus: Campus) -> None:
    client, attempt = api(factories.member(campus.program, Role.AUDITOR)), factories.sat(campus)
    assert done(client.get(f"/api/v1/attempts/{attempt.pk}/"))["submissions"][0]["marking"]
    problem(client.post(f"/api/v1/attempts/{attempt.pk}/void/", {"reason": "No."}), 403)


def test_attempts_are_seen_by_the_trainee_and_by_name_in_their_program(
    api: SignIn, campus: Campus, elsewhere: Campus
) -> None:
    attempt, other = factories.assigned(campus), factories.assigned(campus)
    foreign = factories.assigned(elsewhere)

    def seen(person: Any) -> set[str]:
        rows = done(api(person).get("/api/v1/attempts/"))["results"]
        return {row["id"] for row in rows}

    assert seen(factories.trainee_of(attempt)) == {str(attempt.pk)}
    assert seen(campus.director) == {str(attempt.pk), str(other.pk)}
    problem(api(campus.director).get(f"/api/v1/attempts/{foreign.pk}/"), 404)
    problem(api(factories.trainee_of(other)).get(f"/api/v1/attempts/{attempt.pk}/"), 404)
    problem(api(campus.supervisors[0]).get(f"/api/v1/attempts/{attempt.pk}/"), 403)


def test_attempts_are_found_by_what_they_are_of(api: SignIn, campus: Campus) -> None:
    attempt, _ = factories.started(campus), factories.assigned(campus)
    client = api(campus.director)
    for name, value in {
        "state": "in_progress",
        "trainee": factories.trainee_of(attempt).pk,
    }.items():
        rows = done(client.get("/api/v1/attempts/", {name: value}))["results"]
        assert [row["id"] for row in rows] == [str(attempt.pk)]
    for name, value in {
        "program": campus.program.pk,
        "cohort": campus.cohort.pk,
        "assessment": campus.assessment.pk,
    }.items():
        assert len(done(client.get("/api/v1/attempts/", {name: value}))["results"]) == 2
    problem(client.get("/api/v1/attempts/", {"cohort": "x"}), 400)


def test_a_director_voids_an_attempt_with_a_reason(
    api: SignIn, campus: Campus, elsewhere: Campus
) -> None:
    client, attempt = api(campus.director), factories.started(campus)
    url = f"/api/v1/attempts/{attempt.pk}/void/"
    assert fields(problem(client.post(url, {}), 400)) == {"reason"}
    voided = done(client.post(url, {"reason": "The room was evacuated."}))
    assert (voided["state"], voided["void_reason"]) == ("void", "The room was evacuated.")
    problem(client.post(url, {"reason": "Again."}), 409, "transition_refused")
    foreign = factories.started(elsewhere)
    problem(client.post(f"/api/v1/attempts/{foreign.pk}/void/", {"reason": "No."}), 404)
    trainee = api(factories.trainee_of(foreign))
    problem(trainee.post(f"/api/v1/attempts/{foreign.pk}/void/", {"reason": "No."}), 403)


def test_a_trainee_cannot_tell_what_was_decided_before_the_release(
    api: SignIn, campus: Campus
) -> None:
    decision = factories.ratified(campus)
    attempt = factories.attempt_of(decision)
    client, url = api(factories.trainee_of(attempt)), f"/api/v1/attempts/{attempt.pk}/"
    assert attempt.state == "decided"
    assert done(client.get(url))["state"] == "handed_in"
    for state, rows in {"handed_in": 1, "decided": 0, "marked": 0}.items():
        found = done(client.get("/api/v1/attempts/", {"state": state}))["results"]
        assert len(found) == rows
    assert done(api(campus.director).get(url))["state"] == "decided"
    release_results(attempt, by=campus.director)
    assert done(client.get(url))["state"] == "decided"
    assert len(done(client.get("/api/v1/attempts/", {"state": "decided"}))["results"]) == 1


def test_a_director_releases_results_once_they_are_decided(api: SignIn, campus: Campus) -> None:
    decision = factories.proposed(campus)
    client, url = api(campus.director), f"/api/v1/attempts/{decision.attempt_id}/release/"
    problem(client.post(url), 409)
    workflow.ratify(decision, by=campus.certifier)
    factories.run_workflow(factories.attempt_of(decision))
    assert done(client.post(url))["released_at"] is not None
    problem(client.post(url), 409)
    assert Attempt.objects.filter(released_at__isnull=False).count() == 1
