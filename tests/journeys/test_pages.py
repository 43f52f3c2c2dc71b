"""Every page, in light and dark, wide and narrow: for everyone, quiet, and from here alone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import Page

from tests.journeys.conftest import Visit
from tests.journeys.places import town
from tests.web.routes import routes

MODES = [(1440, "light"), (390, "dark")]  # each width and each scheme; crossed in the soak
CROSSED = [(1440, "dark"), (390, "light")]
NARROWEST = 320
AT_REST = """async () => {
    await new Promise(requestAnimationFrame);
    await Promise.all(document.getAnimations().map(each => each.finished));
    return axe.run({resultTypes: ["violations"]});
}"""


# Walked in test_accounts, where somebody has a second factor; and two that only lead elsewhere.
WALKED = {
    "account_reauthenticate",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_edit_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
} | {"account_set_password", "mfa_login_webauthn", "notification"}
OTHER_NAMES = {"account_login", "account_logout"}  # of sign-in and sign-out


def test_the_journeys_leave_no_page_out(db: None) -> None:
    visited = {
        resolve(path.partition("?")[0]).url_name
        for _, paths in town().pages
        for path in paths
        if path != "/nowhere"
    }
    pages = {
        route.name
        for route in routes()
        if route.view.__module__.startswith(("competency.web.", "assessments.web."))
    }
    acts = {"sign-out", "theme", "choose-program", "notifications-read"}
    acts |= {"release-results", "ratify", "return-decision"}
    acts |= {"next-review", "desk-keys", "keep-comment", "forget-comment", "save-review"}
    acts |= {"save-adjudication", "save-opinion", "save-reading"}
    acts |= {"ask-for-report", "report-again", "schedule-report", "report-schedule"}
    acts |= {"webhook-rotate", "delivery-replay"}
    files = {"audit-events-csv", "audit-events-jsonl"}
    files |= {"report-file", "report-manifest", "report-package"}
    acts |= {"submit-review", "recuse-review", "settle-adjudication", "judge-reading"}
    acts |= {"answer", "sitting-start", "sitting-pause", "sitting-resume", "sitting-status"}
    acts |= {"attempt-seat", "attempt-license", "give-opinion", "release-mishap"}
    acts |= {"ask-for-every-chain", "ask-for-check"}
    acts |= {"invitation-withdraw"}
    acts |= {"practice-again", "practice-answer"}
    acts |= {"extend-sitting", "move-sitting", "cancel-sitting", "ask-after"}
    acts |= {"hand-over-desk"}
    files |= {"credential-report", "did-document", "status-list", "credential"}
    files |= {"roster-export", "hours-evidence"}
    files.add("achievement-document")
    acts |= {"consent", "my-data-download", "withdraw-appeal", "take-up-appeal", "decide-appeal"}
    files |= {"certificate-json", "certificate-pdf", "shared-json", "shared-pdf", "wallet"}
    files |= {"own-certificate-json", "own-certificate-pdf"}
    acts |= {"certificate-check-file", "certificate-status", "certificate-consent"}
    acts |= {"certificate-transcript", "own-transcript-links"}
    files.add("transcript")
    acts |= {"start-issuing", "issuing-run-stop", "issuing-run-resume"}
    acts |= {"certificate-links", "certificate-pdf-again", "share-link-withdraw"}
    assert pages - acts - WALKED - OTHER_NAMES - files == visited


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize(
    "modes", [MODES, pytest.param(CROSSED, marks=pytest.mark.soak)], ids=["straight", "crossed"]
)
def test_no_page_shuts_anyone_out(visit: Visit, modes: list[tuple[int, str]]) -> None:
    problems: list[str] = []
    for email, paths in town().pages:
        visitor = visit()
        if email:
            visitor.come_in(email)
        for path in paths:
            page = visitor.go(path)
            for width, scheme in modes:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                found = [f"{path} at {width} {scheme}: {each}" for each in violations(page)]
                problems += found
            problems += sideways(page, path)
        problems += visitor.complaints
    assert not problems, "\n".join(problems)


def violations(page: Page) -> list[str]:
    """What axe finds, with the element it means."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    results: Any = page.evaluate(AT_REST)
    return [
        f"{found['id']}: {found['help']} ({node['html'][:160]})"
        for found in results["violations"]
        for node in found["nodes"]
    ]


def sideways(page: Page, path: str) -> list[str]:
    """At 320 px, in either direction of writing, nothing makes the page scroll sideways."""
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    found = []
    for direction in ("ltr", "rtl"):
        page.evaluate("dir => document.documentElement.dir = dir", direction)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROWEST:
            found.append(f"{path} is {width} px wide in {direction}")
    return found
