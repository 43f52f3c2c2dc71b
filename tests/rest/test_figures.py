"""Figures of a cohort, the record of a trainee and reports without names, as JSON."""

from typing import Any

import pytest

from assessments.attempts.services import release_results
from competency.programs.roles import Area, Role
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem


@pytest.fixture
def cohort(campus: Campus, api: SignIn) -> Any:
    """What the director reads below the cohort's address."""
    client = api(campus.director)
    return lambda path, **query: client.get(f"/api/v1/cohorts/{campus.cohort.pk}/{path}/", query)


def test_a_dashboard_has_every_figure(campus: Campus, cohort: Any) -> None:
    decision = factories.ratified(campus, 2, 2)
    release_results(factories.attempt_of(decision), by=campus.director)
    found = done(cohort("dashboard"))
    assert found["progress"]["standings"]["not_yet"] == 1
    met = found["overall"]["met"]
    assert (met["count"], met["total"], met["low"]) == (0, 1, 0)
    assert [row["mean"] for row in found["competencies"]] == [2, 2, 2]
    assert (found["agreement"]["trainees"], found["agreement"]["whole"]["kappa"]) == (1, None)
    assert found["months"][0]["levels"] == {"C1": 2, "C3": 2, "D1": 2}
    assert found["cut"] == float(campus.standard.cut)


def test_rows_name_the_people(campus: Campus, cohort: Any) -> None:
    decision = factories.ratified(campus)
    factories.proposed(campus)
    (row,) = done(cohort("levels"))["results"]
    assert row["trainee"]["name"] == decision.enrolment.trainee.name
    assert row["levels"]["C1"]["level"] == 4
    standings = {row["standing"] for row in done(cohort("standings"))["results"]}
    assert standings == {"competent", "to_ratify"}
    (waiting,) = done(cohort("standings", standing="to_ratify"))["results"]
    assert waiting["missing"] == "A certifier has to ratify or return the proposal."


@pytest.mark.parametrize(
    ("path", "query", "fault"),
    [
        ("dashboard", {"since": "soon"}, "since"),
        ("dashboard", {"cohorts": "x"}, "cohorts"),
        ("report", {"assessment": ""}, "assessment"),
        ("levels", {"profile": "x"}, "profile"),
        ("standings", {"standing": "x"}, "standing"),
        ("standings", {"waits": "x"}, "waits"),
    ],
)
def test_a_filter_at_fault_is_named(cohort: Any, path: str, query: Any, fault: str) -> None:
    assert fields(problem(cohort(path, **query), 400)) == {fault}


def test_a_trainees_record_keeps_a_proposal_to_itself(campus: Campus, api: SignIn) -> None:
    proposal, certificate = factories.proposed(campus), factories.issued(campus)
    client = api(campus.director)
    way = "/api/v1/trainees/{}/".format
    found = done(client.get(way(proposal.enrolment.trainee_id)))
    (ruling,) = found["attempts"][0]["decisions"]
    assert (ruling["state"], ruling["outcome"], ruling["levels"]) == ("proposed", None, [])
    found = done(client.get(way(certificate.holder_id)))
    assert found["certificates"][0]["number"] == certificate.number
    assert found["attempts"][0]["decisions"][0]["outcome"] == "competent"
    assert found["accommodated"] is False
    auditor = api(factories.member(campus.program, Role.AUDITOR))
    assert done(auditor.get(way(certificate.holder_id)))["accommodated"] is None
    problem(client.get(way(campus.director.pk)), 404)


class TestReportsWithoutNames:
    def test_withhold_small_numbers(self, campus: Campus, cohort: Any) -> None:
        name = factories.ratified(campus).enrolment.trainee.name
        response = cohort("report")
        found = done(response)
        assert (found["enrolled"], found["decided"], found["mean"]) == (None, None, None)
        assert {row["mean"] for row in found["levels"]} == {None}
        assert found["agreement"] is None
        assert name not in response.content.decode()

    def test_a_technical_report_says_what_is_not_computed(
        self, campus: Campus, api: SignIn
    ) -> None:
        way = f"/api/v1/assessments/{campus.assessment.pk}/technical-report/"
        found = done(api(campus.director).get(way))
        assert found["standard"]["cut_method"] == campus.standard.cut_method
        assert (found["attempts"], found["decided"], found["sureness"]) == (0, 0, None)
        assert 0 < found["forms"][0]["phi"] < 1
        assert len(found["not_computed"]) == 6

    def test_are_for_whoever_may_take_reports_out(self, campus: Campus, api: SignIn) -> None:
        records = factories.member(campus.program, Role.AUDITOR, areas=[Area.RECORDS])
        reports = factories.member(campus.program, Role.AUDITOR, areas=[Area.REPORTS])
        way = f"/api/v1/cohorts/{campus.cohort.pk}/"
        problem(api(records).get(f"{way}report/"), 403)
        assert done(api(records).get(f"{way}dashboard/"))
        assert done(api(reports).get(f"{way}report/"))
        problem(api(reports).get(f"{way}dashboard/"), 403)

    def test_programs_beside_each_other_withhold_small_ones(
        self, campus: Campus, elsewhere: Campus, api: SignIn
    ) -> None:
        for _ in range(5):
            factories.ratified(campus)
        factories.ratified(elsewhere)
        found = done(api(factories.superuser()).get("/api/v1/programs/compared/"))["rows"]
        rows = {row["program"]["id"]: row for row in found}
        large, small = rows[str(campus.program.pk)], rows[str(elsewhere.program.pk)]
        assert (large["decided"], large["met"], large["mean"]) == (5, 5, 4)
        assert [small[name] for name in ("decided", "met", "mean", "agreement")] == [None] * 4
        own = done(api(campus.director).get("/api/v1/programs/compared/"))["rows"]
        assert [row["program"]["id"] for row in own] == [str(campus.program.pk)]
        problem(api(campus.certifier).get("/api/v1/programs/compared/"), 403)
