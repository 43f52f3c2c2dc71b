"""Cohorts and places through the interface: the same services, the same refusals."""

from competency.programs.models import Cohort
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem


def test_a_cohort_is_opened_changed_closed_and_reopened(api: SignIn, campus: Campus) -> None:
    client = api(campus.director)
    url = f"/api/v1/programs/{campus.program.pk}/cohorts/"
    body = {"name": "Autumn", "starts_on": "2026-09-01"}
    made = done(client.post(url, body), 201)
    assert fields(problem(client.post(url, body), 409)) == {"name"}
    one = f"/api/v1/cohorts/{made['id']}/"
    assert done(client.post(f"{one}change/", body | {"name": "Fall"}))["name"] == "Fall"
    assert done(client.post(f"{one}close/", {"reason": "Full."}))["state"] == "closed"
    problem(client.post(f"{one}close/", {"reason": "Full."}), 409)
    assert done(client.post(f"{one}reopen/", {"reason": "Room."}))["state"] == "open"
    problem(api(campus.supervisors[0]).post(f"{one}close/", {"reason": "x"}), 403)


def test_a_place_lives_its_life(api: SignIn, campus: Campus) -> None:
    client, place = api(campus.director), factories.enrolment(campus.cohort)
    url = f"/api/v1/enrolments/{place.pk}/"
    why = {"reason": "Family."}
    assert done(client.post(f"{url}leave/", why))["state"] == "on_leave"
    assert done(client.post(f"{url}return/"))["state"] == "active"
    assert done(client.post(f"{url}renumber/", {"trainee_number": "9"}))["trainee_number"] == "9"
    given = {"email": campus.supervisors[0].email}
    supervised = done(client.post(f"{url}supervisors/", given), 201)
    ended = client.post(f"/api/v1/supervisions/{supervised['id']}/end/", why)
    assert done(ended)["ends_on"]
    granted = done(client.post(f"{url}accommodations/", why | {"extra_percent": 25}), 201)
    assert granted["reason"] == "Family."
    assert done(client.post(f"/api/v1/accommodations/{granted['id']}/end/"))["ends_on"]
    there = str(factories.cohort(campus.program).pk)
    made = done(client.post(f"{url}transfer/", why | {"cohort": there}))
    assert (made["cohort"], made["came_from"]) == (there, str(place.pk))
    problem(client.post(f"{url}withdraw/", why), 409, "transition_refused")
    left = client.post(f"/api/v1/enrolments/{made['id']}/withdraw/", why)
    assert done(left)["state"] == "withdrawn"


def test_into_a_cohort_one_does_not_run_nobody_is_moved(
    api: SignIn, campus: Campus, elsewhere: Campus
) -> None:
    place, there = factories.enrolment(campus.cohort), elsewhere.cohort
    url = f"/api/v1/enrolments/{place.pk}/transfer/"
    problem(api(campus.director).post(url, {"reason": "x", "cohort": str(there.pk)}), 404)
    assert not Cohort.objects.get(pk=there.pk).enrolments.exists()


def test_a_conflict_is_declared_and_lifted(api: SignIn, campus: Campus) -> None:
    client, (one, two) = api(campus.director), campus.supervisors[:2]
    url = f"/api/v1/programs/{campus.program.pk}/conflicts/"
    body = {"person": one.email, "other": two.email, "reason": "Partners."}
    made = done(client.post(url, body), 201)
    lifted = client.post(f"/api/v1/conflicts/{made['id']}/lift/", {"reason": "By mistake."})
    assert done(lifted)["lifted_reason"] == "By mistake."
