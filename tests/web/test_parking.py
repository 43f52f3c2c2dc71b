"""Parked work: staff read what went wrong, and release it with a reason."""

import pytest
from django.test import Client
from django.urls import reverse

from competency.audit.models import AuditEvent
from competency.parking.models import Mishap
from tests import factories
from tests.web.conftest import Browser, said


@pytest.fixture
def staff(browser: Browser) -> Client:
    return browser(factories.superuser())


def test_staff_find_what_is_parked_with_its_error(staff: Client) -> None:
    assert "Nothing is parked" in said(staff.get(reverse("parked")))
    mishap = factories.parked()
    page = said(staff.get(reverse("parked")))
    assert str(mishap.subject_id) in page
    assert "ValueError: no such font" in page
    assert "failed 5 times" in page
    assert "Traceback" in said(staff.get(reverse("mishap", args=[mishap.pk])))


def test_staff_release_it_with_a_reason(staff: Client) -> None:
    mishap = factories.parked()
    at = reverse("release-mishap", args=[mishap.pk])
    done = staff.post(at, {"reason": "The font is there again."}, follow=True)
    assert "The next sweep takes it up again" in said(done)
    assert "Nothing is parked" in said(done)
    assert AuditEvent.objects.get(action="mishap.released").reason == "The font is there again."
    assert "Released" in said(staff.get(reverse("mishap", args=[mishap.pk])))


def test_nothing_is_released_without_a_reason(staff: Client) -> None:
    mishap = factories.parked()
    at = reverse("release-mishap", args=[mishap.pk])
    assert "Say what was repaired." in said(staff.post(at, {"reason": ""}), 422)
    unstorable = said(staff.post(at, {"reason": "a\x07b"}), 422)
    assert "cannot be stored" in unstorable
    assert "Nothing you typed is lost" in unstorable
    assert Mishap.objects.parked().exists()


def test_of_two_who_release_the_second_is_told(staff: Client) -> None:
    at = reverse("release-mishap", args=[factories.parked().pk])
    staff.post(at, {"reason": "Repaired."})
    assert "This is not parked." in said(staff.post(at, {"reason": "Repaired."}), 409)
