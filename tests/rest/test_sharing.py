"""A holder's agreements and links, through the interface; renewing and correcting a name."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import time_machine
from django.test import Client

from competency.certificates import services
from competency.certificates.models import Certificate
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem


def of(certificate: Certificate) -> str:
    return f"/api/v1/certificates/{certificate.pk}/"


def test_a_holder_agrees_and_takes_it_back(
    api: SignIn, campus: Campus, certificate: Certificate
) -> None:
    holder, url = api(certificate.holder), of(certificate)
    for _ in range(2):
        assert done(holder.post(f"{url}agree/", {"agreement": "details"}))["agreed"] == ["details"]
    assert done(holder.post(f"{url}take-back/", {"agreement": "details"}))["agreed"] == []
    assert fields(problem(holder.post(f"{url}agree/", {"agreement": "all"}), 400)) == {"agreement"}
    problem(api(campus.certifier).post(f"{url}agree/", {"agreement": "details"}), 404)


def test_a_link_is_made_and_withdrawn_once(
    api: SignIn, campus: Campus, certificate: Certificate
) -> None:
    holder = api(certificate.holder)
    made = done(holder.post(f"{of(certificate)}share-links/", {"note": "Clinic"}), 201)
    assert made["url"].endswith(certificate.share_links.get().token)
    link = f"/api/v1/share-links/{made['id']}/withdraw/"
    problem(api(campus.director).post(link, {}), 404)
    assert done(holder.post(link, {}))["withdrawn_at"] is not None
    problem(holder.post(link, {}), 409)


def test_one_finds_the_links_one_made_and_nobody_elses(
    api: SignIn, campus: Campus, certificate: Certificate
) -> None:
    holder, links = api(certificate.holder), "/api/v1/share-links/"
    clinic, board = (
        done(holder.post(f"{of(certificate)}share-links/", {"note": note}), 201)
        for note in ("Clinic", "Board")
    )
    assert clinic["certificate"] == str(certificate.pk)
    assert clinic["transcript"] is None
    done(holder.post(f"{links}{board['id']}/withdraw/", {}))

    def notes(**asked: object) -> list[str]:
        return [row["note"] for row in done(holder.get(links, asked))["results"]]

    assert notes() == ["Board", "Clinic"]
    assert notes(withdrawn="true") == ["Board"]
    assert notes(withdrawn="false", certificate=certificate.pk) == ["Clinic"]
    assert notes(transcript=uuid4()) == []
    assert done(holder.get(f"{links}{clinic['id']}/")) == clinic
    stranger = api(campus.certifier)
    problem(stranger.get(f"{links}{clinic['id']}/"), 404)
    assert done(stranger.get(links))["results"] == []


def test_a_wallet_is_let_in_by_the_holder_for_a_quarter_of_an_hour(
    api: SignIn, campus: Campus, certificate: Certificate
) -> None:
    url = f"{of(certificate)}wallet/"
    problem(api(campus.certifier).post(url), 404)
    door = done(api(certificate.holder).post(url), 201)
    asked = parse_qs(urlsplit(door["link"]).query)
    assert asked["vc_request_url"] == [door["vc_request_url"]]
    way = urlsplit(door["vc_request_url"]).path
    assert Client().post(way).content == bytes(certificate.credentials.get().document)
    with time_machine.travel(datetime.fromisoformat(door["expires_at"]) + timedelta(seconds=1)):
        assert Client().post(way).status_code == 404
    services.suspend(certificate, reason="Under investigation.", by=campus.certifier)
    problem(api(certificate.holder).post(url), 409)


def test_a_name_is_corrected(api: SignIn, campus: Campus, certificate: Certificate) -> None:
    client, url = api(campus.certifier), f"{of(certificate)}correct-name/"
    assert fields(problem(client.post(url, {"reason": "x"}), 400)) == {"name"}
    done(client.post(url, {"name": "Ana Nueva", "reason": "Married."}))
    shown = done(api(None).get(f"/api/v1/register/{certificate.code}/"))
    assert shown["holder"] == "Ana Nueva"


def test_it_is_renewed_in_its_last_days_alone(
    api: SignIn, campus: Campus, certificate: Certificate
) -> None:
    until, url = certificate.valid_until, f"{of(certificate)}renew/"
    assert until is not None
    problem(api(campus.certifier).post(url, {"reason": "Practice shown."}), 409)
    with time_machine.travel(until - timedelta(days=9)):
        renewed = done(api(campus.certifier).post(url, {"reason": "Practice shown."}))
    assert renewed["valid_until"] > until.isoformat()
