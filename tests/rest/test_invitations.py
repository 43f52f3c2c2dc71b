"""A director asks people in; nobody else does."""

from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem


def test_a_director_invites_looks_and_withdraws(api: SignIn, campus: Campus) -> None:
    client = api(campus.director)
    url = f"/api/v1/programs/{campus.program.pk}/invitations/"
    body = {"email": "ruth@example.org", "roles": ["supervisor", "author"]}
    sent = done(client.post(url, body), 201)
    assert sent["roles"] == ["author", "supervisor"]
    assert sent["invited_by"]["email"] == campus.director.email
    problem(client.post(url, body), 409, "refused")
    assert [row["id"] for row in done(client.get(url))["results"]] == [sent["id"]]
    one = f"/api/v1/invitations/{sent['id']}/"
    assert done(client.get(one))["accepted_at"] is None
    assert done(client.post(f"{one}withdraw/"))["withdrawn_at"]
    problem(client.post(f"{one}withdraw/"), 409)


def test_input_at_fault_is_named(api: SignIn, campus: Campus) -> None:
    url = f"/api/v1/programs/{campus.program.pk}/invitations/"
    answer = api(campus.director).post(url, {"email": "nobody", "roles": []})
    assert set(fields(problem(answer, 400))) == {"email", "roles"}


def test_other_programs_and_other_roles_invite_nobody(
    api: SignIn, campus: Campus, elsewhere: Campus
) -> None:
    url = f"/api/v1/programs/{elsewhere.program.pk}/invitations/"
    body = {"email": "ruth@example.org", "roles": ["supervisor"]}
    problem(api(campus.director).post(url, body), 404)
    problem(api(factories.person()).post(url, body), 403)
