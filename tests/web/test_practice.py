"""Practice on the page of a real sitting."""

import json
from uuid import uuid4

from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said


def test_a_trainee_practices_to_the_end_and_begins_again(campus: Campus, browser: Browser) -> None:
    client = browser(factories.trainee_of(factories.assigned(campus)))
    page = said(client.get("/practice"))
    assert "Counts for nothing" in page
    form = {"stage": "door", "act": "finish", "first-words.text": "Take your time."}
    assert "Decide what you do" in said(client.post("/practice", form), 422)
    assert client.post("/practice", form | {"decide.choice": "stay"}).status_code == 302
    assert "Stay with what nearly sent her home." in said(client.get("/practice"))
    assert "Take your time." in said(client.get("/practice?stage=door"))
    assert client.get("/practice?stage=plan").status_code == 404
    client.post("/practice", {"stage": "car", "act": "finish"})
    assert "stands on no report" in said(client.get("/practice"))
    client.post("/practice/again")
    assert "Ten past four" in said(client.get("/practice"))


def test_it_saves_as_the_real_page_does(campus: Campus, browser: Browser) -> None:
    client = browser(factories.trainee_of(factories.assigned(campus)))

    def save(item: str, fields: dict[str, list[str]], revision: int = 0) -> tuple[int, dict]:
        body = {"revision": revision, "idem": str(uuid4()), "fields": fields}
        way = f"/practice/answers?item={item}"
        reply = client.post(way, json.dumps(body), content_type="application/json")
        return reply.status_code, reply.json()

    assert save("first-words", {"first-words.text": ["One."]})[1]["revision"] == 1
    status, newer = save("first-words", {"first-words.text": ["Two."]})
    assert (status, newer["fields"]) == (409, {"first-words.text": ["One."]})
    assert save("nothing", {})[0] == 422
    assert save("order", {"order.place.late": ["1"], "order.place.settle": ["1"]})[0] == 422
