"""Runs on a page: begun, watched, interrupted and gone on with, each failure with its reason."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from competency.batches import runs, services
from competency.batches.models import IssuingRun
from competency.programs.roles import Role
from tests import factories
from tests.competency.batches.crowd import crowd
from tests.factories import Campus
from tests.web.conftest import Browser, said

LIST = "/certificates/issuing"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def certifier(campus: Campus, browser: Browser) -> Client:
    return browser(campus.certifier)


@pytest.fixture
def begun(campus: Campus) -> IssuingRun:
    crowd(campus, 3)
    return services.start_run(campus.program, by=campus.certifier)


def page_of(run: IssuingRun) -> str:
    return f"{LIST}/{run.pk}"


def test_what_waits_is_issued_by_a_click_and_a_second_run_has_to_wait(
    campus: Campus, certifier: Client
) -> None:
    assert "No run yet." in said(certifier.get(LIST))
    crowd(campus, 2)
    page = said(certifier.get(LIST))
    assert campus.program.name in page
    assert "2 certificates wait to be issued or signed" in page

    begun = certifier.post(f"/programs/{campus.program.pk}/issue", follow=True)
    assert "Waiting for a worker to take it up" in said(begun)
    assert "A run is open" in said(certifier.get(LIST))
    again = certifier.post(f"/programs/{campus.program.pk}/issue")
    assert "A run is open already" in said(again, 409)

    runs.issue_batch(IssuingRun.objects.get().pk)
    page = said(certifier.get(LIST))
    assert "2 issued, 0 failed" in page
    assert "wait to be issued" not in page


def test_the_page_asks_how_far_it_is_and_then_for_itself(
    certifier: Client, begun: IssuingRun
) -> None:
    runs.issue_batch(begun.pk, size=1)
    assert b'hx-trigger="every 2s"' in certifier.get(page_of(begun)).content
    part = certifier.get(page_of(begun), headers=HTMX)
    assert "1 of 3" in said(part)
    assert b"<html" not in part.content
    runs.issue_batch(begun.pk)
    assert certifier.get(page_of(begun), headers=HTMX)["HX-Refresh"] == "true"
    assert b"hx-trigger" not in certifier.get(page_of(begun)).content


def test_each_failure_says_whose_it_is_and_why(campus: Campus, certifier: Client) -> None:
    crowd(campus, 3, spoiled=True)
    begun = services.start_run(campus.program, by=campus.certifier)
    runs.issue_batch(begun.pk)
    page = said(certifier.get(page_of(begun)))
    failed = begun.items.exclude(error="").get()
    assert "Finished with failures" in page
    assert "2 of 3" in page
    assert failed.certificate.number in page
    assert "the rubric of this dossier is not here any more" in page


def test_a_run_is_interrupted_and_goes_on(certifier: Client, begun: IssuingRun) -> None:
    stopped = certifier.post(page_of(begun) + "/stop", follow=True)
    assert "What was issued stays issued." in said(stopped)
    assert not runs.issue_batch(begun.pk)
    resumed = certifier.post(page_of(begun) + "/resume", follow=True)
    assert "It goes on with what is left." in said(resumed)
    runs.issue_batch(begun.pk)
    assert "This run is finished." in said(certifier.post(page_of(begun) + "/stop"), 409)


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.AUDITOR])
def test_others_of_the_program_watch_and_do_not_act(
    campus: Campus, browser: Browser, begun: IssuingRun, role: str
) -> None:
    client = browser(factories.member(campus.program, role))
    page = said(client.get(page_of(begun)))
    assert campus.certifier.name in page
    assert "Interrupt" not in page
    assert "Issue them" not in said(client.get(LIST))
    assert client.post(page_of(begun) + "/stop").status_code == 403
    assert client.post(f"/programs/{campus.program.pk}/issue").status_code == 403


def test_a_certifier_of_another_program_finds_nothing(browser: Browser, begun: IssuingRun) -> None:
    _, stranger = factories.program_with("certifier")
    client = browser(stranger)
    assert "No run yet." in said(client.get(LIST))
    for answer in (
        client.get(page_of(begun)),
        client.post(page_of(begun) + "/stop"),
        client.post(f"/programs/{begun.program_id}/issue"),
    ):
        assert answer.status_code == 404


def test_more_failures_cost_no_more_questions(
    campus: Campus, certifier: Client, begun: IssuingRun, monkeypatch: Any
) -> None:
    monkeypatch.setattr(runs, "_issued", lambda item: "It has no rubric.")
    runs.issue_batch(begun.pk, size=1)
    with CaptureQueriesContext(connection) as few:
        certifier.get(page_of(begun))
    runs.issue_batch(begun.pk, size=2)
    with CaptureQueriesContext(connection) as many:
        certifier.get(page_of(begun))
    assert len(many) == len(few)
