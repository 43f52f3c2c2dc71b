"""Runs and their progress; the signed credential for its holder and the program."""

import json
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from competency.batches import runs, services
from competency.certificates import services as register
from competency.renderings import making
from competency.renderings.models import Rendering
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem


def test_a_run_is_started_watched_stopped_and_resumed(api: SignIn, campus: Campus) -> None:
    certifier = api(campus.certifier)
    start = f"/api/v1/programs/{campus.program.pk}/issuing-runs/"
    problem(certifier.post(start), 409)
    factories.awarded(campus)
    begun = certifier.post(start)
    assert begun.status_code == 201
    run = begun.json()
    assert (run["total"], run["issued"], run["failed"], run["failures"]) == (1, 0, 0, [])
    at = f"/api/v1/issuing-runs/{run['id']}/"
    assert certifier.post(f"{at}stop/").json()["stopped_at"]
    assert certifier.post(f"{at}resume/").json()["stopped_at"] is None
    runs.issue_batch(run["id"])
    seen = api(campus.director).get(at).json()
    assert (seen["issued"], bool(seen["finished_at"])) == (1, True)
    problem(certifier.post(f"{at}stop/"), 409)


def test_a_run_tells_why_a_certificate_failed(
    api: SignIn, campus: Campus, monkeypatch: Any
) -> None:
    waiting = factories.awarded(campus)
    run = services.start_run(campus.program, by=campus.certifier)
    monkeypatch.setattr(runs, "_issued", lambda item: "It has no rubric.")
    runs.issue_batch(run.pk)
    seen = api(campus.certifier).get(f"/api/v1/issuing-runs/{run.pk}/").json()
    assert seen["failures"] == [{"certificate": str(waiting.pk), "error": "It has no rubric."}]


def test_a_foreign_programs_run_is_absent(api: SignIn, campus: Campus) -> None:
    run = factories.stopped_run(campus)
    _, stranger = factories.program_with("certifier")
    problem(api(stranger).get(f"/api/v1/issuing-runs/{run.pk}/"), 404)
    problem(api(stranger).post(f"/api/v1/programs/{campus.program.pk}/issuing-runs/"), 404)


def test_a_holder_signs_lists_downloads_and_shares_a_transcript(
    api: SignIn, campus: Campus
) -> None:
    certificate = factories.issued(campus)
    holder = api(certificate.holder)
    asked = f"/api/v1/certificates/{certificate.pk}/transcript/"
    made = done(holder.post(asked), 201)
    assert done(holder.post(asked), 201) == made
    assert [row["id"] for row in done(holder.get("/api/v1/transcripts/"))["results"]] == [
        made["id"]
    ]
    at = f"/api/v1/transcripts/{made['id']}/"
    document = holder.get(f"{at}document/")
    assert sha256(document.content).hexdigest() == made["document_hash"]
    link = done(holder.post(f"{at}share-links/", {"note": "Clinic"}), 201)
    assert Client().get(urlsplit(link["url"]).path + "/credential.json").content == document.content
    done(holder.post(f"/api/v1/share-links/{link['id']}/withdraw/", {}))
    certifier = api(campus.certifier)
    problem(certifier.post(asked), 404)
    problem(certifier.get(f"{at}document/"), 404)
    assert done(certifier.get("/api/v1/transcripts/"))["results"] == []


def test_holder_and_program_get_the_signed_bytes(api: SignIn, campus: Campus) -> None:
    certificate = factories.issued(campus)
    for person in (certificate.holder, campus.certifier):
        response = api(person).get(f"/api/v1/certificates/{certificate.pk}/credential/")
        assert response.content == bytes(certificate.credentials.get().document)
        assert json.loads(response.content)["proof"]
        assert certificate.number in response["Content-Disposition"]
    problem(api(campus.author).get(f"/api/v1/certificates/{certificate.pk}/credential/"), 404)
    waiting = factories.awarded(campus)
    gone = api(campus.certifier).get(f"/api/v1/certificates/{waiting.pk}/credential/")
    problem(gone, 404, "no_credential")


def test_a_pdf_is_on_its_way_and_then_there_for_holder_and_program(
    api: SignIn, campus: Campus
) -> None:
    certificate = factories.issued(campus)
    url = f"/api/v1/certificates/{certificate.pk}/pdf/"
    holder = api(certificate.holder)
    waiting = holder.get(url, {"paper": "us-letter"})
    assert done(waiting, 202)["paper"] == "us-letter"
    assert waiting["Retry-After"] == "2"
    making.make(Rendering.objects.get().pk)
    for person in (certificate.holder, campus.certifier):
        served = api(person).get(url, {"paper": "us-letter"})
        assert served["Content-Type"] == "application/pdf"
        assert served["Cache-Control"] == "no-store"
        assert sha256(served.content).hexdigest() == Rendering.objects.get().document_hash
    assert fields(problem(holder.get(url, {"paper": "a3"}), 400)) == {"paper"}
    problem(api(campus.author).get(url), 404)
    register.revoke(certificate, reason="Issued in error.", by=campus.certifier)
    problem(holder.get(url), 404, "no_credential")


def test_a_pdf_that_is_held_back_names_the_script(api: SignIn, campus: Campus) -> None:
    certificate = factories.issued(campus)
    Rendering.objects.create(credential=certificate.credentials.get(), paper="a4", held_for="Thai")
    refused = api(campus.certifier).get(f"/api/v1/certificates/{certificate.pk}/pdf/")
    assert "Thai" in problem(refused, 409, "pdf_held_back")["detail"]
