"""An auditor reads what was granted, changes nothing, and leaves a trail; ended means ended."""

from datetime import timedelta

from django.utils import timezone

from competency.audit.models import AuditEvent
from competency.invitations.models import Invitation
from competency.programs.models import Membership
from competency.programs.roles import Area, Role
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, api, done  # noqa: F401  (a fixture)
from tests.web.conftest import Browser, said

UNTIL = timezone.now().date() + timedelta(days=30)


def reads(person: object) -> list[tuple[str, str]]:
    events = AuditEvent.objects.filter(action="record.read", actor_id=person.pk)  # type: ignore[attr-defined]
    return [(event.detail["page"], event.detail["row"]) for event in events.order_by("pk")]


def test_a_director_grants_sees_and_withdraws(browser: Browser, campus: Campus) -> None:
    auditor = factories.person("Nadia Board", email="board@example.org")
    client = browser(campus.director)
    form = {
        "program": campus.program.pk,
        "email": "Board@example.org",
        "areas": ["records"],
        "cohort": campus.cohort.pk,
        "ends_on": UNTIL,
        "scope": "Yearly look",
    }
    missing = client.post("/auditors/new", form | {"areas": []})
    assert "Choose what they may see." in said(missing, 422)
    assert "only the records" in said(client.post("/auditors/new", form | {"areas": "trail"}), 422)
    assert "Nadia Board may read" in said(client.post("/auditors/new", form, follow=True))
    grant = Membership.objects.get(person=auditor)
    assert (grant.areas, grant.cohort) == (["records"], campus.cohort)
    there = f"/auditors/{grant.pk}"
    assert "Nothing was opened" in said(client.get(there))
    said(browser(auditor).get("/cohorts"))
    assert "cohorts" in said(client.get(there))
    assert "Say why" in said(client.post(there, {"reason": ""}), 422)
    assert "opens nothing any more" in said(client.post(there, {"reason": "Over."}, follow=True))
    assert browser(auditor).get("/cohorts").status_code == 403


def test_who_has_no_account_is_invited(browser: Browser, campus: Campus) -> None:
    form = {
        "program": campus.program.pk,
        "email": "new@example.org",
        "areas": ["trail", "reports"],
        "ends_on": UNTIL,
        "scope": "Yearly look",
    }
    page = said(browser(campus.director).post("/auditors/new", form, follow=True))
    assert "new@example.org" in page
    sent = Invitation.objects.get(email="new@example.org")
    assert (sent.roles, sent.areas, sent.scope) == (
        ["auditor"],
        ["reports", "trail"],
        "Yearly look",
    )


def test_each_sees_exactly_their_part(browser: Browser, campus: Campus, elsewhere: Campus) -> None:
    grant = factories.membership(campus.program, Role.AUDITOR)
    assert browser(elsewhere.director).get(f"/auditors/{grant.pk}").status_code == 404
    assert browser(factories.superuser()).get(f"/auditors/{grant.pk}").status_code == 200
    attempt = factories.assigned(campus)
    for person in (grant.person, campus.supervisors[0], factories.trainee_of(attempt)):
        assert browser(person).get("/auditors").status_code == 403


def test_an_auditor_of_one_cohort_finds_its_rows_alone(browser: Browser, campus: Campus) -> None:
    inside = factories.assigned(campus)
    auditor = factories.member(
        campus.program, Role.AUDITOR, areas=[Area.RECORDS], cohort=campus.cohort
    )
    other = factories.cohort(campus.program)
    client = browser(auditor)
    assert client.get(f"/attempts/{inside.pk}").status_code == 200
    assert client.get(f"/cohorts/{campus.cohort.pk}").status_code == 200
    assert client.get(f"/cohorts/{other.pk}").status_code == 404
    for closed in ("/audit", "/reports", "/content"):
        assert client.get(closed).status_code == 403
    assert "Reports" not in said(client.get("/"))
    assert reads(auditor) == [
        ("attempt", str(inside.pk)),
        ("cohort", str(campus.cohort.pk)),
    ]


def test_reading_is_noted_by_page_and_interface_alike(
    browser: Browser,
    api: SignIn,  # noqa: F811
    campus: Campus,
    elsewhere: Campus,
) -> None:
    decision = factories.proposed(campus)
    auditor = factories.member(campus.program, Role.AUDITOR)
    factories.member(elsewhere.program, Role.AUDITOR, auditor)
    said(browser(auditor).get(f"/decisions/{decision.pk}"))
    done(api(auditor).get(f"/api/v1/decisions/{decision.pk}/"))
    done(api(auditor).get("/api/v1/decisions/"))
    said(browser(auditor).get("/preferences"))
    events = AuditEvent.objects.filter(action="record.read")
    assert [(event.program_id, event.detail["row"]) for event in events.order_by("pk")] == [
        (campus.program.pk, str(decision.pk)),
        (campus.program.pk, str(decision.pk)),
        *((row.program_id, "") for row in auditor.memberships.order_by("program__name")),
    ]


def test_who_also_runs_the_program_is_not_noted_there(browser: Browser, campus: Campus) -> None:
    factories.member(campus.program, Role.AUDITOR, campus.director)
    said(browser(campus.director).get("/cohorts"))
    assert reads(campus.director) == []
