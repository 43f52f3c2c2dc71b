"""Appeals, complaints, consents and one's own data, through the interface."""

import pytest

from competency.accounts.models import User
from competency.appeals.models import Appeal
from competency.certificates.models import Certificate
from competency.programs.roles import Role
from tests import factories
from tests.factories import PASSWORD, Campus
from tests.rest.conftest import SignIn, done, problem


@pytest.fixture
def holder(certificate: Certificate) -> User:
    return User.objects.get(pk=certificate.holder_id)


def test_an_appeal_goes_from_its_grounds_to_its_reasons(api: SignIn, campus: Campus) -> None:
    decision = factories.released(campus)
    trainee, fresh = decision.enrolment.trainee, factories.member(campus.program, Role.CERTIFIER)
    url = f"/api/v1/attempts/{decision.attempt_id}/appeal/"
    problem(api(campus.director).post(url, {"grounds": "Look."}), 404)
    problem(api(trainee).post(url, {"grounds": " "}), 400)
    lodged = done(api(trainee).post(url, {"grounds": "I named it twice."}), 201)
    assert (lodged["state"], lodged["grounds"]) == ("lodged", "I named it twice.")
    problem(api(trainee).post(url, {"grounds": "Again."}), 409)
    at = f"/api/v1/appeals/{lodged['id']}/"
    barred = done(api(campus.certifier).get(at))
    assert (barred["grounds"], barred["bars"]) == (None, ["you ratified the decision"])
    assert done(api(campus.director).get(at))["grounds"] is None
    assert done(api(fresh).get(at))["grounds"] == "I named it twice."
    problem(api(campus.certifier).post(f"{at}take-up/"), 403)
    assert done(api(fresh).post(f"{at}take-up/"))["state"] == "under_review"
    problem(api(trainee).post(f"{at}withdraw/"), 409)
    given = {"granted": False, "reason": "Time was the same for all."}
    assert done(api(fresh).post(f"{at}decide/", given))["state"] == "denied"
    assert done(api(trainee).get(at))["reason"] == "Time was the same for all."


def test_a_trainee_withdraws_an_appeal(api: SignIn, campus: Campus) -> None:
    appeal: Appeal = factories.appealed(campus)
    at = f"/api/v1/appeals/{appeal.pk}/withdraw/"
    problem(api(campus.director).post(at), 404)
    assert done(api(appeal.decision.enrolment.trainee).post(at))["state"] == "withdrawn"


def test_before_a_release_there_is_nothing_to_appeal(api: SignIn, campus: Campus) -> None:
    attempt = factories.sat(campus)
    url = f"/api/v1/attempts/{attempt.pk}/appeal/"
    problem(api(factories.trainee_of(attempt)).post(url, {"grounds": "Look."}), 409)


def test_a_complaint_is_lodged_read_and_answered(api: SignIn, campus: Campus) -> None:
    trainee = factories.member(campus.program, Role.TRAINEE)
    url = f"/api/v1/programs/{campus.program.pk}/complaints/"
    given = {"subject": "Late window", "text": "It closed at two."}
    problem(api(factories.person()).post(url, given), 404)
    lodged = done(api(trainee).post(url, given), 201)
    assert (lodged["number"], lodged["complainant"]) == (1, trainee.name)
    at = f"/api/v1/complaints/{lodged['id']}/"
    auditor = done(api(factories.member(campus.program, Role.AUDITOR)).get(at))
    assert (auditor["text"], auditor["complainant"]) == (None, None)
    problem(api(trainee).post(f"{at}answer/", {"outcome": "Done."}), 403)
    answered = done(api(campus.director).post(f"{at}answer/", {"outcome": "It ends at ten."}))
    assert answered["outcome"] == "It ends at ten."
    problem(api(campus.director).post(f"{at}answer/", {"outcome": "Or not."}), 409)


def test_consents_are_given_to_the_notice_in_force_and_withdrawn(
    api: SignIn, campus: Campus
) -> None:
    client = api(campus.author)
    given = {"purpose": "sitting", "notice": 1}
    problem(client.post("/api/v1/consents/", given), 409, "stale_notice")
    factories.notice()
    assert done(client.get("/api/v1/notices/"))["results"][0]["number"] == 1
    assert done(client.post("/api/v1/consents/", given), 201)["notice"] == 1
    done(client.post("/api/v1/consents/withdraw/", {"purpose": "sitting"}), 204)
    problem(client.post("/api/v1/consents/withdraw/", {"purpose": "sitting"}), 409)
    (row,) = done(client.get("/api/v1/consents/"))["results"]
    assert row["withdrawn_at"] is not None


def test_one_takes_ones_data_out_and_is_erased(api: SignIn, holder: User) -> None:
    client = api(holder)
    data = done(client.post("/api/v1/me/data/"))
    assert data["account"]["email"] == holder.email
    assert data["attempts"][0]["submissions"][0]["answers"]
    problem(client.post("/api/v1/me/erase/", {"password": PASSWORD}), 403)
    holder.set_password(PASSWORD)
    holder.save()
    done(client.post("/api/v1/me/erase/", {"password": PASSWORD}), 204)
    assert not User.objects.get(pk=holder.pk).is_active


def test_what_is_under_way_is_named(api: SignIn, campus: Campus) -> None:
    trainee = factories.trainee_of(factories.started(campus))
    trainee.set_password(PASSWORD)
    trainee.save()
    refused = api(trainee).post("/api/v1/me/erase/", {"password": PASSWORD})
    assert "under way" in problem(refused, 409, "in_flight")["detail"]
