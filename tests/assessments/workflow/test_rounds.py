"""New rounds: judged afresh, once more, or with a reserve vignette."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from assessments.attempts import services as attempts
from assessments.harm.models import HarmFlag
from assessments.reviews.allocation import people_on
from assessments.workflow import services as workflow
from assessments.workflow.measurement import measure_attempt
from assessments.workflow.rounds import RESERVE_WINDOW
from competency.audit.models import AuditEvent
from competency.decisions.models import Decision
from competency.decisions.rules import referral_choices
from competency.foundation.errors import DomainError, InvalidInput
from tests import factories
from tests.factories import attempt_of, decision_of, reviews_of, submission_of, trainee_of
from tests.factories.forms import with_reserve

SUPERVISORS = 6


@pytest.fixture(scope="module")
def shared_staff(shared_campus, django_db_blocker):
    """A campus with enough supervisors for several rounds, and a reserve vignette."""
    with django_db_blocker.unblock():
        while len(shared_campus.supervisors) < SUPERVISORS:
            factories.supervisor(shared_campus)
        return with_reserve(shared_campus)


@pytest.fixture
def campus(shared_staff, db):
    return shared_staff


@pytest.fixture(scope="module")
def shared_refer(shared_staff, django_db_blocker):
    with django_db_blocker.unblock():
        return factories.proposed(shared_staff, 3, 3)


@pytest.fixture
def refer(shared_refer, db):
    """A proposed *refer*: level 3 twice, a little above the cut."""
    return Decision.objects.get(pk=shared_refer.pk)


def go_on(campus, decision, referral=""):
    """Ratify a *refer*; return its attempt in the round that follows."""
    workflow.ratify(decision, by=campus.certifier, referral=referral)
    attempt = attempt_of(decision)
    factories.run_workflow(attempt)
    return attempt


def send_back(campus, decision):
    """Return a proposal; return its attempt in the round that follows."""
    workflow.return_decision(decision, by=campus.certifier, reason="Identity is not documented.")
    attempt = attempt_of(decision)
    factories.run_workflow(attempt)
    return attempt


def reviewers(attempt, round_number):
    rows = submission_of(attempt).reviews.filter(round=round_number)
    return set(rows.values_list("reviewer", flat=True))


def levels_of(decision):
    return [
        review["levels"]
        for submission in decision.dossier["submissions"]
        for review in submission["reviews"]
    ]


# --- Judged afresh ---


def test_a_returned_proposal_is_judged_afresh_by_people_who_have_not_seen_it(campus, refer):
    attempt = send_back(campus, refer)
    submission = submission_of(attempt)
    assert (attempt.state, attempt.round) == ("handed_in", 2)
    assert (submission.state, submission.round, submission.base_round) == ("under_review", 2, 2)
    assert len(reviewers(attempt, 2)) == 2
    assert not reviewers(attempt, 1) & reviewers(attempt, 2)


def test_a_fresh_round_counts_alone_and_the_first_stays_on_record(campus, refer):
    attempt = send_back(campus, refer)
    factories.review_again(attempt, 2, 2)
    fresh = decision_of(attempt)
    assert (fresh.round, fresh.state, fresh.outcome) == (2, "proposed", "not_yet")
    assert {level for given in levels_of(fresh) for level in given.values()} == {2}
    refer.refresh_from_db()
    assert (refer.state, refer.settled_reason) == ("returned", "Identity is not documented.")
    rows = refer.enrolment.evidence.filter(competency__code="C1")
    assert {row.round: row.value for row in rows} == {1: Decimal(3), 2: Decimal(2)}


def test_whoever_judged_in_any_round_is_named_in_the_dossier(campus, refer):
    attempt = send_back(campus, refer)
    factories.review_again(attempt, 3, 3)
    seen = reviewers(attempt, 1) | reviewers(attempt, 2)
    assert set(decision_of(attempt).dossier["judged_by"]) == {str(pk) for pk in seen}


def test_with_nobody_fresh_left_the_submission_waits(campus, refer):
    attempt = attempt_of(refer)
    for rater in campus.supervisors[:-1]:
        if rater.pk not in people_on(submission_of(attempt)):
            rater.licences.update(suspended_at=timezone.now(), suspended_reason="Drift.")
    attempt = send_back(campus, refer)
    assert submission_of(attempt).state == "awaiting"
    fresh = factories.supervisor(campus)
    factories.run_workflow(attempt)
    assert fresh.pk in reviewers(attempt, 2)


def test_a_proposal_may_be_returned_again_and_again(campus, refer):
    attempt = send_back(campus, refer)
    factories.review_again(attempt, 3, 3)
    attempt = send_back(campus, decision_of(attempt))
    assert (attempt.round, submission_of(attempt).base_round) == (3, 3)
    assert not reviewers(attempt, 3) & (reviewers(attempt, 1) | reviewers(attempt, 2))


def test_what_was_settled_before_a_fresh_round_binds_nobody_in_it(campus):
    attempt = factories.reviewed(campus, 3, {"C1": 1})
    factories.settle(factories.adjudication_of(attempt))
    factories.run_workflow(attempt)
    attempt = send_back(campus, decision_of(attempt))
    first, second = reviews_of(attempt)
    factories.give(first, {"C1": 4})
    factories.give(second, {"C1": 2})
    factories.run_workflow(attempt)
    assert submission_of(attempt).state == "adjudicating"
    adjudication = factories.adjudication_of(attempt)
    assert adjudication.round == 2
    assert [criterion.code for criterion in adjudication.disputed.all()] == ["C1"]


def test_in_a_fresh_round_a_critical_choice_is_flagged_and_judged_anew(campus):
    harmful = {"answers": factories.contents.harmful_answers()}
    attempt = factories.reviewed(campus, 3, 3, flags=True, **harmful)
    decision = decision_of(attempt)
    assert (decision.outcome, decision.reasons) == ("not_yet", ["harm_confirmed"])
    attempt = send_back(campus, decision)
    flags = HarmFlag.objects.filter(submission__attempt=attempt).order_by("round")
    assert [(flag.round, flag.state) for flag in flags] == [(1, "confirmed"), (2, "raised")]
    for review in reviews_of(attempt):
        factories.give(review, 3, flags=False)
    factories.run_workflow(attempt)
    fresh = decision_of(attempt)
    assert fresh.outcome == "refer"
    assert [flag["state"] for flag in fresh.dossier["harm_flags"]] == ["dismissed"]


# --- One more review ---


def test_a_referral_goes_on_with_one_more_blind_review_if_nothing_else_is_said(campus, refer):
    attempt = go_on(campus, refer)
    refer.refresh_from_db()
    assert (refer.state, refer.referral) == ("ratified", "more_review")
    submission = submission_of(attempt)
    assert (attempt.state, attempt.round) == ("handed_in", 2)
    assert (submission.round, submission.base_round, submission.extra_reviews) == (2, 1, 1)
    (extra,) = reviews_of(attempt)
    assert (extra.seat, extra.round) == (3, 2)
    assert extra.reviewer_id not in reviewers(attempt, 1)


def test_one_more_review_is_measured_with_those_before(campus, refer):
    attempt = go_on(campus, refer)
    factories.review_again(attempt, 4)
    fresh = decision_of(attempt)
    assert fresh.round == 2
    assert [set(given.values()) for given in levels_of(fresh)] == [{3}, {3}, {4}]
    assert float(fresh.composite) == pytest.approx(10 / 3, abs=1e-4)
    rows = fresh.enrolment.evidence.filter(round=2)
    assert {(row.competency.code, row.ratings) for row in rows} == {
        ("C1", 3),
        ("C3", 3),
        ("D1", 3),
    }


def test_one_more_review_that_agrees_makes_it_surer(campus, refer):
    attempt = go_on(campus, refer)
    factories.review_again(attempt, 3)
    fresh = decision_of(attempt)
    assert fresh.composite == refer.composite
    assert fresh.standard_error < refer.standard_error
    assert fresh.probability > refer.probability


def test_the_next_decision_supersedes_the_referral_by_the_workflow(campus, refer):
    attempt = go_on(campus, refer)
    assert Decision.objects.get(pk=refer.pk).state == "ratified"
    factories.review_again(attempt, 3)
    refer.refresh_from_db()
    assert refer.state == "superseded"
    event = AuditEvent.objects.get(action="decision.superseded", subject_id=refer.pk)
    assert (event.actor_id, event.reason) == (None, "A new round was decided.")
    assert refer.settled_by == campus.certifier


def test_while_the_extra_review_is_open_nothing_is_decided(campus, refer):
    attempt = go_on(campus, refer)
    factories.run_workflow(attempt)
    assert attempt.state == "handed_in"
    assert Decision.objects.filter(attempt_id=attempt.pk).count() == 1


@pytest.fixture
def settled(campus):
    """A *refer* in which C1 was disputed, and settled at 3 by a third person."""
    attempt = factories.reviewed(campus, 3, {"C1": 1})
    factories.settle(factories.adjudication_of(attempt), 3)
    factories.run_workflow(attempt)
    return decision_of(attempt)


def test_what_was_adjudicated_stays_settled_when_one_more_person_judges(campus, settled):
    attempt = go_on(campus, settled)
    factories.review_again(attempt, {"C1": 1})
    assert submission_of(attempt).state == "marked"
    fresh = decision_of(attempt)
    (submission,) = fresh.dossier["submissions"]
    assert submission["standing"]["C1"] == [3]
    assert submission["settled_by_adjudication"] == ["C1"]
    assert submission["standing"]["D1"] == [3, 3, 3]


def test_a_new_dispute_is_settled_by_somebody_new(campus, settled):
    attempt = go_on(campus, settled)
    factories.review_again(attempt, {"D1": 1})
    assert submission_of(attempt).state == "adjudicating"
    first, second = submission_of(attempt).adjudications.order_by("round")
    assert [criterion.code for criterion in second.disputed.all()] == ["D1"]
    assert second.adjudicator_id != first.adjudicator_id
    factories.settle(second, 2)
    factories.run_workflow(attempt)
    (submission,) = decision_of(attempt).dossier["submissions"]
    assert submission["settled_by_adjudication"] == ["C1", "D1"]
    assert (submission["standing"]["C1"], submission["standing"]["D1"]) == ([3], [2])


def test_harm_that_only_the_extra_reviewer_saw_is_outvoted(campus, refer):
    attempt = go_on(campus, refer)
    (extra,) = reviews_of(attempt)
    factories.give(extra, 3, harms=[factories.harm(submission_of(attempt), "C3.H1")])
    factories.run_workflow(attempt)
    flag = HarmFlag.objects.get(submission__attempt=attempt)
    assert (flag.round, flag.criterion.code, flag.state) == (2, "C3", "dismissed")
    given = flag.judgements.values_list("judge", "harmful")
    assert dict(given)[extra.reviewer_id] is True
    assert sorted(dict(given).values()) == [False, False, True]


def test_a_flag_that_two_people_settled_stays_settled(campus):
    attempt = factories.under_review(campus)
    first, second = reviews_of(attempt)
    factories.give(first, 3, harms=[factories.harm(submission_of(attempt), "C3.H1")])
    factories.give(second, 3)
    factories.run_workflow(attempt)
    flag = HarmFlag.objects.get(submission__attempt=attempt)
    reading = flag.judgements.get(fresh_reader=True)
    workflow.read_passage(reading, harmful=False, reason="It is clumsy.", by=reading.judge)
    factories.run_workflow(attempt)
    attempt = go_on(campus, decision_of(attempt))
    (extra,) = reviews_of(attempt)
    factories.give(extra, 3, harms=[factories.harm(submission_of(attempt), "C3.H1")])
    factories.run_workflow(attempt)
    flag.refresh_from_db()
    assert (flag.state, flag.judgements.count()) == ("dismissed", 3)
    assert HarmFlag.objects.filter(submission__attempt=attempt).count() == 1
    assert decision_of(attempt).outcome == "refer"


def test_the_extra_reviewer_does_not_judge_a_choice_that_was_judged(campus):
    harmful = {"answers": factories.contents.harmful_answers()}
    attempt = factories.reviewed(campus, 3, 3, flags=False, **harmful)
    decision = decision_of(attempt)
    assert decision.outcome == "refer"
    attempt = go_on(campus, decision)
    factories.review_again(attempt, 3)
    flag = HarmFlag.objects.get(submission__attempt=attempt)
    assert (flag.state, flag.judgements.count()) == ("dismissed", 2)


# --- A reserve vignette ---


def reserve_of(attempt):
    return attempt.submissions.get(reserve=True)


def sit_reserve(attempt, answers=None):
    factories.answer(attempt, answers)
    workflow.hand_in(attempt, by=trainee_of(attempt))
    factories.run_workflow(attempt)


def judge_reserve(attempt, *levels):
    open_reviews = reserve_of(attempt).reviews.order_by("seat")
    for review, level in zip(open_reviews, levels, strict=True):
        factories.give(review, level)
    factories.run_workflow(attempt)


def test_a_reserve_vignette_is_given_to_the_trainee_to_sit(campus, refer):
    before = timezone.now()
    attempt = go_on(campus, refer, "reserve")
    assert (attempt.state, attempt.round) == ("in_progress", 2)
    reserve = reserve_of(attempt)
    assert str(reserve.vignette_version) == "V3/1"
    assert (reserve.position, reserve.state, reserve.round) == (2, "drafting", 2)
    assert reserve.current_stage.code == "arrival"
    assert reserve.key.vignette_version == reserve.vignette_version
    assert before + RESERVE_WINDOW <= attempt.due_at <= timezone.now() + RESERVE_WINDOW
    event = AuditEvent.objects.get(action="attempt.reserve_added", subject_id=attempt.pk)
    assert (event.actor_id, event.detail) == (None, {"vignette": "V3/1"})


def test_while_the_reserve_is_sat_the_first_vignette_stays_closed(campus, refer):
    attempt = go_on(campus, refer, "reserve")
    assert submission_of(attempt).state == "marked"
    with pytest.raises(DomainError, match="handed in"):
        attempts.save_answer(
            submission_of(attempt), "first-words", {"text": "Better."}, by=trainee_of(attempt)
        )


def test_a_reserve_is_judged_and_the_attempt_is_measured_over_all(campus, refer):
    attempt = go_on(campus, refer, "reserve")
    sit_reserve(attempt)
    assert submission_of(attempt).state == "marked"
    assert reserve_of(attempt).reviews.count() == 2
    judge_reserve(attempt, 4, 4)
    fresh = decision_of(attempt)
    told = fresh.dossier["submissions"]
    assert [row["vignette"] for row in told] == ["V1/1", "V3/1"]
    assert float(fresh.composite) == pytest.approx(3.5)
    assert fresh.standard_error < refer.standard_error
    assert {row.ratings for row in fresh.enrolment.evidence.filter(round=2)} == {4}
    refer.refresh_from_db()
    assert refer.state == "superseded"


def test_the_keyed_section_takes_in_the_reserve(campus, refer):
    attempt = go_on(campus, refer, "reserve")
    sit_reserve(attempt, {"decide": {"choice": "stay"}})
    judge_reserve(attempt, 3, 3)
    first, second = (
        [float(score.value) for score in submission.scores.all()]
        for submission in attempt.submissions.order_by("position")
    )
    assert measure_attempt(attempt).findings.keyed == pytest.approx(
        sum(first + second) / len(first + second)
    )
    assert decision_of(attempt).dossier["keyed_section"] == "0.6667"


def test_a_reserve_that_nobody_sits_is_handed_in_as_it_is(campus, refer, time_machine):
    attempt = go_on(campus, refer, "reserve")
    time_machine.move_to(attempt.due_at + timedelta(minutes=2))
    factories.run_workflow(attempt)
    assert attempt.state == "handed_in"
    assert {float(score.value) for score in reserve_of(attempt).scores.all()} == {0.0}


def test_without_a_reserve_left_one_more_person_judges(shared_campus, campus):
    refer = factories.proposed(shared_campus, 3, 3)
    attempt = go_on(shared_campus, refer, "reserve")
    assert (attempt.state, attempt.round) == ("handed_in", 2)
    assert submission_of(attempt).extra_reviews == 1
    assert attempt.submissions.count() == 1


# --- Which way ---


def test_more_evidence_comes_first_then_two_fresh_people():
    assert referral_choices(0) == ("more_review", "reserve")
    assert [referral_choices(earlier) for earlier in (1, 2, 5)] == [("panel",)] * 3


@pytest.mark.parametrize("referral", ["panel", "anything"])
def test_a_way_that_is_not_open_is_refused_with_those_that_are(referral, campus, refer):
    with pytest.raises(InvalidInput, match="goes on by: more_review, reserve") as refused:
        workflow.ratify(refer, by=campus.certifier, referral=referral)
    assert refused.value.field == "referral"
    refer.refresh_from_db()
    assert refer.state == "proposed"


def test_the_second_referral_goes_to_two_fresh_people_and_nowhere_else(campus, refer):
    attempt = go_on(campus, refer)
    factories.review_again(attempt, 3)
    second = decision_of(attempt)
    assert second.outcome == "refer"
    with pytest.raises(InvalidInput, match="goes on by: panel"):
        workflow.ratify(second, by=campus.certifier, referral="reserve")
    workflow.ratify(second, by=campus.certifier)
    assert second.referral == "panel"


@pytest.mark.parametrize("levels", [(4, 4), (2, 2)])
def test_only_a_refer_is_referred(levels, campus):
    decision = factories.proposed(campus, *levels)
    with pytest.raises(InvalidInput, match=r"Only a \*refer\* goes on"):
        workflow.ratify(decision, by=campus.certifier, referral="more_review")
    attempt = go_on(campus, decision)
    assert (attempt.state, attempt.round, decision.referral) == ("decided", 1, "")
