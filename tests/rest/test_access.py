"""Closed by default: every view states who may come, and keeps to it."""

from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from competency.accounts.models import User
from competency.programs.access import open_to_all, policy_of, requires, signed_in
from competency.programs.roles import Permission, Role
from competency.rest.access import StatedPolicy
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, problem
from tests.rest.routes import acts, routes

OPEN = {"api-tokens", "api-register", "api-no-such-address"}
ARGUMENTS: list[dict[str, Any]] = [
    {},
    {"pk": "7d444840-9dc0-41d1-b245-5ffdce74fad2"},
    {"pk": 1},
    {"code": "2222-2222-2222"},
    {"pk": "7d444840-9dc0-41d1-b245-5ffdce74fad2", "position": 1},
    {"pk": "7d444840-9dc0-41d1-b245-5ffdce74fad2", "position": 1, "item": "a"},
    {"pk": "7d444840-9dc0-41d1-b245-5ffdce74fad2", "position": 1, "stage": "a"},
]


def address(name: str) -> str:
    """An address of this name, of rows that nobody has."""
    for arguments in ARGUMENTS:
        try:
            return reverse(name, kwargs=arguments)
        except NoReverseMatch:
            continue
    raise AssertionError(f"no arguments fit {name}")


@pytest.mark.parametrize(("name", "method", "view"), acts())
def test_every_view_states_a_policy_and_is_guarded(
    name: str, method: str, view: type[APIView]
) -> None:
    assert policy_of(view, method) is not None
    if name != "api-no-such-address":
        assert view.permission_classes == [StatedPolicy]


def test_names_are_not_used_twice() -> None:
    names = [name for name, _ in routes()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("name", "method", "view"), acts())
def test_nobody_gets_in_without_signing_in(
    api: SignIn, name: str, method: str, view: type[APIView]
) -> None:
    response = api(None).generic(method, address(name))
    assert policy_of(view, method) == open_to_all if name in OPEN else True
    if name in OPEN:
        assert response.status_code in {400, 404}
    else:
        problem(response, 401, "not_authenticated")
        assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.fixture(scope="module")
def of_each_role(shared_campus: Campus, django_db_blocker: Any) -> dict[str, User]:
    with django_db_blocker.unblock():
        return {role: factories.member(shared_campus.program, role) for role in Role.values}


@pytest.mark.parametrize("role", Role.values)
def test_a_role_opens_what_its_policy_says_and_nothing_more(
    api: SignIn, of_each_role: dict[str, User], role: str
) -> None:
    client = api(of_each_role[role])
    for name, method, view in acts():
        policy = policy_of(view, method)
        assert policy is not None
        response = client.generic(method, address(name), b"{}", content_type="application/json")
        if role in policy.roles:
            assert response.status_code != 403, (role, name, method)
        else:
            problem(response, 403, "permission_denied")


def test_without_any_role_only_what_asks_for_a_signature_opens(api: SignIn, db: None) -> None:
    client = api(factories.person())
    for name, method, view in acts():
        policy = policy_of(view, method)
        if policy and policy.permissions:
            problem(client.generic(method, address(name)), 403)


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "OPTIONS"])
def test_methods_that_a_view_lacks_are_answered_405(api: SignIn, db: None, method: str) -> None:
    for name in {name for name, _ in routes()} - {"api-no-such-address"}:
        body = problem(api(None).generic(method, address(name)), 405, "method_not_allowed")
        assert body["errors"] == []


def test_nothing_is_kept_by_caches(api: SignIn, campus: Campus) -> None:
    for path in ("me/", "frameworks/", f"frameworks/{campus.framework.pk}/", "decisions/"):
        response = api(campus.author).get(f"/api/v1/{path}")
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["", "nothing/", "reviews", "reviews/x/", "reviews/1/2/3/"])
def test_addresses_that_are_not_there_are_problems(api: SignIn, db: None, path: str) -> None:
    problem(api(None).get(f"/api/v1/{path}"), 404, "not_found")
    problem(api(None).post(f"/api/v1/{path}", b"{", content_type="text/plain"), 404, "not_found")


class Unstated(APIView):
    permission_classes = (StatedPolicy,)

    def get(self, request: Any) -> Response:
        return Response({})


class HalfStated(Unstated):
    policy = {"GET": signed_in}

    def post(self, request: Any) -> Response:
        return Response({})


@pytest.mark.parametrize(
    ("view", "method", "status"),
    [
        (Unstated, "get", 403),
        (Unstated, "head", 403),
        (HalfStated, "get", 200),
        (HalfStated, "head", 200),
        (HalfStated, "post", 403),
        (HalfStated, "put", 405),
    ],
)
def test_a_view_that_states_nothing_opens_for_nobody(
    db: None, view: type[APIView], method: str, status: int
) -> None:
    request = getattr(APIRequestFactory(), method)("/")
    force_authenticate(request, factories.superuser())
    assert view.as_view()(request).status_code == status


def test_a_policy_asks_for_a_permission_in_words() -> None:
    policy = requires(Permission.REVIEW_DO, Permission.ATTEMPT_SIT)
    assert str(policy) == "attempt.sit or review.do"
    assert policy.roles == {Role.SUPERVISOR, Role.TRAINEE}
    assert (str(signed_in), str(open_to_all)) == ("signed in", "open to all")
    assert signed_in.roles == set(Role.values)
    with pytest.raises(ValueError, match="at least one"):
        requires()


def test_who_is_no_longer_active_is_not_admitted(db: None) -> None:
    assert signed_in.admits(factories.person())
    assert not signed_in.admits(factories.person(is_active=False))
