"""Clients of the interface, signed in as whoever a test names."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from competency.accounts.models import User
from tests import factories
from tests.factories import Campus

SignIn = Callable[[User | None], APIClient]


@pytest.fixture
def api(db: None) -> SignIn:
    """`api(person)` is a client signed in as that person; `api(None)` is nobody's."""

    def sign_in(person: User | None) -> APIClient:
        client = APIClient(raise_request_exception=False)
        if person is not None:
            client.force_authenticate(person)
        return client

    return sign_in


@pytest.fixture(autouse=True)
def _no_throttle_remembers() -> None:
    cache.clear()


@pytest.fixture
def elsewhere(campus: Campus) -> Campus:
    """Another program, with everything, of which the first knows nothing."""
    return factories.campus(supervisors=2)


def problem(response: Any, status: int, code: str = "") -> dict[str, Any]:
    """The body of a refusal, which must be a problem of this status (and code)."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) == {"type", "title", "status", "detail", "code", "errors"}
    assert body["status"] == status
    assert body["type"] == f"urn:credence:problem:{body['code']}"
    assert not code or body["code"] == code, body
    return body


def fields(body: dict[str, Any]) -> set[str]:
    return {fault["field"] for fault in body["errors"]}


def done(response: Any, status: int = 200) -> Any:
    """The body of an answer of this status."""
    assert response.status_code == status, response.content
    return response.json() if response.content else None
