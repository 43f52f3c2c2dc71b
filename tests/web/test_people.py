"""A director runs people without any back office: looks for them, changes roles, moves them."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from competency.invitations.models import Invitation
from competency.programs.circumstances import Conflict
from competency.programs.models import Cohort, Enrolment, Membership
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said


def test_people_are_searched_and_filtered(campus: Campus, browser: Browser) -> None:
    place = factories.enrolment(campus.cohort, factories.person("Ana Ruiz"))
    client = browser(campus.director)
    everyone = said(client.get("/people"))
    assert "Ana Ruiz" in everyone
    assert campus.certifier.name in everyone
    for query in (
        "q=ruiz",
        f"q={place.trainee_number}",
        f"cohort={place.cohort_id}",
        "role=trainee",
        "state=active&role=trainee&q=ana",
    ):
        page = said(client.get(f"/people?{query}"))
        assert "Ana Ruiz" in page, query
        assert campus.certifier.name not in page, query
    assert "Nobody fits." in said(client.get("/people?state=on_leave"))
    assert "Ana Ruiz" in said(client.get("/people?role=x&state=y&cohort=z"))


def test_twenty_people_cost_no_more_queries_than_one(campus: Campus, browser: Browser) -> None:
    client = browser(campus.director)
    counts = []
    for more in (1, 15):
        for _ in range(more):
            factories.enrolment(campus.cohort)
        with CaptureQueriesContext(connection) as captured:
            client.get("/people")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_other_programs_people_are_absent(
    campus: Campus, elsewhere: Campus, browser: Browser
) -> None:
    place, client = factories.enrolment(elsewhere.cohort), browser(campus.director)
    assert place.trainee.name not in said(client.get("/people"))
    for path in (f"people/{place.trainee_id}", f"places/{place.pk}",
                 f"cohorts/{elsewhere.cohort.pk}/settings"):  # fmt: skip
        assert client.get(f"/{path}").status_code == 404


def test_somebody_is_invited_and_the_question_taken_back(campus: Campus, browser: Browser) -> None:
    client = browser(campus.director)
    given = {"program": campus.program.pk, "email": "new@example.org", "roles": ["supervisor"]}
    assert "Choose one role" in said(client.post("/people/invite", given | {"roles": []}), 422)
    assert "on its way" in said(client.post("/people/invite", given, follow=True))
    assert "stands already" in said(client.post("/people/invite", given), 409)
    asked = Invitation.objects.get()
    page = client.post(f"/invitations/{asked.pk}/withdraw", follow=True)
    assert "The link works no more." in said(page)


def test_roles_are_given_and_ended(campus: Campus, browser: Browser) -> None:
    client, who = browser(campus.director), campus.supervisors[0]
    url = f"/people/{who.pk}"
    give = {"act": "grant", "grant-program": campus.program.pk, "grant-role": "author"}
    assert "The role is given." in said(client.post(url, give, follow=True))
    assert "holds this role already" in said(client.post(url, give), 409)
    row = Membership.objects.get(person=who, role=Role.AUTHOR)
    end = {"act": f"end-{row.pk}"}
    assert client.post(url, end).status_code == 422
    ended = said(client.post(url, end | {f"end-{row.pk}-reason": "No time."}, follow=True))
    assert "It stays on the record." in ended
    assert client.post(url, {"act": "promote"}).status_code == 422


def test_a_conflict_is_declared_and_lifted(campus: Campus, browser: Browser) -> None:
    client, (one, two) = browser(campus.director), campus.supervisors[:2]
    url = f"/people/{one.pk}"
    declare = {
        "act": "declare",
        "declare-program": campus.program.pk,
        "declare-other": two.pk,
        "declare-reason": "Partners.",
    }
    assert "These two judge each other no more." in said(client.post(url, declare, follow=True))
    name = f"lift-{Conflict.objects.get().pk}"
    lifted = client.post(url, {"act": name, f"{name}-reason": "By mistake."}, follow=True)
    assert "Lifted by" in said(lifted)


def test_a_place_is_given_left_and_found_again(campus: Campus, browser: Browser) -> None:
    client, who = browser(campus.director), factories.member(campus.program, Role.TRAINEE)
    enrol = {"act": "enrol", "enrol-cohort": campus.cohort.pk, "enrol-trainee_number": "T-77"}
    client.post(f"/people/{who.pk}", enrol)
    place = Enrolment.objects.get(trainee=who)
    url, supervisor = f"/places/{place.pk}", campus.supervisors[0]
    steps = [
        ({"act": "supervisor", "supervisor-supervisor": supervisor.pk}, supervisor.name),
        (
            {
                "act": "accommodate",
                "accommodate-extra_percent": 25,
                "accommodate-extra_pause_minutes": 0,
                "accommodate-reason": "Dyslexia.",
            },
            "Dyslexia.",
        ),
        ({"act": "leave", "leave-reason": "Parental leave."}, "On leave"),
        ({"act": "return"}, "Back in training."),
        ({"act": "renumber", "renumber-trainee_number": "T-78"}, "T-78"),
    ]
    for given, words in steps:
        assert words in said(client.post(url, given, follow=True))
    there = factories.cohort(campus.program)
    move = {"act": "transfer", "transfer-cohort": there.pk, "transfer-reason": "Moved house."}
    page = said(client.post(url, move, follow=True))
    assert f"Came from {campus.cohort.name}." in page
    old = said(client.get(url))
    assert "Moved house." in old
    assert "This place is over" in old


def test_a_cohort_is_opened_renamed_and_closed(campus: Campus, browser: Browser) -> None:
    client = browser(campus.director)
    given = {
        "act": "open",
        "open-program": campus.program.pk,
        "open-name": "Autumn",
        "open-starts_on": "2026-09-01",
    }
    assert client.post("/cohorts/new", given | {"open-name": " "}).status_code == 422
    assert "The cohort is open." in said(client.post("/cohorts/new", given, follow=True))
    cohort = Cohort.objects.get(name="Autumn")
    url = f"/cohorts/{cohort.pk}/settings"
    rename = {"act": "change", "change-name": "Fall", "change-starts_on": "2026-09-01"}
    assert "Fall" in said(client.post(url, rename, follow=True))
    assert "Closed" in said(
        client.post(url, {"act": "close", "close-reason": "Full."}, follow=True)
    )
    assert "Open it again" in said(client.get(url))
