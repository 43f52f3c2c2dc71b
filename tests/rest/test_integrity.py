"""Checks of the trail and parked work, over the interface."""

from typing import Any

from competency.audit.models import AuditSeal
from competency.audit.sealing import seal_events
from competency.integrity import progress, runs
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem


def test_an_auditor_asks_and_is_answered(api: SignIn, campus: Campus) -> None:
    seal_events()
    client = api(factories.member(campus.program, Role.AUDITOR))
    at = f"/api/v1/programs/{campus.program.pk}"
    chain = done(client.get(f"{at}/audit-chain/"))
    last = AuditSeal.objects.filter(program_id=campus.program.pk).latest("number")
    assert chain["last_seal"]["hash"] == last.hash
    assert (chain["last_check"], chain["open_check"]) == (None, None)

    asked = done(client.post(f"{at}/integrity-checks/"), 202)
    assert (asked["found"], asked["finished_at"]) == (None, None)
    assert done(client.post(f"{at}/integrity-checks/"), 202)["id"] == asked["id"]
    assert done(client.get(f"{at}/audit-chain/"))["open_check"] == asked["id"]
    progress.tell(asked["id"], progress.EVERY)
    one = f"/api/v1/integrity-checks/{asked['id']}/"
    assert done(client.get(one))["seals_read"] == progress.EVERY

    runs.run(asked["id"])
    answer = done(client.get(one))
    assert (answer["found"], answer["findings"], answer["head"]) == (0, [], last.hash)
    assert answer["seals_read"] == answer["seals"]
    assert done(client.get(f"{at}/audit-chain/"))["last_check"]["id"] == asked["id"]


def test_another_programs_trail_is_not_there(
    api: SignIn, campus: Campus, elsewhere: Campus
) -> None:
    client = api(campus.director)
    for path in ("audit-chain", "integrity-checks"):
        problem(client.get(f"/api/v1/programs/{elsewhere.program.pk}/{path}/"), 404)
    problem(client.post(f"/api/v1/programs/{elsewhere.program.pk}/integrity-checks/"), 404)


def test_staff_read_and_release_what_is_parked(api: SignIn, campus: Campus) -> None:
    mishap, client = factories.parked(), api(factories.superuser())
    query: dict[str, Any] = {"subject": mishap.subject_id}
    (row,) = done(client.get("/api/v1/parked/", query))["results"]
    assert row["error"].endswith("no such font")
    at = f"/api/v1/parked/{mishap.pk}/"
    assert done(client.get(at)) == row
    assert fields(problem(client.post(f"{at}release/"), 400)) == {"reason"}
    released = done(client.post(f"{at}release/", {"reason": "Repaired."}, format="json"))
    assert released["released_at"]
    problem(client.get(at), 404)
    problem(api(campus.director).get("/api/v1/parked/"), 403)
