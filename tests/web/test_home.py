"""Home: what waits for each role, from real rows, and nothing that blinding forbids."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.attempts.services import release_results
from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus, contents
from tests.web.conftest import Browser, said


@pytest.fixture
def home(browser: Browser) -> Any:
    return lambda person, **query: browser(person).get("/", query)


def test_an_account_without_a_role_is_told_so(home: Any, db: None) -> None:
    assert "You hold no role yet" in said(home(factories.person()))


def test_staff_without_a_role_are_shown_what_they_look_after(home: Any, db: None) -> None:
    page = said(home(factories.superuser()))
    assert "You look after this site" in page
    assert "Background work that was put aside" in page


class TestTrainee:
    def test_sees_what_to_sit_and_what_runs(self, campus: Campus, home: Any) -> None:
        attempt = factories.assigned(campus)
        trainee = factories.trainee_of(attempt)
        page = said(home(trainee))
        assert "1 assessment to sit" in page
        assert "Core assessment" in page
        assert "Not started" in page
        running = factories.started(campus)
        assert "Time ends" in said(home(factories.trainee_of(running)))

    def test_knows_nothing_of_a_decision_before_the_release(
        self, campus: Campus, home: Any
    ) -> None:
        decision = factories.ratified(campus, 2, 2)
        attempt = factories.attempt_of(decision)
        trainee = factories.trainee_of(attempt)
        before = said(home(trainee))
        assert "Being marked" in before
        assert "competent" not in before.lower()
        release_results(attempt, by=campus.director)
        assert "Not yet competent" in said(home(trainee))

    def test_sees_certificates_that_are_issued(self, campus: Campus, home: Any) -> None:
        awarded = factories.awarded(campus)
        assert awarded.number not in said(home(awarded.holder))
        issued = factories.issued(campus)
        assert issued.number in said(home(issued.holder))


class TestSupervisor:
    def test_sees_pseudonyms_and_leases_and_no_name_or_date(
        self, campus: Campus, home: Any
    ) -> None:
        attempt = factories.under_review(campus)
        review = factories.reviews_of(attempt)[0]
        response = home(review.reviewer)
        page = said(response)
        assert "1 review" in page
        assert review.pseudonym in page
        assert "The long night" in page
        assert "Yours for 6 more days" in page
        html = response.content.decode()
        for secret in (
            factories.trainee_of(attempt).name,
            attempt.enrolment.trainee_number,
            str(attempt.pk),
            str(attempt.enrolment.trainee_id),
            "Handed in",
        ):
            assert secret not in html

    def test_sees_disagreements_passages_and_referrals_to_settle(
        self, campus: Campus, home: Any
    ) -> None:
        adjudication = factories.adjudication_of(factories.reviewed(campus, 2, 4))
        assert "1 adjudication" in said(home(adjudication.adjudicator))
        disputed = factories.under_review(campus, answers=contents.harmful_answers())
        for harmful, review in enumerate(factories.reviews_of(disputed)):
            factories.give(review, flags=bool(harmful))
        factories.run_workflow(disputed)
        reading = HarmJudgement.objects.get(judged_at=None)
        assert "1 harm reading" in said(home(reading.judge))
        judge = campus.supervisors[0]
        Opinion.objects.create(attempt=disputed, round=1, judge=judge, pseudonym="XYZ-XYZ")
        assert "XYZ-XYZ" in said(home(judge))


class TestAuthor:
    def test_sees_drafts_and_what_is_published(self, campus: Campus, home: Any) -> None:
        factories.drafted_framework(
            campus.program, campus.author, contents.framework_content(code="NEXT", title="The next")
        )
        page = said(home(campus.author))
        assert "1 draft " in page
        assert "The next" in page
        for title in ("A small framework", "A small rubric", "The long night", "Core assessment"):
            assert title in page


class TestDirector:
    def test_sees_the_funnel_and_what_waits(self, campus: Campus, home: Any) -> None:
        factories.assigned(campus)
        factories.handed_in(campus)
        decided = factories.attempt_of(factories.ratified(campus))
        page = said(home(campus.director))
        assert "1 result to release" in page
        assert factories.trainee_of(decided).name in page
        for step in ("Enrolled 3", "Handed in 2", "Marked 1", "Decided 1", "Certified 0"):
            assert step in page
        assert "Credential report as CSV" in page

    def test_is_told_where_nobody_is_eligible(self, home: Any, db: None) -> None:
        lonely = factories.campus(supervisors=1)
        attempt = factories.under_review(lonely)
        page = said(home(lonely.director))
        assert "1 attempt awaits a reviewer" in page
        assert factories.trainee_of(attempt).name in page

    def test_counts_proposals_that_wait_for_a_certifier(self, campus: Campus, home: Any) -> None:
        factories.proposed(campus)
        assert "1 proposal waits for a certifier" in said(home(campus.director))


class TestCertifier:
    def test_sees_proposals_and_never_one_about_themselves(self, campus: Campus, home: Any) -> None:
        other = factories.proposed(campus)
        mine = factories.proposed(campus, trainee=campus.certifier)
        page = said(home(campus.certifier))
        assert "1 proposal to settle" in page
        assert other.enrolment.trainee.name in page
        assert f"/decisions/{mine.pk}" not in home(campus.certifier).content.decode()


class TestAuditor:
    def test_sees_the_programs_granted_with_scope_and_end(self, campus: Campus, home: Any) -> None:
        until = timezone.now().date() + timedelta(days=30)
        auditor = factories.member(
            campus.program, Role.AUDITOR, scope="Spring round", ends_on=until
        )
        page = said(home(auditor))
        assert campus.program.name in page
        assert "Spring round" in page
        assert str(until.year) in page


def test_a_person_of_several_programs_sees_which_row_is_whose(
    campus: Campus, elsewhere: Campus, home: Any
) -> None:
    alone = said(home(campus.certifier))
    factories.proposed(campus)
    factories.proposed(elsewhere)
    assert campus.program.name not in alone
    factories.member(elsewhere.program, Role.CERTIFIER, campus.certifier)
    page = said(home(campus.certifier))
    assert "2 proposals to settle" in page
    assert campus.program.name in page
    assert elsewhere.program.name in page


def test_somebody_of_several_roles_gets_a_part_for_each(campus: Campus, home: Any) -> None:
    factories.member(campus.program, Role.AUTHOR, campus.certifier)
    page = said(home(campus.certifier))
    assert page.index("Certifier") < page.index("Author")


def test_nothing_of_another_program_is_there(campus: Campus, elsewhere: Campus, home: Any) -> None:
    factories.proposed(elsewhere)
    for person in (campus.certifier, campus.director, campus.author, campus.supervisors[0]):
        page = said(home(person))
        assert elsewhere.program.name not in page
        assert elsewhere.cohort.name not in page


def test_lists_come_in_pages_of_their_own(campus: Campus, home: Any) -> None:
    factories.assigned(campus)
    for number in range(7):
        factories.drafted_framework(
            campus.program, campus.author, contents.framework_content(code=f"D{number}")
        )
    first, second = said(home(campus.author)), said(home(campus.author, drafts=2))
    assert "1 to 6 of 7" in first
    assert "7 to 7 of 7" in second
    assert "7 to 7 of 7" in said(home(campus.author, drafts=99))
    assert "1 to 6 of 7" in said(home(campus.author, drafts="x"))


def queries(home: Any, person: Any) -> int:
    with CaptureQueriesContext(connection) as seen:
        home(person)
    return len(seen)


def rows_of_each_kind(campus: Campus) -> None:
    factories.proposed(campus)
    factories.ratified(campus)
    factories.under_review(campus)


@pytest.mark.parametrize("role", ["director", "certifier", "author"])
def test_more_rows_cost_no_more_queries(campus: Campus, home: Any, role: str) -> None:
    person = getattr(campus, role)
    rows_of_each_kind(campus)
    before = queries(home, person)
    rows_of_each_kind(campus)
    rows_of_each_kind(campus)
    assert queries(home, person) == before


def test_more_reviews_cost_a_supervisor_no_more_queries(home: Any, db: None) -> None:
    pair = factories.campus(supervisors=2)
    factories.under_review(pair)
    before = queries(home, pair.supervisors[0])
    for _ in range(3):
        factories.under_review(pair)
    assert queries(home, pair.supervisors[0]) == before


def test_more_attempts_cost_a_trainee_no_more_queries(campus: Campus, home: Any) -> None:
    place = factories.enrolment(campus.cohort)
    factories.handed_in(campus, place)
    before = queries(home, place.trainee)
    for cohort in (factories.cohort(campus.program), factories.cohort(campus.program)):
        factories.handed_in(campus, factories.enrolment(cohort, place.trainee))
    assert queries(home, place.trainee) == before
