"""A director's cohort: the figures, the people behind them, and the record of each."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.attempts.services import release_results
from benchmarks.growth import multiply
from competency.hours import profiles
from competency.hours import services as ledger
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said


@pytest.fixture
def page(campus: Campus, browser: Browser) -> Any:
    """The words of the director's page of the cohort, or of another page below it."""
    client = browser(campus.director)
    return lambda path="", **query: said(client.get(f"/cohorts/{campus.cohort.pk}{path}", query))


class TestDashboard:
    def test_of_an_empty_cohort_says_what_will_come(self, page: Any) -> None:
        words = page()
        assert "No decision is ratified yet." in words
        assert "Nobody is enrolled yet." in words
        assert "Nothing is overdue." in words

    def test_tells_levels_standings_agreement_and_work(self, campus: Campus, page: Any) -> None:
        decision = factories.ratified(campus, 2, 2)
        release_results(factories.attempt_of(decision), by=campus.director)
        factories.proposed(campus)
        words = page()
        assert f"{decision.enrolment.trainee.name} 2.0 2.0 2.0 2.00" in words
        assert "Not yet competent A plan, and a re-sit on another form." in words
        assert "One trainee is too few to say how well reviewers agree" in words
        assert "Proposals to ratify" in words
        assert "Enrolled 2" in words

    def test_is_narrowed_by_what_the_address_names(self, campus: Campus, page: Any) -> None:
        name = factories.ratified(campus).enrolment.trainee.name
        kept = {"assessment": str(campus.assessment.pk), "profile": str(campus.profile.pk)}
        assert f"{name} 4.0" in page(**kept, since="2020-01-31")
        assert f"{name} 4.0" not in page(**kept, until="2020-01-31")
        assert name in page("/trainees", **kept, standing="competent")

    def test_says_nothing_of_a_proposal_but_that_it_waits(self, campus: Campus, page: Any) -> None:
        decision = factories.proposed(campus)
        words = page()
        assert "Waits for a certifier" in words
        assert decision.enrolment.trainee.name not in words

    def test_a_filter_at_fault_is_named_and_kept(self, campus: Campus, browser: Browser) -> None:
        client = browser(campus.director)
        way = f"/cohorts/{campus.cohort.pk}"
        response = client.get(way, {"since": "soon", "assessment": "x"})
        words = said(response)
        assert "“Opened from” needs a day such as 2026-03-31." in words
        assert "“Assessment” names nothing of this cohort." in words
        assert 'value="soon"' in response.content.decode()
        turned = said(client.get(way, {"since": "2026-03-01", "until": "2026-02-01"}))
        assert "The period ends before it begins." in turned

    def test_of_another_program_is_absent(
        self, campus: Campus, elsewhere: Campus, browser: Browser
    ) -> None:
        client = browser(campus.director)
        assert elsewhere.cohort.name not in said(client.get("/cohorts"))
        for path in ("", "/trainees"):
            assert client.get(f"/cohorts/{elsewhere.cohort.pk}{path}").status_code == 404
        trainee = factories.trainee_of(factories.assigned(elsewhere))
        assert client.get(f"/trainees/{trainee.pk}").status_code == 404

    def test_costs_the_same_however_many_there_are(self, campus: Campus, browser: Browser) -> None:
        attempts = [factories.ratified(campus).attempt_id for _ in range(3)]
        client, way = browser(campus.director), f"/cohorts/{campus.cohort.pk}"
        client.get(way)

        def queries(path: str) -> int:
            with CaptureQueriesContext(connection) as captured:
                said(client.get(path))
            return len(captured)

        few = queries(way), queries(f"{way}/trainees")
        multiply(attempts, 2, 12)
        assert (queries(way), queries(f"{way}/trainees")) == few
        assert few < (45, 15)


class TestTrainees:
    def test_are_found_by_where_they_stand(self, campus: Campus, page: Any) -> None:
        waiting = factories.trainee_of(factories.assigned(campus)).name
        done = factories.ratified(campus).enrolment.trainee.name
        everyone = page("/trainees")
        assert waiting in everyone
        assert done in everyone
        assert done not in page("/trainees", standing="to_sit")
        assert "The trainee has to begin." in page("/trainees", standing="to_sit")
        assert "Nobody fits." in page("/trainees", standing="missed")

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ({"flagged": "C1"}, "With a harm flag on C1."),
            ({"flagged": "options"}, "A critical option was chosen."),
            ({"waits": "reviews"}, "For whom this waits: Reviews."),
            ({"measured": "2026-03"}, "Measured in March 2026."),
            ({"ends": "2027-12"}, "With a certificate that ends in December 2027."),
            ({"released": "yes"}, "With released results."),
            ({"waits": "x", "measured": "2026-13", "ends": "0001-01"}, "Trainees All"),
        ],
    )
    def test_behind_a_figure_are_named_by_it(self, page: Any, query: Any, words: str) -> None:
        assert words in page("/trainees", **query)


class TestTrainee:
    @pytest.fixture
    def record(self, campus: Campus, browser: Browser) -> Any:
        client = browser(campus.director)
        return lambda person: said(client.get(f"/trainees/{person.pk}"))

    def test_has_every_attempt_with_its_levels_and_what_followed(
        self, campus: Campus, record: Any
    ) -> None:
        certificate = factories.issued(campus)
        words = record(certificate.holder)
        for expected in (
            "Attempt 1, form 1",
            "Decision, round 1",
            "Competent",
            "C1 4.00",
            certificate.number,
            campus.certifier.name,
            "Accommodation No",
        ):
            assert expected in words  # fmt: skip

    def test_shows_hours_as_they_add_up_beside_the_decisions(
        self, campus: Campus, browser: Browser, record: Any
    ) -> None:
        decision = factories.ratified(campus)
        place = decision.enrolment
        assert "No hours were handed in" in record(place.trainee)
        profile = profiles.adopt_profile(campus.program, "oregon", by=campus.director)
        profiles.choose_profile(campus.cohort, profile, by=campus.director)
        today = timezone.localdate()
        for hours, on, kind in (
            ("5", today - timedelta(days=60), "practicum"),
            ("7.5", today, "practicum"),
            ("3", today, "consultation"),
        ):
            given = {"kind": kind, "hours": hours, "on": on, "by": place.trainee}
            entry = ledger.submit_hours(place, **given)
            if kind == "practicum":
                ledger.approve_hours(entry, by=campus.director)
        way = f"/trainees/{place.trainee_id}"
        page = browser(campus.director).get(way)
        assert "Practicum: 12.5 of 40 hours." in said(page)
        assert "Consultation: 0 hours." not in said(page)
        drawn = page.context["pictures"][0][1].rises
        assert [rise.label for rise in drawn] == ["Training", "Practicum"]
        assert [bool(rise.area) for rise in drawn] == [False, True]
        assert f"{today:%B %Y} 0 12.5 0" in said(page)
        assert page.context["record"].hours[0].hours.consultation.waiting == 3
        entries = browser(campus.director).get(f"/hours?trainee={place.trainee_id}")
        assert len(entries.context["page"].object_list) == 3
        auditor = browser(factories.member(campus.program, Role.AUDITOR))
        words = said(auditor.get(way))
        assert "Practicum: 12.5 of 40 hours." in words
        assert "Each entry" not in words

    def test_keeps_a_proposal_to_itself(self, campus: Campus, record: Any) -> None:
        words = record(factories.proposed(campus).enrolment.trainee)
        assert "Proposed" in words
        assert "Competent" not in words
        assert "C1" not in words

    def test_tells_cases_appeals_and_harm(self, campus: Campus, record: Any) -> None:
        appeal = factories.appealed(campus)
        assert "Lodged" in record(appeal.decision.enrolment.trainee)
        held = factories.proposed(campus)
        factories.opened_case(held)
        assert "Cases" in record(held.enrolment.trainee)

    def test_tells_an_auditor_nothing_of_accommodations(
        self, campus: Campus, browser: Browser
    ) -> None:
        trainee = factories.trainee_of(factories.handed_in(campus))
        auditor = browser(factories.member(campus.program, Role.AUDITOR))
        words = said(auditor.get(f"/trainees/{trainee.pk}"))
        assert trainee.name in words
        assert "Accommodation" not in words

    def test_is_nobody_elses_and_not_ones_own(self, campus: Campus, browser: Browser) -> None:
        trainee = factories.trainee_of(factories.handed_in(campus))
        for person in (trainee, campus.supervisors[0], campus.certifier, campus.author):
            assert browser(person).get(f"/trainees/{trainee.pk}").status_code == 403
        factories.membership(campus.program, Role.DIRECTOR, trainee)
        assert browser(trainee).get(f"/trainees/{trainee.pk}").status_code == 404

    def test_costs_the_same_for_one_attempt_as_for_many(
        self, campus: Campus, browser: Browser
    ) -> None:
        from tests.rest.busy import copy_of

        decision = factories.ratified(campus)
        attempt = factories.attempt_of(decision)
        client, way = browser(campus.director), f"/trainees/{attempt.enrolment.trainee_id}"
        client.get(way)
        with CaptureQueriesContext(connection) as few:
            client.get(way)
        for number in range(2, 6):
            further = copy_of(attempt, number=number)
            copy_of(factories.submission_of(attempt), attempt=further)
            copy_of(decision, attempt_id=further.pk)
        with CaptureQueriesContext(connection) as many:
            assert said(client.get(way)).count("Decision, round 1") == 5
        assert len(few) == len(many) <= 30


class TestReportsWithoutNames:
    def test_of_a_cohort_withholds_what_could_point_at_somebody(
        self, campus: Campus, page: Any
    ) -> None:
        name = factories.ratified(campus).enrolment.trainee.name
        words = page("/report")
        assert name not in words
        assert "Enrolled withheld" in words
        assert "Withheld: too few results are released." in words
        assert "Critical options withheld withheld" in words

    def test_a_report_with_names_is_asked_for_of_the_cohort_one_looks_at(
        self, campus: Campus, browser: Browser
    ) -> None:
        client = browser(campus.director)
        way = f"/reports/{campus.program.pk}/new?cohort={campus.cohort.pk}"
        assert way in client.get(f"/cohorts/{campus.cohort.pk}").content.decode()
        chosen = f'<option value="{campus.cohort.pk}" selected>'
        assert chosen in client.get(way).content.decode()

    def test_of_an_assessment_says_what_is_not_computed_yet(
        self, campus: Campus, browser: Browser
    ) -> None:
        way = f"/content/assessments/{campus.assessment.pk}/technical-report"
        words = said(browser(campus.director).get(way))
        assert campus.standard.cut_method in words
        assert "Not computed yet" in words
        assert browser(campus.author).get(way).status_code == 403

    def test_of_programs_shows_an_auditor_those_whose_reports_were_opened_to_them(
        self, campus: Campus, browser: Browser
    ) -> None:
        elsewhere = factories.campus()
        for each in (campus, elsewhere):
            factories.ratified(each)
        auditor = factories.member(campus.program, Role.AUDITOR)
        words = said(browser(auditor).get("/programs/compared"))
        framework = f"{campus.framework.framework.title} {campus.framework}"
        assert f"{campus.program.name} {framework} withheld withheld withheld – withheld –" in words
        assert "nothing to compare it with" in words
        assert elsewhere.program.name not in words
        assert "/programs/compared" in browser(auditor).get("/reports").content.decode()
        records = factories.member(campus.program, Role.AUDITOR, areas=["records"])
        for person in (records, campus.certifier, campus.author):
            assert browser(person).get("/programs/compared").status_code == 403
        words = said(browser(factories.superuser()).get("/programs/compared"))
        for each in (campus, elsewhere):
            assert each.program.name in words
        assert "nothing to compare it with" not in words
