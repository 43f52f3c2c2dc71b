"""A director sets a webhook up, sees what became of each event, and sends it again."""

import re

from competency.programs.roles import Role
from competency.webhooks.models import Delivery, Endpoint
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said

URL = "https://hooks.example.org/in"


def test_from_setting_up_to_sending_again(browser: Browser, campus: Campus) -> None:
    client = browser(campus.director)
    form = {"program": campus.program.pk, "url": URL, "events": ["report.ready"], "note": "Ours"}
    refused = client.post("/webhooks/new", form | {"url": "https://10.0.0.1/"})
    assert "This address is private" in said(refused, 422)
    assert 'value="https://10.0.0.1/"' in refused.content.decode()
    told = client.post("/webhooks/new", form)
    assert re.search(r'value="whsec_[\w+/=]{44}"', told.content.decode())
    endpoint = Endpoint.objects.get()
    there = f"/webhooks/{endpoint.pk}"
    assert "whsec_" not in client.get(there).content.decode()
    assert URL in said(client.get("/webhooks"))
    again = client.post(f"{there}/rotate")
    assert "whsec_" in again.content.decode()
    assert "the earlier secret signs as well" in said(again)

    delivery = factories.delivery(endpoint)
    listed = said(client.get(there, {"state": "failed"}))
    assert "A report is ready" in listed
    assert "1 try not found" in listed
    assert "Nothing is here yet" in said(client.get(there, {"state": "given_up"}))
    log = f"/deliveries/{delivery.pk}"
    assert "not found" in said(client.get(log))
    assert "on its way again" in said(client.post(f"{log}/replay", follow=True))
    assert Delivery.objects.get().state == "due"
    assert client.post(f"{log}/replay").status_code == 409

    changed = {"url": URL, "events": ["report.ready", "decision.ratified"], "note": ""}
    assert "Switched off" in said(client.post(there, changed, follow=True))
    assert "In use" in said(client.post(there, changed | {"in_use": "on"}, follow=True))
    assert "Choose one or more" in said(client.post(there, {"url": URL}), 422)


def test_each_sees_exactly_their_part(browser: Browser, campus: Campus, elsewhere: Campus) -> None:
    endpoint = factories.webhook(campus.program, campus.director)
    pages = [f"/webhooks/{endpoint.pk}", f"/deliveries/{factories.delivery(endpoint).pk}"]
    auditor = factories.member(campus.program, Role.AUDITOR)
    for page in pages:
        assert browser(elsewhere.director).get(page).status_code == 404
        for person in (auditor, campus.supervisors[0], factories.person()):
            assert browser(person).get(page).status_code == 403
    assert "No other system" in said(browser(elsewhere.director).get("/webhooks"))
