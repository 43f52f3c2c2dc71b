"""The back office: staff read everything, make accounts and issuers, and write nothing else."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.programs.models import Issuer
from tests import factories
from tests.factories import PASSWORD, Campus
from tests.web.conftest import said

OURS = [
    model
    for app in ("competency", "assessments")
    for model in apps.get_app_config(app).get_models()
]
WRITTEN = {User, Issuer}


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(factories.superuser())
    return client


def address(model: type[models.Model], what: str, *arguments: Any) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}"
    return reverse(name, args=arguments)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_model_is_there_and_only_read(
    campus: Campus, staff: Client, model: type[models.Model]
) -> None:
    assert admin.site.is_registered(model)
    assert staff.get(address(model, "changelist"), {"q": "anything"}).status_code == 200
    assert staff.get(address(model, "add")).status_code == (200 if model in WRITTEN else 403)
    assert staff.post(address(model, "delete", "1")).status_code in (302, 403, 404)


def test_a_row_can_be_looked_at_and_not_changed(
    campus: Campus, staff: Client, certificate: Any
) -> None:
    for row in (certificate, certificate.decision, campus.program, campus.vignette):
        page = address(type(row), "change", row.pk)
        assert staff.get(page).status_code == 200
        assert staff.post(page, {"number": "X"}).status_code == 403
        assert staff.post(address(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403


def test_sealed_words_are_not_shown(campus: Campus, staff: Client) -> None:
    answer = factories.submission_of(factories.handed_in(campus)).answers.filter(words__gt=0)[0]
    page = said(staff.get(address(type(answer), "change", answer.pk)))
    assert "Sealed" not in page


@pytest.mark.parametrize("name", ["Decision", "Attempt", "Membership", "Review", "Rating"])
def test_lists_cost_the_same_however_long(
    campus: Campus, staff: Client, name: str, django_assert_max_num_queries: Any
) -> None:
    model = next(model for model in OURS if model.__name__ == name)
    for _ in range(3):
        factories.proposed(campus)
    with django_assert_max_num_queries(8):
        staff.get(address(model, "changelist"))


def test_an_account_is_made_with_its_trail(staff: Client) -> None:
    response = staff.post(
        address(User, "add"),
        {
            "email": "New.Person@Example.org",
            "name": "New Person",
            "timezone": "Asia/Tokyo",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )
    assert response.status_code == 302, response.content.decode()
    made = User.objects.get(email="new.person@example.org")
    assert made.check_password(PASSWORD)
    assert AuditEvent.objects.filter(action="user.made", subject_id=made.pk).exists()


def test_a_zone_that_does_not_exist_is_refused(staff: Client) -> None:
    response = staff.post(
        address(User, "add"),
        {"email": "x@example.org", "name": "X", "timezone": "Mars/Olympus"},
    )
    assert "is not a time zone we know" in said(response)


def test_an_account_is_closed_and_never_removed(staff: Client) -> None:
    person = factories.person("Ada Obi")
    fields = {"email": person.email, "name": "Ada Obi", "timezone": "UTC"}
    assert staff.post(address(User, "change", person.pk), fields).status_code == 302
    person.refresh_from_db()
    assert not person.is_active
    assert AuditEvent.objects.filter(action="user.changed", subject_id=person.pk).exists()
    assert staff.post(address(User, "delete", person.pk), {"post": "yes"}).status_code == 403


def test_staff_come_in_by_the_sites_own_door(db: None) -> None:
    response = Client().get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/sign-in?next=/admin/"
