"""The practice case through the interface: every trainee may, and nothing of it counts."""

from assessments.attempts.models import Attempt
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem

URL = "/api/v1/practice/"


def test_a_trainee_practises_and_begins_again(api: SignIn, campus: Campus) -> None:
    client = api(factories.member(campus.program, Role.TRAINEE))
    stage = done(client.get(URL))
    assert (stage["stage"], stage["finished"]) == ("door", [])
    words = {"item": "first-words", "response": {"text": "I am glad that you came in today."}}

    kept = done(client.post(f"{URL}save/", words))
    (item,) = [row for row in kept["items"] if row["code"] == "first-words"]
    assert (item["response"], item["revision"]) == (words["response"], 1)

    other = words | {"response": {"text": "Another tab says something else."}}
    problem(client.post(f"{URL}save/", other), 409, "stale_revision")
    problem(client.post(f"{URL}finish/", {"stage": "door"}), 409, "undecided")
    done(client.post(f"{URL}save/", {"item": "decide", "response": {"choice": "stay"}}))
    assert done(client.post(f"{URL}finish/", {"stage": "door"}))["stage"] == "car"
    again = done(client.post(f"{URL}again/", {}))
    assert (again["stage"], again["items"][0]["response"]) == ("door", None)
    assert not Attempt.objects.exists()


def test_what_cannot_be_taken_is_named(api: SignIn, campus: Campus) -> None:
    client = api(factories.member(campus.program, Role.TRAINEE))
    assert fields(problem(client.post(f"{URL}save/", {}), 400)) == {"item", "response"}
    unknown = {"item": "nothing", "response": {}}
    assert fields(problem(client.post(f"{URL}save/", unknown), 422)) == {"item"}
    problem(api(campus.director).get(URL), 403)
