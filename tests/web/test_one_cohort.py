"""An auditor of one cohort: nothing of another cohort, neither a row nor a total, reaches them."""

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from competency.programs import places
from competency.programs.models import Cohort
from competency.programs.roles import Area, Role, granted
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser
from tests.web.routes import Route, routes

Rows = dict[str, dict[str, Any]]
OURS = ("competency.", "assessments.")
# Of one's own account alone, whoever one is.
OWN = re.compile(
    r"account_|mfa_|usersessions_|notif|preferences|my-data|retention|practice|wallet|sharing"
    r"|api-(me|schema|notif|retention|practice|consent|my-data|token|share|transcript)"
)
SECRETS = r'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": "[^"]+"'
GRANTED = granted(Role.AUDITOR, [Area.RECORDS])
# What the records of one cohort do not open: it is of the program as a whole.
CLOSED = {
    *("audit", "audit-events", "audit-events-csv", "audit-events-jsonl", "people", "hours"),
    *("reports", "credential-report", "cohort-report", "workload", "content", "rosters"),
    *("api-workload", "api-workload-reviewers", "api-workload-reviews", "api-audit-chain"),
    *("api-reports", "api-cohort-report", "api-frameworks", "api-assessments"),
}


def admits(route: Route) -> bool:
    """Whether an auditor of a cohort's records gets past the door; rows are another matter."""
    policy = route.policy()
    if policy is None or policy.anonymous:
        return False
    return bool(policy.permissions & GRANTED) or not (policy.permissions or policy.staff)


def opened() -> list[Route]:
    return [
        route
        for route in routes()
        if route.view.__module__.startswith(OURS) or route.is_interface
        if not OWN.match(route.name) and "GET" in route.methods and admits(route)
    ]


@pytest.fixture
def auditor(campus: Campus, browser: Browser) -> Client:
    granted = {"areas": [Area.RECORDS], "cohort": campus.cohort}
    return browser(factories.member(campus.program, Role.AUDITOR, **granted))


def told(campus: Campus, cohort: Cohort) -> Rows:
    """Somebody certified, somebody who appeals, a review that waits, and a sitting: as the rows
    that addresses name."""
    there = replace(campus, cohort=cohort)
    certificate = factories.issued(there)
    factories.under_review(there)
    factories.appealed(there)
    sitting = factories.opened_sitting(there, enrolment=factories.enrolment(cohort))
    decision = certificate.decision
    return {
        "": {},
        "program": {"pk": cohort.program_id},
        "cohort": {"pk": cohort.pk},
        "enrolment": {"pk": decision.enrolment_id},
        "trainee": {"pk": decision.enrolment.trainee_id},
        "attempt": {"pk": decision.attempt_id},
        "submission": {"pk": decision.attempt_id, "position": 1},
        "decision": {"pk": decision.pk},
        "certificate": {"pk": certificate.pk},
        "sitting": {"pk": sitting.pk},
    }


def read(
    client: Client, rows: Rows, *, without: Collection[str] = ()
) -> dict[str, tuple[int, str]]:
    """By name of the route: the status and the words of each address that these rows make."""
    found = {}
    for route in opened():
        row = rows.get(route.kind)
        if route.name not in without and row is not None and not route.takes - row.keys():
            arguments = {name: row[name] for name in route.takes}
            found[route.name] = said(client.get(reverse(route.name, kwargs=arguments)))
    return found


def said(answer: HttpResponseBase) -> tuple[int, str]:
    content = b"".join(answer) if answer.streaming else answer.content  # type: ignore
    return answer.status_code, re.sub(SECRETS, "", content.decode(errors="replace"))


def test_what_is_of_the_whole_program_stays_closed() -> None:
    closed = {route.name for route in routes() if not admits(route)}
    named = {route.name for route in routes() if route.name in CLOSED}
    assert named == CLOSED
    assert named <= closed


def test_another_cohort_changes_nothing_of_what_they_read(campus: Campus, auditor: Client) -> None:
    own = told(campus, campus.cohort)
    before = read(auditor, own)
    other = factories.cohort(campus.program)
    theirs = told(campus, other)
    closed = {name for name, (status, _words) in before.items() if status != 200}
    for name, (status, words) in read(auditor, own, without=closed).items():
        assert (status, words) == before[name], name
        assert other.name not in words
    opens = before.keys() - closed
    assert {"cohort", "trainee", "attempt", "decision", "own-certificate", "sitting"} <= opens
    assert {"cohorts", "decisions", "certificates", "sittings", "appeals", "api-attempts"} <= opens
    of_rows = {kind: row for kind, row in theirs.items() if kind not in ("", "program")}
    for name, (status, _words) in read(auditor, of_rows, without=closed).items():
        assert status == 404, name


def test_whoever_went_to_another_cohort_is_seen_as_far_as_this_one(
    campus: Campus, auditor: Client
) -> None:
    first, other = factories.enrolment(campus.cohort), factories.cohort(campus.program)
    here = {"trainee": {"pk": first.trainee_id}, "enrolment": {"pk": first.pk}}
    moved = places.transfer(first, other, reason="A later start.", by=campus.director)
    before = read(auditor, here)
    certificate = factories.issued(replace(campus, cohort=other), trainee=moved)
    after = read(auditor, here)
    assert after == before
    assert after["trainee"][0] == 200
    for words in (other.name, certificate.number, str(certificate.decision.attempt_id)):
        assert words not in after["trainee"][1]
