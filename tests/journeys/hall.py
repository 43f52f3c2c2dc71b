"""A hall to sit in: one campus, one server and one browser for a whole module of journeys.

Every journey seats a trainee of its own, so nothing has to be cleared away between them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route

from assessments.attempts.models import Attempt
from competency.accounts.models import User
from tests import factories
from tests.emptying import empty_tables
from tests.factories import Campus, contents
from tests.journeys.conftest import Visitor, listen

WIDE = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
OPTIONS = ("breathe", "call", "leave")


def stages() -> list[dict[str, Any]]:
    """Two stages on either way, with every kind of item in the first."""
    arrival, corridor, room = contents.vignette_content()["stages"]
    more = [
        _asked("order", "ranking", "Put these in order."),
        _asked("pick", "choose_n", "Choose two.", choose=2),
        _asked("one", "single_choice", "Which one first?"),
        _asked("both", "most_least", "What helps most, what least?"),
    ]
    words, actions, decide = arrival["items"]
    arrival["items"] = [words, actions, *more, decide]
    return [arrival, corridor, room]


def _asked(code: str, kind: str, prompt: str, **settings: Any) -> dict[str, Any]:
    options = contents.options_content(*OPTIONS)
    return {"code": code, "kind": kind, "prompt": prompt, "options": options, **settings}


def keys() -> dict[str, Any]:
    of_kind = {"order": (1, 2, 3), "pick": (1, 1, 0), "one": (8, 2, 0), "both": (1, 0, -1)}
    given = {
        item: {code: {"value": value} for code, value in zip(OPTIONS, values, strict=True)}
        for item, values in of_kind.items()
    }
    return contents.key_content()["items"] | given


@dataclass
class Hall:
    """`seat()` puts a new trainee in front of the first stage."""

    campus: Campus
    browser: Browser
    site: str
    contexts: list[BrowserContext] = field(default_factory=list)

    def trainee(self, **options: Any) -> tuple[User, Attempt]:
        attempt = factories.started(self.campus, **options)
        return factories.trainee_of(attempt), attempt

    def visitor(self, person: User, **options: Any) -> Visitor:
        """A browser of their own, signed in."""
        context = self.browser.new_context(**(WIDE | options))
        self.contexts.append(context)
        self.sign_in(context, person)
        visitor = Visitor(context.new_page(), self.site)
        listen(visitor)
        return visitor

    def sign_in(self, context: BrowserContext, person: User) -> None:
        client = Client()
        client.force_login(person)
        value = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": self.site}])

    def seat(self, **options: Any) -> tuple[Attempt, Visitor]:
        person, attempt = self.trainee()
        visitor = self.visitor(person, **options)
        visitor.go(f"/attempts/{attempt.pk}/1")
        return attempt, visitor

    def rise(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts.clear()


def hall_of(browser: Browser, site: str) -> Iterator[Hall]:
    """The hall of a module; `sweep_away` afterwards, because no test's own transaction does."""
    told = {"stages": stages()}
    campus = factories.campus(
        vignette=told, key={"items": keys()}, standard={"pause_minutes": 10, "pilot": False}
    )
    yield Hall(campus, browser, site)


def sweep_away() -> None:
    """Empty the tables, and close what Playwright's loop made Django open beside the first
    connection."""
    empty_tables()
    connections.close_all()


def fail_saves(page: Page, *, times: int, arrive: bool = False, status: int = 502) -> None:
    """The next saves fail; with `arrive` they reach the server and only the answer is lost."""
    left = [times]

    def handle(route: Route) -> None:
        if not left[0]:
            route.continue_()
            return
        left[0] -= 1
        if arrive:
            route.fetch()
            route.abort()
        else:
            route.fulfill(status=status, body="Bad gateway", content_type="text/html")

    page.context.route("**/answers/*", handle)
