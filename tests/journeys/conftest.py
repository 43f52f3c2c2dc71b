"""A real browser on the real site. Without a Chromium the journeys are skipped, saying so."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from competency.accounts.models import User
from tests.factories import PASSWORD

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
expect.set_options(timeout=30_000)  # as long as a page may take: a busy machine is no failure
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium here: install the package “chromium” to run the journeys")
    # Playwright keeps a loop in this thread, and Django would refuse the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Visitor:
    """Somebody at a browser. Whatever the page complains of is kept in `complaints`."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    def sign_in(self, email: str) -> Page:
        self.go("/sign-in")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "sign-in" not in url)
        return self.page

    def come_in(self, email: str) -> None:
        """Signed in already, for journeys that are about something else."""
        client = Client()
        client.force_login(User.objects.get(email=email))
        session = client.cookies[settings.SESSION_COOKIE_NAME]
        cookie: Any = {"name": session.key, "value": session.value, "url": self.site}
        self.page.context.add_cookies([cookie])


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Visit]:
    """`visit()` opens a browser of its own; `visit(java_script_enabled=False)` a plain one."""
    contexts: list[BrowserContext] = []

    def arrive(**options: Any) -> Visitor:
        options = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"} | options
        contexts.append(chromium.new_context(**options))
        visitor = Visitor(contexts[-1].new_page(), live_server.url)
        listen(visitor)
        return visitor

    yield arrive
    for context in contexts:
        context.close()


def listen(visitor: Visitor) -> None:
    """Errors of scripts, reports of the content policy, and requests to anywhere else."""

    def console(message: Any) -> None:
        # A page that answers 4xx on purpose is no complaint; the browser says so all the same.
        expected = "Failed to load resource" in message.text
        if message.type in ("error", "warning") and not expected:
            visitor.complaints.append(f"{visitor.page.url}: {message.text}")

    def request(sent: Any) -> None:
        if not sent.url.startswith((visitor.site, "data:")):
            visitor.complaints.append(f"{visitor.page.url} asked {sent.url}")

    visitor.page.on("console", console)
    visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    visitor.page.on("request", request)


@pytest.fixture(scope="module")
def shared_hall(chromium: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    from pytest_django.live_server_helper import LiveServer

    from tests.journeys.hall import hall_of, sweep_away

    with django_db_blocker.unblock():
        server = LiveServer("127.0.0.1")
        yield from hall_of(chromium, server.url)
        server.stop()
        sweep_away()


@pytest.fixture
def hall(shared_hall: Any, eager_tasks: None) -> Iterator[Any]:
    """One campus and one server for the module; every journey brings a trainee of its own."""
    yield shared_hall
    shared_hall.rise()
