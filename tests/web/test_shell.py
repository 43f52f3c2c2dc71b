"""What holds on every page: the reader's zone and theme, the ways, the policy of content."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from competency.programs.roles import Role
from competency.web.tags import icon
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said

ROOT = Path(settings.BASE_DIR)
FONTS = ROOT / "config" / "static" / "fonts"
TEMPLATES = [
    path
    for folder in ("config", "competency", "assessments")
    for path in sorted((ROOT / folder / "templates").rglob("*.html"))
]


@pytest.mark.parametrize("entry", json.loads((FONTS / "manifest.json").read_text()), ids=str)
def test_a_font_is_the_file_that_the_manifest_names(entry: dict[str, str]) -> None:
    def digest(name: str) -> str:
        return hashlib.sha256((FONTS / name).read_bytes()).hexdigest()

    assert digest(entry["file"]) == entry["sha256"]
    assert digest(entry["licence_file"]) == entry["licence_sha256"]
    assert (FONTS / entry["licence_file"]).read_text().startswith(entry["notice"])
    assert {"package", "version", "source", "licence"} <= entry.keys()


def test_every_font_is_in_the_manifest() -> None:
    named = {entry["file"] for entry in json.loads((FONTS / "manifest.json").read_text())}
    assert {path.name for path in FONTS.glob("*.woff*")} == named


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_style_and_no_script_of_its_own(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", source)


def test_every_icon_that_a_template_names_can_be_drawn() -> None:
    for path in TEMPLATES:
        for name in re.findall(r'{% icon "([^"]+)"', path.read_text()):
            assert icon(name), f"{path.name}: {name}"


def test_nothing_unsafe_is_allowed_and_nothing_comes_from_elsewhere(
    campus: Campus, browser: Browser
) -> None:
    response = browser(campus.director).get("/")
    assert "unsafe" not in response["Content-Security-Policy"]
    page = response.content.decode()
    assert set(re.findall(r'(?:src|href)="(https?:[^"]*)"', page)) == set()


def test_times_are_in_the_readers_zone(campus: Campus, browser: Browser) -> None:
    attempt = factories.handed_in(campus)
    hours = set()
    for zone in ("Asia/Tokyo", "America/Denver"):
        campus.director.timezone = zone
        campus.director.save()
        page = said(browser(campus.director).get(f"/attempts/{attempt.pk}"))
        assert f"Times are shown in {zone}" in page
        hours.add(re.search(r"Handed in (.+?\d\d:\d\d)", page).group(1))  # type: ignore[union-attr]
    assert len(hours) == 2


WAYS = {
    Role.TRAINEE: ["Home", "Hours"],
    Role.SUPERVISOR: ["Home", "Reviews", "Content"],
    Role.AUTHOR: ["Home", "Content"],
    Role.DIRECTOR: [
        "Home",
        "Decisions",
        "Cohorts",
        "Sittings",
        "People",
        "Hours",
        "Content",
        "Certificates",
        "Reports",
        "Audit trail",
    ],
    Role.CERTIFIER: ["Home", "Decisions", "Content", "Certificates"],
    Role.AUDITOR: [
        "Home",
        "Decisions",
        "Cohorts",
        "Sittings",
        "Content",
        "Certificates",
        "Reports",
        "Audit trail",
    ],
}


@pytest.mark.parametrize(("role", "ways"), WAYS.items())
def test_the_bar_shows_the_ways_that_a_role_opens(
    campus: Campus, browser: Browser, role: str, ways: list[str]
) -> None:
    client = browser(factories.member(campus.program, role))
    page = client.get("/").content.decode()
    bar = re.search(r"<nav.*?</nav>", page, re.DOTALL)
    assert bar is not None
    links = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)<', bar.group())
    assert [label for _, label in links] == ways
    assert all(client.get(url).status_code == 200 for url, _ in links)


def test_a_page_says_under_which_way_it_lies(campus: Campus, browser: Browser) -> None:
    client = browser(campus.director)
    here = r'aria-current="page">([^<]+)</a>'
    for address, way in (
        ("/rosters", "People"),
        ("/workload", "Sittings"),
        ("/programs/compared", "Reports"),
        ("/webhooks", "Audit trail"),
    ):
        bar = client.get(address).content.decode().partition("</nav>")[0]
        assert re.findall(here, bar) == [way]


def test_programs_are_chosen_among_only_where_there_are_several(
    campus: Campus, browser: Browser
) -> None:
    for address in ("/", "/reports", "/rosters", "/decisions"):
        assert "Work in" not in said(browser(campus.director).get(address))
    elsewhere = factories.campus()
    factories.membership(elsewhere.program, Role.DIRECTOR, campus.director)
    for address in ("/", "/reports", "/rosters", "/decisions"):
        assert "Work in All programs" in said(browser(campus.director).get(address))


@pytest.mark.parametrize(("theme", "shown"), [("dark", "dark"), ("light", "light"), ("odd", "")])
def test_a_theme_is_remembered_until_the_system_is_followed_again(
    campus: Campus, browser: Browser, theme: str, shown: str
) -> None:
    client = browser(campus.director)
    back = client.post("/theme", {"theme": theme, "next": "/decisions"})
    assert back["Location"] == "/decisions"
    assert (f'data-theme="{shown}"' in client.get("/").content.decode()) is bool(shown)
    client.post("/theme", {"theme": "system"})
    assert "data-theme" not in client.get("/").content.decode()


def test_choosing_a_theme_leads_to_no_other_site(campus: Campus, browser: Browser) -> None:
    client = browser(campus.director)
    assert client.post("/theme", {"next": "https://evil.example.org"})["Location"] == "/"
