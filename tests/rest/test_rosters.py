"""Rosters through the interface: the same dry run, the same word."""

import base64

from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem

GOOD = b"email,name,cohort,trainee_number\nlena@example.org,Lena Ruiz,Autumn,A-1\n"


def test_a_roster_is_looked_at_and_imported(api: SignIn, campus: Campus) -> None:
    client = api(campus.director)
    url = f"/api/v1/programs/{campus.program.pk}/rosters/"
    body = {"file_name": "r.csv", "content": base64.b64encode(GOOD).decode()}
    assert fields(problem(client.post(url, body | {"content": "é"}), 422)) == {"content"}
    one = f"/api/v1/rosters/{done(client.post(url, body), 201)['id']}/"
    shown = done(client.get(one))
    assert (shown["cohorts"], shown["outcomes"][0]["kind"]) == (["Autumn"], "new")
    problem(client.post(f"{one}import/", {"seen": "x"}), 409, "changed")
    word = {"seen": shown["seen"], "invites": False}
    assert done(client.post(f"{one}import/", word))["summary"]["new"] == 1
    problem(client.post(f"{one}drop/"), 409)
    export = client.get(f"/api/v1/programs/{campus.program.pk}/roster/")
    assert b"lena@example.org" in export.content
