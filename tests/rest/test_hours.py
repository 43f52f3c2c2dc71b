"""Hours through the interface."""

import base64

from competency.hours.profiles import adopt_profile, choose_profile
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem


def test_hours_are_handed_in_settled_and_added_up(api: SignIn, campus: Campus) -> None:
    place, director = factories.enrolment(campus.cohort), api(campus.director)
    profile = adopt_profile(campus.program, "oregon", by=campus.director)
    choose_profile(campus.cohort, profile, by=campus.director)
    own, url = api(place.trainee), f"/api/v1/enrolments/{place.pk}/hours/"
    evidence = base64.b64encode(b"%PDF-1.7").decode()
    body = {"kind": "practicum", "hours": "12", "on": "2026-02-01", "evidence": evidence,
            "evidence_name": "log.pdf"}  # fmt: skip
    problem(own.post(url, body | {"evidence": "é"}), 422)
    assert fields(problem(own.post(url, body | {"hours": "0"}), 422)) == {"hours"}
    ids = [done(own.post(url, body), 201)["id"] for _ in range(4)]
    one, two, three, four = (f"/api/v1/hours/{pk}/" for pk in ids)
    problem(own.post(f"{one}approve/"), 403, "permission_denied")
    assert done(director.post(f"{one}approve/"))["state"] == "approved"
    assert done(director.post(f"{two}return/", {"reason": "Which?"}))["state"] == "returned"
    assert done(own.post(f"{three}withdraw/"))["state"] == "withdrawn"
    assert done(director.post(f"{four}approve/"))["state"] == "approved"
    assert done(director.post(f"{four}strike/", {"reason": "Twice."}))["state"] == "struck"
    record = done(own.get(f"/api/v1/enrolments/{place.pk}/hours-record/"))
    assert (record["practicum"]["approved"], record["practicum"]["required"]) == ("12.00", "40.00")
    assert done(director.get(one))["evidence_name"] == "log.pdf"


def test_others_see_nothing(api: SignIn, campus: Campus, elsewhere: Campus) -> None:
    place = factories.enrolment(campus.cohort)
    url = f"/api/v1/enrolments/{place.pk}/hours-record/"
    problem(api(elsewhere.director).get(url), 404)
