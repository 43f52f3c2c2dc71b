"""Take the pictures of certificates for docs/screenshots from a demo that is served.

python -m tests.journeys.pictures http://127.0.0.1:8000 [FOLDER]
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
PASSWORD = "credence-demo-2026"
HOLDER, CERTIFIER = "rosalind@trainees.example.org", "constance.adeyemi-ford@example.org"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu"]
TO_PUBLIC = "main a[href^='/v/']"


def take(site: str, folder: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        try:
            _of_holder(signed_in(browser, site, HOLDER), site, folder)
            _of_certifier(signed_in(browser, site, CERTIFIER), site, folder)
        finally:
            browser.close()


def signed_in(browser: Browser, site: str, email: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page.goto(f"{site}/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def _of_holder(page: Page, site: str, folder: Path) -> None:
    page.goto(f"{site}/certificates")
    page.goto(site + first(page, "main a[href^='/certificates/'][href*='-']"))
    keep(page, folder, "certificate-holder")
    signed = page.request.get(f"{page.url}/credential.json").body()
    page.goto(site + first(page, TO_PUBLIC))
    keep(page, folder, "certificate-valid")
    page.goto(f"{site}/v")
    file = {"name": "credential.json", "mimeType": "application/json", "buffer": signed}
    page.set_input_files("main input[name=file]", file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Check the file").click()
    page.wait_for_load_state()
    keep(page, folder, "certificate-upload")


def _of_certifier(page: Page, site: str, folder: Path) -> None:
    page.goto(f"{site}/certificates?state=revoked")
    page.goto(site + first(page, "main a[href^='/certificates/'][href*='-']"))
    page.goto(site + first(page, TO_PUBLIC))
    keep(page, folder, "certificate-revoked")


def first(page: Page, selector: str) -> str:
    """The address that the first of these links leads to."""
    found = page.locator(selector).first.get_attribute("href")
    if found is None:
        raise LookupError(f"{page.url} has no {selector}")
    return found


def keep(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png")


if __name__ == "__main__":
    take(sys.argv[1].rstrip("/"), Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER)
