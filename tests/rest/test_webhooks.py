"""Webhooks by the interface: set up, followed, sent again; a secret is told once."""

from competency.webhooks.models import Endpoint
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem

GIVEN = {"url": "https://hooks.example.org/in", "events": ["report.ready"]}


def test_a_director_sets_one_up_and_changes_it(api: SignIn, campus: Campus) -> None:
    client, url = api(campus.director), f"/api/v1/programs/{campus.program.pk}/webhooks/"
    made = done(client.post(url, GIVEN), 201)
    assert made["secret"].startswith("whsec_")
    (row,) = done(client.get(url))["results"]
    assert row == {name: value for name, value in made.items() if name != "secret"}
    here = f"/api/v1/webhooks/{made['id']}/"
    changed = done(client.post(f"{here}change/", {**GIVEN, "note": "", "in_use": False}))
    assert (changed["stopped"], "secret" in changed) == ("person", False)
    assert done(client.post(f"{here}rotate/"))["secret"] != made["secret"]
    assert done(client.get(here))["previous_until"] is not None
    private = problem(client.post(url, GIVEN | {"url": "https://192.168.0.1/"}), 422)
    assert fields(private) == {"url"}
    assert Endpoint.objects.count() == 1


def test_what_was_sent_is_followed_and_sent_again(
    api: SignIn, campus: Campus, elsewhere: Campus
) -> None:
    delivery = factories.delivery(factories.webhook(campus.program, campus.director))
    client, here = api(campus.director), f"/api/v1/deliveries/{delivery.pk}/"
    told = done(client.get(here))
    assert told["tries_made"][0]["error"] == "not found"
    listed = f"/api/v1/webhooks/{delivery.endpoint_id}/deliveries/"
    assert [row["id"] for row in done(client.get(listed, {"state": "failed"}))["results"]] == [
        str(delivery.pk)
    ]
    assert done(client.post(f"{here}replay/"))["state"] == "due"
    problem(client.post(f"{here}replay/"), 409, "transition_refused")
    problem(api(elsewhere.director).get(here), 404)
    problem(api(elsewhere.director).post(f"{here}replay/"), 404)
