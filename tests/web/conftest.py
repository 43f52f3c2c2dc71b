"""Browsers without JavaScript, signed in as whoever a test names."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from competency.accounts.models import User
from tests import factories
from tests.factories import Campus

Browser = Callable[[User | None], Client]


@pytest.fixture
def browser(db: None) -> Browser:
    """`browser(person)` is signed in as that person; `browser(None)` as nobody."""

    def opened(person: User | None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person)
        return client

    return opened


@pytest.fixture(autouse=True)
def _no_failure_remembered() -> None:
    cache.clear()


@pytest.fixture
def elsewhere(campus: Campus) -> Campus:
    """Another program, of which the first knows nothing."""
    return factories.campus(supervisors=2)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.hidden += tag in ("script", "style", "title")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style", "title")

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.said.append(" ".join(data.split()))


def words(response: Any) -> str:
    """What a page says, without its tags."""
    reader = _Words()
    reader.feed(response.content.decode())
    return " ".join(reader.said)


def said(response: Any, status: int = 200) -> str:
    """The words of an answer of this status."""
    assert response.status_code == status, response.content[-2000:]
    return words(response)
