"""What is seen of a cohort: counts, levels, agreement and work, from what the services wrote."""

import copy
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.attempts.services import release_results, void_attempt
from assessments.calibration.models import Licence
from assessments.figures.dashboard import Dashboard
from assessments.figures.levels import rows_of
from assessments.figures.rows import OPTIONS, Behind, people_behind
from assessments.figures.scope import Scope
from assessments.figures.standings import Standing, places_of, standing_at
from assessments.reviews.models import Review
from benchmarks.growth import multiply
from competency.certificates.services import revoke
from competency.decisions.models import Decision
from competency.programs.models import Enrolment
from tests import factories
from tests.factories import Campus, contents

LEVELS = ("C1", "C3", "D1")


@pytest.fixture(scope="module")
def shared_year(shared_campus: Campus, django_db_blocker: Any) -> dict[str, Any]:
    """One trainee at most standings, on one campus."""
    with django_db_blocker.unblock():
        campus = shared_campus
        not_yet = factories.ratified(campus, 2, 2)
        release_results(factories.attempt_of(not_yet), by=campus.director)
        void = factories.assigned(campus)
        void_attempt(void, by=campus.director, reason="Twice.")
        harmful = factories.under_review(campus, answers=contents.harmful_answers())
        for review in factories.reviews_of(harmful):
            factories.give(review, 3, flags=True)
        factories.run_workflow(harmful)
        return {
            "unassigned": factories.enrolment(campus.cohort),
            "missed": void.enrolment,
            "to_sit": factories.assigned(campus).enrolment,
            "sitting": factories.started(campus).enrolment,
            "in_review": factories.under_review(campus).enrolment,
            "to_ratify": factories.proposed(campus).enrolment,
            "referred": factories.ratified(campus, 3, 3).enrolment,
            "not_yet": not_yet.enrolment,
            "competent": factories.ratified(campus).enrolment,
            "certified": factories.issued(campus).decision.enrolment,
            "harmful": harmful.enrolment,
        }


@pytest.fixture
def year(shared_year: dict[str, Any], db: None) -> dict[str, Any]:
    return copy.deepcopy(shared_year)


@pytest.fixture
def scope(campus: Campus, year: dict[str, Any]) -> Scope:
    return Scope(campus.program, campus.cohort, campus.director)


def names(rows: Any) -> set[Any]:
    return {row.pk for row in rows}


@pytest.mark.parametrize(
    "standing",
    [
        each
        for each in Standing.values
        if each not in ("awaiting", "ended", "to_ratify", "in_review")
    ],
)
def test_each_trainee_stands_somewhere(scope: Scope, year: dict[str, Any], standing: str) -> None:
    assert names(standing_at(scope, [standing])) == {year[standing].pk}
    place = places_of(scope, [year[standing].pk])[year[standing].pk]
    assert (place.standing, bool(place.missing)) == (standing, True)


def test_everyone_is_counted_once_and_the_funnel_narrows(scope: Scope) -> None:
    found = Dashboard(scope).progress
    assert sum(found.standings.values()) == found.enrolled == scope.enrolments().count()
    assert (found.enrolled, found.handed_in, found.marked) == (11, 7, 5)
    assert (found.competent, found.certified) == (2, 1)


def test_a_revoked_certificate_is_no_longer_in_force(
    scope: Scope, campus: Campus, year: dict[str, Any]
) -> None:
    certificate = year["certified"].decisions.get().certificate
    revoke(certificate, reason="Found out.", by=campus.certifier)
    assert names(standing_at(scope, ["ended"])) == {year["certified"].pk}


def test_whom_nobody_can_review_awaits_a_reviewer(campus: Campus, scope: Scope) -> None:
    Licence.objects.all().delete()
    attempt = factories.handed_in(campus)
    factories.run_workflow(attempt)
    assert attempt.enrolment_id in names(standing_at(scope, ["awaiting"]))


def test_the_last_attempt_says_where_somebody_stands(
    campus: Campus, scope: Scope, year: dict[str, Any]
) -> None:
    again = factories.assigned(campus, year["not_yet"])
    assert again.enrolment_id == year["not_yet"].pk
    assert names(standing_at(scope, ["to_sit"])) == {year["to_sit"].pk, year["not_yet"].pk}


class TestLevels:
    def test_come_from_ratified_decisions_alone(self, scope: Scope, year: dict[str, Any]) -> None:
        seen = Dashboard(scope)
        assert [column.code for column in seen.columns] == list(LEVELS)
        assert {column.count for column in seen.columns} == {3}  # neither proposals nor referrals
        assert [sum(column.bins) for column in seen.columns] == [3, 3, 3]
        assert seen.columns[0].mean == pytest.approx((4 + 4 + 2) / 3)

    def test_stand_in_a_row_for_each_trainee_best_first(self, scope: Scope) -> None:
        rows = rows_of(scope.decided(), LEVELS)
        assert [float(row.decision.composite or 0) for row in rows] == [4, 4, 2]
        assert [cell and cell.level for cell in rows[-1].cells] == [2, 2, 2]
        assert [row.not_yet for row in rows] == [False, False, True]
        assert rows_of(scope.decided()[:1], ["C1", "ZZ"])[0].cells[1] is None

    def test_over_all_say_how_many_met_the_standard(self, scope: Scope) -> None:
        met = Dashboard(scope).overall.met
        assert (met.count, met.total) == (2, 3)

    def test_over_time_are_of_the_months_in_which_people_were_measured(self, scope: Scope) -> None:
        (month,) = Dashboard(scope).months
        assert (month.count, month.competent, month.mean) == (3, 2, pytest.approx(10 / 3))
        assert set(month.levels) == set(LEVELS)

    def test_a_superseded_decision_counts_no_more(self, scope: Scope) -> None:
        Decision.objects.filter(pk=scope.decided()[0].pk).update(state="superseded")
        assert Dashboard(scope).overall.met.total == 2


def test_harm_is_told_by_what_became_of_it(scope: Scope, year: dict[str, Any]) -> None:
    rates = {rate.code: rate for rate in Dashboard(scope).harm}
    assert set(rates) == {*LEVELS, ""}
    options = rates[""]
    assert (options.flagged.count, options.flagged.total) == (1, 5)
    assert (options.confirmed, options.dismissed, options.open) == (1, 0, 0)
    assert names(people_behind(scope, Behind(flagged=OPTIONS))) == {year["harmful"].pk}


class TestAgreement:
    def test_is_of_released_results_alone(self, scope: Scope) -> None:
        found = Dashboard(scope).agreement
        assert (found.trainees, found.whole.pairs, found.few) == (1, 3, True)
        assert (found.whole.exact, found.whole.kappa) == (1.0, None)

    def test_compares_the_two_reviews_of_a_response(self, scope: Scope, campus: Campus) -> None:
        attempt = factories.reviewed(campus, 4, {"C1": 3, "C3": 4, "D1": 3})
        Attempt.objects.filter(pk=attempt.pk).update(released_at=timezone.now())
        found = Dashboard(scope).agreement
        assert (found.trainees, found.whole.pairs) == (2, 6)
        assert (found.whole.exact, found.whole.adjacent) == (4 / 6, 1.0)
        assert [row.code for row in found.competencies] == list(LEVELS)


def test_work_waits_and_after_a_week_it_is_overdue(scope: Scope, year: dict[str, Any]) -> None:
    work = {row.kind: row for row in Dashboard(scope).work}
    assert (work["reviews"].count, work["proposals"].count, work["releases"].count) == (3, 2, 2)
    assert not any(row.overdue for row in work.values())
    Review.objects.filter(state="assigned").update(created_at=timezone.now() - timedelta(days=8))
    late = {row.kind: row for row in Dashboard(scope).work}["reviews"]
    assert (late.overdue, late.days) == (3, 8)
    behind = people_behind(scope, Behind(waits="reviews"))
    assert names(behind) == {year["in_review"].pk, year["referred"].pk}


def test_certificates_end_in_a_month(db: None) -> None:
    short = factories.campus(supervisors=2, standard={"validity_months": 2})
    holder = factories.issued(short).decision.enrolment
    scope = Scope(short.program, short.cohort, short.director)
    found = Dashboard(scope).expiring
    assert (found.total, found.soon, len(found.months)) == (1, 1, 1)
    month = found.months[0].month.date()
    assert names(people_behind(scope, Behind(ends=month))) == {holder.pk}


class TestFilters:
    def test_a_period_is_of_the_days_on_which_windows_opened(
        self, scope: Scope, campus: Campus
    ) -> None:
        tomorrow = timezone.localdate() + timedelta(days=2)
        later = Scope(campus.program, campus.cohort, campus.director, since=tomorrow)
        assert Dashboard(later).overall.met.total == 0
        assert Dashboard(later).progress.standings["unassigned"] == 11
        ever = Scope(campus.program, campus.cohort, campus.director, until=date.max)
        assert Dashboard(ever).overall.met.total == 3

    def test_an_assessment_or_a_profile_narrows(self, scope: Scope, campus: Campus) -> None:
        (only,) = scope.offered
        one = Scope(campus.program, campus.cohort, campus.director, assessment=only.pk)
        assert Dashboard(one).overall.met.total == 3
        other = Scope(campus.program, campus.cohort, campus.director, profile=campus.cohort.pk)
        assert Dashboard(other).overall.met.total == 0

    def test_a_reader_never_sees_their_own_record(
        self, scope: Scope, campus: Campus, year: dict[str, Any]
    ) -> None:
        own = Scope(campus.program, campus.cohort, year["certified"].trainee)
        assert year["certified"].pk not in names(standing_at(own, []))
        assert Dashboard(own).overall.met.total == 2
        assert Dashboard(own).progress.enrolled == 10

    def test_released_and_measured_people_are_found(self, scope: Scope, year: Any) -> None:
        assert names(people_behind(scope, Behind(released=True))) == {year["not_yet"].pk}
        assert len(people_behind(scope, Behind(measured=timezone.localdate()))) == 3
        assert not people_behind(scope, Behind(measured=date(2001, 12, 1)))


def test_a_larger_cohort_takes_no_more_queries(campus: Campus, scope: Scope) -> None:
    def look() -> int:
        seen = Dashboard(Scope(campus.program, campus.cohort, campus.director))
        with CaptureQueriesContext(connection) as captured:
            seen.progress, seen.overall, seen.columns, seen.months  # noqa: B018
            seen.harm, seen.agreement, seen.work, seen.expiring, seen.responses  # noqa: B018
            rows_of(seen.scope.decided()[:20], LEVELS)
        return len(captured)

    before = look()
    attempts = list(scope.ratified().values_list("attempt_id", flat=True))
    multiply(attempts, 2, 15)
    assert Enrolment.objects.filter(cohort=campus.cohort).count() > 50
    assert look() == before <= 30
