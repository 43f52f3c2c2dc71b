"""Every address for every role, at home and in a foreign program: closed unless a policy opens it.

A route without a policy, or one whose rows this file does not know, fails.
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from competency.accounts.models import User
from competency.programs.access import Policy, open_to_all, signed_in
from competency.programs.roles import Role
from tests import factories
from tests.web.routes import FURTHER, Route, routes
from tests.web.world import World, world

ANONYMOUS, NO_ROLE = "anonymous", "no role"
# Rows that not everybody finds whom the policy lets in: a page for all accounts, rows for few.
FOUND_BY = {
    "attempt": {Role.TRAINEE, Role.DIRECTOR, Role.AUDITOR},
    "own attempt": {Role.TRAINEE},
    "own appeal": {Role.TRAINEE},
    "own hours": {Role.TRAINEE},
    "appeal": {Role.TRAINEE, Role.DIRECTOR, Role.CERTIFIER, Role.AUDITOR},
    "complaint": {Role.TRAINEE, Role.DIRECTOR, Role.AUDITOR},
    "passkey": {Role.TRAINEE},
    "notification": {Role.TRAINEE},
    "own certificate": {Role.TRAINEE},
    "share link": {Role.TRAINEE},
    "transcript": {Role.TRAINEE},
    "certificate": {Role.TRAINEE, Role.DIRECTOR, Role.CERTIFIER, Role.AUDITOR},
}
OURS = [route for route in routes() if not route.is_admin and route.name != "api-no-such-address"]


@pytest.fixture(scope="module")
def own(module_rows: None, django_db_blocker: Any) -> World:
    with django_db_blocker.unblock():
        return world()


@pytest.fixture(scope="module")
def foreign(module_rows: None, django_db_blocker: Any) -> World:
    with django_db_blocker.unblock():
        return world()


@pytest.mark.parametrize("route", OURS, ids=lambda route: route.name)
def test_every_route_states_a_policy(route: Route) -> None:
    for method in route.methods:
        assert route.policy(method) is not None, f"{route.name} {method} is nobody's and everyone's"
    assert route.kind or not route.takes


@pytest.mark.parametrize("place", ["own program", "foreign program"])
@pytest.mark.parametrize("role", [ANONYMOUS, NO_ROLE, *Role.values])
def test_a_route_opens_for_whom_its_policy_names(
    db: None, own: World, foreign: World, role: str, place: str
) -> None:
    there = own if place == "own program" else foreign
    clients = Clients(own, role)
    wrong = []
    for route in OURS:
        if there is foreign and not route.kind:
            continue  # an address without a row is nobody's in particular
        for method, response in answers(route, there, clients.at(route)):
            policy = route.policy(method)
            assert policy is not None
            expected = expectation(policy, route, role, at_home=there is own)
            if kind_of(response) != expected:
                wrong.append(f"{route.name} {method}: {response.status_code}, not {expected}")
    assert not wrong, "\n".join(wrong)


class Clients:
    """Browsers of whoever has this role, one per person."""

    def __init__(self, own: World, role: str) -> None:
        self.own, self.role = own, role
        self.signed_in: dict[User | None, Client] = {None: Client(raise_request_exception=False)}
        self.nobody = factories.person()

    def at(self, route: Route) -> Client:
        who = None if self.role == ANONYMOUS else self.nobody
        if self.role in Role.values:
            who = self.own.person(self.role, route.kind)
        if who not in self.signed_in:
            self.signed_in[who] = Client(raise_request_exception=False)
            self.signed_in[who].force_login(who)
        return copy.deepcopy(self.signed_in[who])  # one that signs out leaves the others in


def answers(route: Route, there: World, client: Client) -> Iterator[tuple[str, HttpResponseBase]]:
    """What each method answers; whatever it did is undone."""
    row = there.rows[route.kind] if route.kind else {}
    arguments = {name: row[name] for name in row.keys() & route.takes}
    arguments |= {name: FURTHER[name] for name in route.takes - arguments.keys()}
    address = reverse(route.name, kwargs=arguments)
    for method in route.methods:
        with transaction.atomic():
            response = client.generic(method, address, b"{}", content_type="application/json")
            if response.status_code == 405 and not route.is_interface:
                response = client.post(address)
            transaction.set_rollback(True)
        yield method, response


def kind_of(response: HttpResponseBase) -> str:
    """What an answer says: come in, sign in first, not for you, nothing here."""
    status = response.status_code
    if status == 401 or (status == 302 and response["Location"].startswith("/sign-in?next=")):
        return "sign in"
    # 503 is how `/readyz` says to anyone that something is missing.
    known = {403: "forbidden", 404: "absent", 503: "open"}
    return known.get(status) or ("open" if status < 500 else "broken")


def expectation(policy: Policy, route: Route, role: str, *, at_home: bool) -> str:
    if policy == open_to_all:
        return "open"
    if role == ANONYMOUS:
        return "sign in"
    if policy != signed_in and role not in policy.roles:
        return "forbidden"
    if not route.kind:
        return "open"
    found = at_home and role in FOUND_BY.get(route.kind, set(Role.values))
    return "open" if found else "absent"


ADMIN_ARGUMENTS = {"object_id": "1", "app_label": "competency", "content_type_id": "1", "id": "1"}
ADMIN = [route for route in routes() if route.is_admin and not route.name.endswith("None")]


@pytest.mark.parametrize("roles", [None, [], Role.values], ids=[ANONYMOUS, NO_ROLE, "every role"])
def test_the_back_office_is_for_staff(db: None, own: World, roles: list[str] | None) -> None:
    client = Client(raise_request_exception=False)
    if roles is not None:
        person = factories.person()
        for role in roles:
            factories.member(own.campus.program, role, who=person)
        client.force_login(person)
    for route in ADMIN:
        response = client.get(
            reverse(route.name, kwargs={name: ADMIN_ARGUMENTS[name] for name in route.takes})
        )
        turned_away = response.status_code == 302 and "/content" not in response["Location"]
        assert turned_away or response.status_code == 403, (route.name, response.status_code)


def test_a_member_who_is_not_staff_is_told_so_and_not_sent_in_circles(own: World, db: None) -> None:
    client = Client()
    client.force_login(own.campus.director)
    response = client.get(reverse("admin:index"), follow=True)
    assert response.status_code == 403
