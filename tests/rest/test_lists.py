"""Lists: paginated by cursor, and as cheap for twenty rows as for one."""

import copy
import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from competency.accounts.models import User
from competency.rest.pagination import Cursor
from tests.rest.busy import Busy, busy
from tests.rest.conftest import SignIn, done, fields, problem
from tests.rest.routes import routes

LISTS = {  # name → who asks
    "api-rosters": "director",
    "api-hours": "director",
    "api-programs": "author",
    "api-cohorts": "director",
    "api-memberships": "director",
    "api-enrolments": "director",
    "api-cohort-standings": "director",
    "api-cohort-levels": "director",
    "api-frameworks": "author",
    "api-rubrics": "author",
    "api-scope-profiles": "author",
    "api-standards": "author",
    "api-vignettes": "author",
    "api-keys": "author",
    "api-assessments": "author",
    "api-attempts": "director",
    "api-sittings": "director",
    "api-sitting-places": "director",
    "api-preview-sitting": "director",
    "api-workload-reviewers": "director",
    "api-workload-reviews": "director",
    "api-reviews": "reviewer",
    "api-review-comments": "reviewer",
    "api-adjudications": "reviewer",
    "api-harm-readings": "reviewer",
    "api-opinions": "reviewer",
    "api-cases": "certifier",
    "api-late-answers": "director",
    "api-decisions": "certifier",
    "api-certificates": "certifier",
    "api-transcripts": "trainee",
    "api-share-links": "trainee",
    "api-issuing-runs": "certifier",
    "api-audit-events": "director",
    "api-integrity-checks": "director",
    "api-parked": "staff",
    "api-notices": "author",
    "api-consents": "author",
    "api-complaints": "director",
    "api-appeals": "certifier",
    "api-reports": "director",
    "api-report-schedules": "director",
    "api-invitations": "director",
    "api-notifications": "director",
    "api-webhooks": "director",
    "api-deliveries": "director",
}
ADDRESSES = {
    "api-rosters": "programs/{program}/rosters/",
    "api-invitations": "programs/{program}/invitations/",
    "api-webhooks": "programs/{program}/webhooks/",
    "api-deliveries": "webhooks/{webhook}/deliveries/",
    "api-integrity-checks": "programs/{program}/integrity-checks/",
    "api-reports": "programs/{program}/reports/",
    "api-report-schedules": "programs/{program}/report-schedules/",
    "api-cohorts": "programs/{program}/cohorts/",
    "api-workload-reviewers": "programs/{program}/workload/reviewers/",
    "api-workload-reviews": "programs/{program}/workload/reviews/",
    "api-memberships": "programs/{program}/memberships/",
    "api-enrolments": "cohorts/{cohort}/enrolments/",
    "api-sitting-places": "sittings/{sitting}/places/",
    "api-preview-sitting": "cohorts/{cohort}/sittings/preview/",
    "api-cohort-standings": "cohorts/{cohort}/standings/",
    "api-cohort-levels": "cohorts/{cohort}/levels/",
}
MORE_QUERIES = {"api-sitting-places": 10, "api-preview-sitting": 15}


@pytest.fixture(scope="module")
def shared_busy(module_rows: None, django_db_blocker: Any) -> Busy:
    with django_db_blocker.unblock():
        return busy()


@pytest.fixture
def full(shared_busy: Busy, db: None) -> Busy:
    return copy.deepcopy(shared_busy)


def address(full: Busy, name: str) -> str:
    path = ADDRESSES.get(name, f"{name.removeprefix('api-')}/")
    campus = full.campus
    keys = {"program": campus.program.pk, "cohort": campus.cohort.pk}
    keys |= {"sitting": full.sitting.pk, "webhook": full.webhook}
    return "/api/v1/" + path.format(**keys)


def question(full: Busy, name: str) -> dict[str, Any]:
    """What a list asks to be told before it answers."""
    if name != "api-preview-sitting":
        return {}
    now = timezone.now()
    window = {"opens_at": now.isoformat(), "closes_at": (now + timedelta(days=7)).isoformat()}
    return {"assessment": full.campus.assessment.pk} | window


def asker(full: Busy, name: str) -> User:
    who = LISTS[name]
    here = full if who in ("reviewer", "trainee", "staff") else full.campus
    person: User = getattr(here, who)
    return person


def page(client: APIClient, url: str, size: int, asked: dict[str, Any]) -> tuple[int, int]:
    """(queries, rows) of the first page."""
    with CaptureQueriesContext(connection) as captured:
        rows = done(client.get(url, {"page_size": size} | asked))["results"]
    return len(captured), len(rows)


def test_every_list_is_looked_at_here() -> None:
    found = {name for name, view in routes() if hasattr(view, "list")}
    assert found == set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_twenty_rows_cost_no_more_queries_than_one(api: SignIn, full: Busy, name: str) -> None:
    client, url, asked = api(asker(full, name)), address(full, name), question(full, name)
    few, one = page(client, url, 1, asked)
    many, twenty = page(client, url, 20, asked)
    assert (one, twenty) == (1, 20)
    assert few == many <= MORE_QUERIES.get(name, 6)


@pytest.mark.parametrize("name", LISTS)
def test_pages_hold_every_row_once_in_both_directions(api: SignIn, full: Busy, name: str) -> None:
    client, url, asked = api(asker(full, name)), address(full, name), question(full, name)
    whole = [row["id"] for row in done(client.get(url, {"page_size": 200} | asked))["results"]]
    assert len(whole) > 20
    pages, at = [], client.get(url, {"page_size": 7} | asked).json()
    while True:
        pages.append([row["id"] for row in at["results"]])
        if at["next"] is None:
            break
        at = done(client.get(at["next"]))
    every = [pk for rows in pages for pk in rows]
    assert every[:200] == whole  # the largest page
    assert len(every) == len(set(every))
    back = done(client.get(at["previous"]))
    assert [row["id"] for row in back["results"]] == pages[-2]


@pytest.mark.parametrize("name", ["api-frameworks", "api-reviews", "api-audit-events"])
@pytest.mark.parametrize(
    "place", ["", "x", "\x00", "9" * 400, "2026-13-45", "-1", "ü", None, [], {}, True, 1e300]
)
def test_a_cursor_that_was_not_given_out_is_refused(
    api: SignIn, full: Busy, name: str, place: Any
) -> None:
    client, url = api(asker(full, name)), address(full, name)
    for parts in ([False, place], [True, place, place], place):
        cursor = urlsafe_b64encode(json.dumps(parts).encode()).decode()
        response = client.get(url, {"cursor": cursor})
        if response.status_code != 200:  # a number is a place in the trail
            assert fields(problem(response, 400)) == {"cursor"}


@pytest.mark.parametrize("cursor", ["x", "ü", "\x00", "", "bz0tMQ==", "W1tb" * 50_000])
def test_nonsense_is_not_a_cursor(api: SignIn, full: Busy, cursor: str) -> None:
    response = api(full.campus.author).get("/api/v1/frameworks/", {"cursor": cursor})
    assert fields(problem(response, 400)) == {"cursor"}


def test_a_page_whose_rows_have_gone_leads_back(api: SignIn, full: Busy) -> None:
    client = api(full.campus.director)
    url = f"/api/v1/programs/{full.campus.program.pk}/cohorts/"
    last = full.campus.program.cohorts.order_by("-created_at", "id").last()
    assert last is not None
    gone = done(client.get(url, {"cursor": str(Cursor((last.created_at, last.pk)))}))
    assert (gone["results"], gone["next"]) == ([], None)
    whole = done(client.get(url))["results"]
    assert done(client.get(gone["previous"]))["results"] == whole[:-1]


@pytest.mark.parametrize("size", ["0", "201", "-1", "x", "", "1.5", "٣", "9" * 5000])
def test_a_page_has_a_size_within_bounds(api: SignIn, full: Busy, size: str) -> None:
    response = api(full.campus.author).get("/api/v1/frameworks/", {"page_size": size})
    assert fields(problem(response, 400)) == {"page_size"}


@pytest.mark.parametrize("query", ["stat=draft", "state=", "code=", "state=&x=1", "%00=1"])
def test_a_misspelt_or_empty_filter_does_not_show_everything(
    api: SignIn, full: Busy, query: str
) -> None:
    names = {unquote(part.split("=")[0]) for part in query.split("&")}
    response = api(full.campus.author).get(f"/api/v1/frameworks/?{query}")
    assert fields(problem(response, 400)) == names


@pytest.mark.parametrize(
    ("url", "who"),
    [("attempts/{attempt}/submissions/1/", "trainee"), ("reviews/{review}/", "reviewer")],
)
def test_what_is_sat_and_what_is_judged_takes_few_queries(
    api: SignIn, full: Busy, url: str, who: str
) -> None:
    review = full.reviewer.reviews.order_by("created_at")[0]
    person = getattr(full, who)
    path = url.format(attempt=review.submission.attempt_id, review=review.pk)
    with CaptureQueriesContext(connection) as captured:
        done(api(person).get(f"/api/v1/{path}"))
    assert len(captured) <= 24
