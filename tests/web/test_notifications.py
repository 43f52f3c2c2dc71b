"""The bell, the list behind it, and what of it one wants."""

import re

import pytest

from competency.notifications.kinds import Kind
from competency.notifications.models import Muted, Notification
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said


@pytest.fixture
def reviewed(campus: Campus, db: None) -> Notification:
    review = factories.reviews_of(factories.under_review(campus))[0]
    return Notification.objects.get(subject_id=review.pk)


def test_the_bell_counts_and_the_list_leads_on(reviewed: Notification, browser: Browser) -> None:
    client = browser(reviewed.person)
    assert "1 new notification" in said(client.get("/"))
    page = client.get("/notifications")
    assert "A review was assigned to you" in said(page)
    shown = re.findall(r"<time[^>]*>([^<]+)<", page.content.decode())
    assert shown
    assert not any(":" in moment for moment in shown)
    leads = client.get(f"/notifications/{reviewed.pk}")
    assert leads["Location"] == f"/reviews/{reviewed.subject_id}"
    assert "new notification" not in said(client.get("/"))


def test_every_kind_leads_to_a_page(db: None, browser: Browser) -> None:
    person = factories.person()
    client = browser(person)
    for kind in Kind:
        row = Notification.objects.create(
            person=person, kind=kind, subject_id=person.pk, shown=True, mail=False
        )
        assert client.get(f"/notifications/{row.pk}").status_code == 302


def test_all_can_be_marked_as_read(reviewed: Notification, browser: Browser) -> None:
    client = browser(reviewed.person)
    assert client.post("/notifications/read")["Location"] == "/notifications"
    assert "Mark all as read" not in said(client.get("/notifications"))


def test_what_is_only_mailed_is_not_on_the_page(reviewed: Notification, browser: Browser) -> None:
    Notification.objects.update(shown=False)
    assert "Nothing yet" in said(browser(reviewed.person).get("/notifications"))


def test_a_supervisor_chooses_among_what_supervisors_are_told(
    campus: Campus, browser: Browser
) -> None:
    supervisor = campus.supervisors[0]
    client = browser(supervisor)
    page = said(client.get("/notifications/choices"))
    assert "A review was assigned to you" in page
    assert "A decision was proposed" not in page
    kept = {f"{kind}:page": "on" for kind in Kind}
    client.post("/notifications/choices", kept)
    assert set(Muted.objects.values_list("channel", flat=True)) == {"mail"}
    assert Muted.objects.filter(person=supervisor, kind=Kind.REVIEW_ASSIGNED).count() == 1


def test_who_is_told_of_nothing_has_nothing_to_choose(campus: Campus, browser: Browser) -> None:
    assert "no role that anything" in said(browser(campus.author).get("/notifications/choices"))
