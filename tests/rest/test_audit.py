"""The trail of a program is read by its director and auditor, and by nobody else."""

from datetime import timedelta

from django.utils import timezone

from competency.audit.models import AuditEvent
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus, contents
from tests.rest.conftest import SignIn, done, problem

URL = "/api/v1/audit-events/"


def test_a_trail_holds_the_acts_in_ones_own_program(
    api: SignIn, campus: Campus, elsewhere: Campus
) -> None:
    for person in (campus.director, factories.member(campus.program, Role.AUDITOR)):
        rows = done(api(person).get(URL, {"page_size": 200}))["results"]
        assert {row["program_id"] for row in rows} == {str(campus.program.pk)}
        ids = [row["id"] for row in rows]
        assert ids == sorted(ids, reverse=True)
        assert done(api(person).get(f"{URL}{ids[0]}/")) == rows[0]
    foreign = AuditEvent.objects.filter(program_id=elsewhere.program.pk).latest("id")
    problem(api(campus.director).get(f"{URL}{foreign.pk}/"), 404)
    for person in (campus.author, campus.certifier, campus.supervisors[0]):
        problem(api(person).get(URL), 403)


def test_acts_are_found(api: SignIn, campus: Campus) -> None:
    client, attempt = api(campus.director), factories.started(campus)
    now = timezone.now()
    queries: list[dict[str, object]] = [
        {"subject": attempt.pk, "action": "attempt.in_progress"},
        {"actor": factories.trainee_of(attempt).pk},
        {"subject_type": "attempt", "program": campus.program.pk, "action": "attempt.in_progress"},
        {"action": "attempt.in_progress", "since": (now - timedelta(hours=1)).isoformat()},
    ]
    for query in queries:
        rows = done(client.get(URL, query))["results"]
        assert [row["action"] for row in rows] == ["attempt.in_progress"]
    assert done(client.get(URL, {"until": (now - timedelta(hours=1)).isoformat()}))["results"] == []
    for name in ("subject", "actor", "since", "until", "program"):
        problem(client.get(URL, {name: "x"}), 400)
    for pk in (10**30, 0):
        problem(client.get(f"{URL}{pk}/"), 404)


def test_what_a_reviewer_found_is_not_read_from_the_trail(api: SignIn, campus: Campus) -> None:
    attempt = factories.under_review(campus, answers=contents.harmful_answers())
    factories.give(factories.reviews_of(attempt)[0], 3, flags=True)
    rows = done(api(campus.director).get(URL, {"action": "harmflag.judged"}))["results"]
    assert [row["detail"] for row in rows] == [{}]
