"""Programs, cohorts, roles and places: a director's own, and nobody else's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from competency.programs.models import Enrolment, Membership
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem

TODAY = timezone.now().date()


def test_programs_are_those_in_which_one_holds_a_role_today(
    api: SignIn, campus: Campus, elsewhere: Campus
) -> None:
    person = factories.member(campus.program, Role.SUPERVISOR)
    past = TODAY - timedelta(days=2)
    factories.membership(elsewhere.program, Role.DIRECTOR, person, starts_on=past, ends_on=past)
    rows = done(api(person).get("/api/v1/programs/"))["results"]
    assert [row["id"] for row in rows] == [str(campus.program.pk)]
    assert rows[0]["issuer"] == {"name": "The Issuer", "url": "https://issuer.example.org"}
    done(api(person).get(f"/api/v1/programs/{campus.program.pk}/"))
    problem(api(person).get(f"/api/v1/programs/{elsewhere.program.pk}/"), 404, "not_found")


def test_cohorts_are_shown_to_who_sees_trainees_by_name(
    api: SignIn, campus: Campus, elsewhere: Campus
) -> None:
    client = api(campus.director)
    rows = done(client.get(f"/api/v1/programs/{campus.program.pk}/cohorts/"))["results"]
    assert [row["name"] for row in rows] == [campus.cohort.name]
    done(client.get(f"/api/v1/cohorts/{campus.cohort.pk}/"))
    problem(client.get(f"/api/v1/cohorts/{elsewhere.cohort.pk}/"), 404)
    problem(client.get(f"/api/v1/programs/{elsewhere.program.pk}/cohorts/"), 404)
    reviewer = api(campus.supervisors[0])
    problem(reviewer.get(f"/api/v1/cohorts/{campus.cohort.pk}/"), 403)


def test_a_director_grants_and_ends_a_role(api: SignIn, campus: Campus) -> None:
    client, newcomer = api(campus.director), factories.person("Ruth", email="ruth@example.org")
    url = f"/api/v1/programs/{campus.program.pk}/memberships/"
    made = done(client.post(url, {"email": "Ruth@Example.org", "role": "supervisor"}), 201)
    assert made["person"]["name"] == "Ruth"
    assert (made["role"], made["ends_on"]) == ("supervisor", None)
    assert made in done(client.get(url, {"person": newcomer.pk}))["results"]

    ended = client.post(f"/api/v1/memberships/{made['id']}/end/", {"reason": "Left."})
    assert done(ended)["ends_on"] == str(TODAY)
    again = client.post(f"/api/v1/memberships/{made['id']}/end/", {"reason": "Left."})
    problem(again, 409)
    assert Membership.objects.filter(pk=made["id"]).exists()


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"role": "wizard"}, 400, "role"),
        ({"role": "auditor"}, 422, "scope"),
        ({"email": "nobody@example.org"}, 422, "email"),
        ({"email": "not an address"}, 400, "email"),
        ({"starts_on": "2027-02-01", "ends_on": "2027-01-01"}, 422, "ends_on"),
        ({"starts_on": "yesterday"}, 400, "starts_on"),
    ],
)
def test_a_role_that_cannot_be_granted_names_the_field(
    api: SignIn, campus: Campus, given: dict[str, str], status: int, field: str
) -> None:
    factories.person(email="ruth@example.org")
    body = {"email": "ruth@example.org", "role": "author"} | given
    url = f"/api/v1/programs/{campus.program.pk}/memberships/"
    assert field in fields(problem(api(campus.director).post(url, body), status))


def test_a_role_is_held_once(api: SignIn, campus: Campus) -> None:
    url = f"/api/v1/programs/{campus.program.pk}/memberships/"
    body = {"email": campus.author.email, "role": "author"}
    assert fields(problem(api(campus.director).post(url, body), 409)) == {"role"}


def test_roles_of_another_program_are_absent(
    api: SignIn, campus: Campus, elsewhere: Campus
) -> None:
    client = api(campus.director)
    foreign = Membership.objects.filter(program=elsewhere.program).first()
    assert foreign is not None
    url = f"/api/v1/programs/{elsewhere.program.pk}/memberships/"
    problem(client.get(url), 404)
    problem(client.post(url, {"email": campus.director.email, "role": "director"}), 404)
    problem(client.get(f"/api/v1/memberships/{foreign.pk}/"), 404)
    problem(client.post(f"/api/v1/memberships/{foreign.pk}/end/", {"reason": "Mine."}), 404)


def test_a_director_enrols_a_trainee(api: SignIn, campus: Campus, elsewhere: Campus) -> None:
    client, lena = api(campus.director), factories.person("Lena", email="lena@example.org")
    url = f"/api/v1/cohorts/{campus.cohort.pk}/enrolments/"
    body = {"email": lena.email, "trainee_number": "A-1"}
    made = done(client.post(url, body), 201)
    assert made["trainee"]["id"] == str(lena.pk)
    assert made["program"] == str(campus.program.pk)
    assert Membership.objects.filter(person=lena, role=Role.TRAINEE).exists()
    assert done(client.get(f"/api/v1/enrolments/{made['id']}/")) == made
    assert fields(problem(client.post(url, body), 409)) == {"trainee_number"}
    foreign = f"/api/v1/cohorts/{elsewhere.cohort.pk}/enrolments/"
    problem(client.post(foreign, body), 404)
    problem(client.get(foreign), 404)
    away = factories.enrolment(elsewhere.cohort)
    problem(client.get(f"/api/v1/enrolments/{away.pk}/"), 404)


def test_an_auditor_reads_places_and_enrols_nobody(api: SignIn, campus: Campus) -> None:
    client = api(factories.member(campus.program, Role.AUDITOR))
    url = f"/api/v1/cohorts/{campus.cohort.pk}/enrolments/"
    factories.enrolment(campus.cohort)
    assert len(done(client.get(url))["results"]) == 1
    problem(client.post(url, {"email": "a@example.org", "trainee_number": "1"}), 403)
    assert Enrolment.objects.count() == 1


def test_a_role_that_has_ended_opens_nothing(api: SignIn, campus: Campus) -> None:
    past = TODAY - timedelta(days=1)
    former = factories.member(campus.program, Role.DIRECTOR, starts_on=past, ends_on=past)
    problem(api(former).get(f"/api/v1/cohorts/{campus.cohort.pk}/"), 403)
