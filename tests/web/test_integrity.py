"""The audit page: where each chain stands, and a check with one click."""

import pytest
from django.urls import reverse

from competency.audit.models import AuditEvent, AuditSeal
from competency.audit.sealing import seal_events
from competency.integrity import runs
from competency.integrity.models import IntegrityCheck
from competency.programs.roles import Role
from tests import factories
from tests.competency.audit.trail import alter
from tests.factories import Campus
from tests.web.conftest import Browser, said


@pytest.fixture
def sealed(campus: Campus) -> AuditSeal:
    seal_events()
    return AuditSeal.objects.filter(program_id=campus.program.pk).latest("number")


def test_an_auditor_has_the_trail_checked(
    browser: Browser, campus: Campus, sealed: AuditSeal
) -> None:
    client = browser(factories.member(campus.program, Role.AUDITOR))
    page = said(client.get(reverse("audit")))
    assert campus.program.name in page
    assert sealed.hash in page
    assert "Never checked" in page

    asked = client.post(reverse("ask-for-check", args=[campus.program.pk]))
    check = IntegrityCheck.objects.get()
    assert asked.headers["Location"] == reverse("integrity-check", args=[check.pk])
    waiting = client.get(asked.headers["Location"])
    assert "Waiting for a worker" in said(waiting)
    assert b'hx-trigger="every 2s"' in waiting.content
    assert "Under way" in said(client.get(reverse("audit")))

    runs.run(check.pk)
    answered = client.get(asked.headers["Location"])
    assert "The trail is whole" in said(answered)
    assert sealed.hash in said(answered)
    assert b"hx-trigger" not in answered.content
    assert "Whole," in said(client.get(reverse("audit")))


def test_while_it_is_read_the_page_asks_for_its_answer_alone(
    browser: Browser, campus: Campus, sealed: AuditSeal
) -> None:
    client = browser(campus.director)
    at = client.post(reverse("ask-for-check", args=[campus.program.pk])).headers["Location"]
    IntegrityCheck.objects.update(started_at=sealed.sealed_at)
    part = client.get(at, headers={"HX-Request": "true"})
    assert said(part).startswith("The trail is being read.")
    assert b"<html" not in part.content


def test_what_was_tampered_with_is_named(
    browser: Browser, campus: Campus, sealed: AuditSeal
) -> None:
    event = AuditEvent.objects.filter(program_id=campus.program.pk)[0]
    alter(AuditEvent.objects.filter(pk=event.pk), reason="Because.")
    client = browser(campus.director)
    at = client.post(reverse("ask-for-check", args=[campus.program.pk])).headers["Location"]
    runs.run(IntegrityCheck.objects.get().pk)
    page = said(client.get(at))
    assert "1 thing is wrong" in page
    assert f"event {event.pk} was altered" in page
    assert "1 finding" in said(client.get(reverse("audit")))


def test_staff_see_every_chain_and_check_them_all(
    browser: Browser, campus: Campus, elsewhere: Campus
) -> None:
    client = browser(factories.superuser())
    page = said(client.get(reverse("audit")))
    assert campus.program.name in page
    assert elsewhere.program.name in page
    assert "Every chain at once" in page
    at = client.post(reverse("ask-for-every-chain")).headers["Location"]
    runs.run(IntegrityCheck.objects.get().pk)
    assert "The trail is whole" in said(client.get(at))


def test_the_site_as_a_whole_is_not_for_an_auditor(browser: Browser, campus: Campus) -> None:
    client = browser(factories.member(campus.program, Role.AUDITOR))
    assert "Every chain at once" not in said(client.get(reverse("audit")))
    assert client.post(reverse("ask-for-every-chain")).status_code == 403
    browser(factories.superuser()).post(reverse("ask-for-every-chain"))
    at = reverse("integrity-check", args=[IntegrityCheck.objects.get().pk])
    assert client.get(at).status_code == 404


def test_the_way_there_is_in_the_bar(browser: Browser, campus: Campus) -> None:
    link = f'href="{reverse("audit")}"'.encode()
    parked = f'href="{reverse("parked")}"'.encode()
    for person, audits, staff in (
        (campus.director, True, False),
        (campus.author, False, False),
        (factories.superuser(), True, True),
    ):
        page = browser(person).get(reverse("home")).content
        assert ((link in page), (parked in page)) == (audits, staff)
