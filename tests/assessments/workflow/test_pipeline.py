"""How a submission is marked and an attempt decided, step by step."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.calibration.models import Licence
from assessments.instruments.services import publish_assessment
from assessments.reviews.models import Adjudication, Review
from assessments.workflow import due, pipeline
from assessments.workflow import services as workflow
from assessments.workflow.measurement import measure_attempt
from competency.audit.models import AuditEvent
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from competency.evidence.models import Evidence
from competency.foundation.errors import NotAllowed
from tests import factories
from tests.factories import (
    attempt_of,
    contents,
    count_rows,
    decision_of,
    give,
    review_again,
    reviews_of,
    run_workflow,
    submission_of,
    trainee_of,
)

EVERYTHING = (Review, Adjudication, Evidence, Decision, Certificate, AuditEvent)


def state_of(attempt):
    attempt.refresh_from_db()
    return attempt.state, submission_of(attempt).state


def reviewers(attempt):
    submission = submission_of(attempt)
    return set(submission.reviews.values_list("reviewer_id", flat=True))


# --- From hand-in to review ---


def test_each_step_is_taken_on_its_own(handed_in_attempt):
    submission = submission_of(handed_in_attempt)
    seen = [submission.state]
    while pipeline.advance_submission(submission.pk):
        submission.refresh_from_db()
        seen.append(submission.state)
    assert seen == ["received", "scored", "under_review"]
    assert submission.scores.count() == 3
    assert submission.reviews.count() == 2


def test_while_people_are_at_work_the_workflow_waits_and_repeats_nothing(attempt_under_review):
    before = count_rows(*EVERYTHING)
    for _ in range(3):
        assert not pipeline.advance_submission(submission_of(attempt_under_review).pk)
        assert not pipeline.advance_attempt(attempt_under_review.pk)
    give(reviews_of(attempt_under_review)[0])
    between = count_rows(*EVERYTHING)
    assert not pipeline.advance_submission(submission_of(attempt_under_review).pk)
    assert count_rows(*EVERYTHING) == between
    assert before["Review"] == between["Review"]


# --- Comparison ---


def test_reviewers_who_agree_lead_to_a_proposal(campus):
    attempt = factories.reviewed(campus, 3, 4)
    assert state_of(attempt) == ("marked", "marked")
    decision = decision_of(attempt)
    assert (decision.state, decision.outcome) == ("proposed", "competent")
    assert not Adjudication.objects.filter(submission__attempt=attempt).exists()


def test_evidence_is_recorded_once_per_competency(campus):
    attempt = factories.reviewed(campus, {"C1": 4}, {"C1": 3})
    rows = Evidence.objects.filter(source_id=attempt.pk).select_related("competency")
    assert {row.competency.code: float(row.value) for row in rows} == {
        "C1": 3.5,
        "C3": 3.0,
        "D1": 3.0,
    }
    assert {row.ratings for row in rows} == {2}
    assert all(row.standard_error > 0 for row in rows)


def test_two_levels_apart_ask_a_third_person(campus):
    attempt = factories.reviewed(campus, 3, {"C1": 1})
    adjudication = factories.adjudication_of(attempt)
    assert state_of(attempt) == ("handed_in", "adjudicating")
    assert [criterion.code for criterion in adjudication.disputed.all()] == ["C1"]
    assert adjudication.adjudicator_id not in reviewers(attempt)
    assert not Decision.objects.filter(attempt_id=attempt.pk).exists()


def test_different_sides_of_a_minimum_ask_a_third_person(db):
    strict = factories.campus(supervisors=4, standard={"minima": {"D1": "2.50"}})
    attempt = factories.reviewed(strict, 3, {"D1": 2})
    adjudication = factories.adjudication_of(attempt)
    assert [criterion.code for criterion in adjudication.disputed.all()] == ["D1"]


def test_without_minima_different_sides_of_the_cut_ask_a_third_person(db):
    plain = factories.campus(standard={"minima": {}, "cut": "2.60"})
    attempt = factories.reviewed(plain, {"D1": 2}, 3)  # 2.50 and 3.00
    adjudication = factories.adjudication_of(attempt)
    assert [criterion.code for criterion in adjudication.disputed.all()] == ["D1"]


def test_what_was_settled_stands_in_the_evidence(campus):
    attempt = factories.reviewed(campus, 3, {"C1": 1})
    factories.settle(factories.adjudication_of(attempt), 2)
    run_workflow(attempt)
    assert state_of(attempt) == ("marked", "marked")
    evidence = Evidence.objects.get(source_id=attempt.pk, competency__code="C1")
    assert (float(evidence.value), evidence.ratings) == (2.0, 1)
    (row,) = decision_of(attempt).dossier["submissions"]
    assert row["settled_by_adjudication"] == ["C1"]
    assert row["standing"] == {"C1": [2], "C3": [3, 3], "D1": [3, 3]}


# --- Seats ---


def test_a_seat_given_up_is_drawn_again(campus):
    attempt = factories.under_review(campus)
    review = reviews_of(attempt)[0]
    workflow.recuse(review, reason="I know the case.", by=review.reviewer)
    run_workflow(attempt)
    first, second = reviews_of(attempt)
    assert (first.seat, second.seat) == (1, 2)
    assert review.reviewer_id not in {first.reviewer_id, second.reviewer_id}
    assert len(reviewers(attempt)) == 3


def test_when_nobody_is_left_a_submission_awaits_a_reviewer_until_one_is_licensed(db):
    small = factories.campus(supervisors=1)
    attempt = factories.under_review(small)
    assert state_of(attempt) == ("handed_in", "awaiting")
    assert len(reviews_of(attempt)) == 1
    newcomer = factories.supervisor(small, licensed=False)
    run_workflow(attempt)
    assert state_of(attempt) == ("handed_in", "awaiting")
    factories.license_reviewer(small, newcomer)
    run_workflow(attempt)
    assert state_of(attempt) == ("handed_in", "under_review")
    assert reviews_of(attempt)[1].reviewer == newcomer


def test_while_one_seat_is_empty_the_other_reviewer_can_already_judge(db):
    small = factories.campus(supervisors=1)
    attempt = factories.under_review(small)
    give(reviews_of(attempt)[0])
    run_workflow(attempt)
    factories.supervisor(small)
    run_workflow(attempt)
    give(reviews_of(attempt)[1])
    run_workflow(attempt)
    assert state_of(attempt) == ("marked", "marked")


def test_when_nobody_is_left_to_adjudicate_the_submission_awaits_a_third_person(db):
    small = factories.campus(supervisors=2)
    attempt = factories.reviewed(small, 3, {"C1": 1})
    assert state_of(attempt) == ("handed_in", "awaiting")
    third = factories.supervisor(small)
    run_workflow(attempt)
    assert state_of(attempt) == ("handed_in", "adjudicating")
    assert factories.adjudication_of(attempt).adjudicator == third


def test_a_recused_reviewer_does_not_come_back_as_the_adjudicator(campus):
    attempt = factories.under_review(campus)
    first, second = reviews_of(attempt)
    workflow.recuse(first, reason="I know the case.", by=first.reviewer)
    run_workflow(attempt)
    third = reviews_of(attempt)[0]
    give(third, {"C1": 1})
    give(second, 3)
    run_workflow(attempt)
    assert state_of(attempt) == ("handed_in", "awaiting")  # all three are spent


def test_a_lease_that_lapsed_frees_the_seat(campus, time_machine):
    attempt = factories.under_review(campus)
    slow, quick = reviews_of(attempt)
    give(quick)
    time_machine.move_to(timezone.now() + timedelta(days=8))
    assert submission_of(attempt).pk in due.lapse_leases()
    run_workflow(attempt)
    slow.refresh_from_db()
    assert slow.state == "lapsed"
    seated = {review.seat: review for review in reviews_of(attempt)}
    assert seated[slow.seat].reviewer_id not in {slow.reviewer_id, quick.reviewer_id}
    assert seated[quick.seat] == quick
    assert AuditEvent.objects.get(action="review.lapsed", subject_id=slow.pk).actor_id is None


# --- Decisions ---


@pytest.mark.parametrize(
    ("levels", "outcome", "reasons"),
    [
        ((4, 4), "competent", ["all_rules_met"]),
        ((3, 3), "refer", ["composite_near_cut"]),
        ((2, 2), "not_yet", ["composite_below_cut"]),
        (({"C3": 1}, {"C3": 1}), "not_yet", ["harm_confirmed"]),
    ],
)
def test_levels_lead_to_an_outcome_with_its_reasons(levels, outcome, reasons, campus):
    decision = factories.proposed(campus, *levels)
    assert (decision.state, decision.outcome, decision.reasons) == ("proposed", outcome, reasons)


def test_a_keyed_section_below_its_cut_refers(campus):
    blank = contents.good_answers() | {
        "actions": {"ratings": {}},
        "helpful": {"most": None, "least": None},
    }
    decision = factories.proposed(campus, 4, 4, answers=blank)
    assert (decision.outcome, decision.reasons) == ("refer", ["keyed_below_cut"])


def test_without_a_generalizability_study_nothing_is_decided(db):
    unstudied = factories.campus(standard={"variance_components": None})
    decision = factories.proposed(unstudied, 4, 4)
    assert decision.outcome == "refer"
    assert decision.reasons == ["insufficient_evidence", "no_generalizability_study"]


def test_a_decision_is_proposed_once(proposal):
    before = count_rows(*EVERYTHING)
    run_workflow(attempt_of(proposal))
    assert count_rows(*EVERYTHING) == before


def test_a_proposal_is_nobodys_result(proposal):
    trainee = proposal.enrolment.trainee
    assert not Decision.objects.of_trainee(trainee).exists()
    assert attempt_of(proposal).state == "marked"
    assert not Certificate.objects.filter(decision=proposal).exists()


def test_the_dossier_names_every_version_person_and_number(proposal, campus):
    dossier = proposal.dossier
    attempt = attempt_of(proposal)
    assert dossier["trainee"]["name"] == trainee_of(attempt).name
    assert dossier["framework"]["content_hash"] == campus.framework.content_hash
    assert dossier["rubric"]["version"] == "RUBRIC/1"
    assert dossier["scope_profile"]["version"] == "PROFILE/1"
    assert dossier["standard"]["cut"] == "2.8"
    assert dossier["keyed_section"] == "1.0000"
    assert dossier["composite"]["level"] == "4.0000"
    (row,) = dossier["submissions"]
    assert row["path"] == ["arrival", "room"]
    assert row["content_hash"] == submission_of(attempt).content_hash
    assert [review["levels"] for review in row["reviews"]] == [{"C1": 4, "C3": 4, "D1": 4}] * 2
    assert row["agreement"] == {"criteria": 3, "exact": "1.0000", "adjacent": "1.0000"}
    assert set(dossier["judged_by"]) == {str(key) for key in reviewers(attempt)}
    assert dossier["proposal"]["outcome"] == "competent"
    assert all(gate["passed"] for gate in dossier["proposal"]["gates"])
    assert dossier["attempt"]["accommodation"] is False


def test_everybody_who_had_a_hand_in_marking_is_named_as_a_judge(db):
    large = factories.campus(supervisors=5)
    attempt = factories.under_review(large)
    leaver = reviews_of(attempt)[0]
    workflow.recuse(leaver, reason="I know the case.", by=leaver.reviewer)
    run_workflow(attempt)
    first, second = reviews_of(attempt)
    give(first, harms=[factories.harm(first.submission, "D1.H1")])
    give(second, {"C1": 1})
    run_workflow(attempt)
    adjudication = factories.adjudication_of(attempt)
    factories.settle(adjudication)
    flag = submission_of(attempt).harm_flags.get()
    reading = flag.judgements.get(judged_at=None)
    workflow.read_passage(reading, harmful=False, reason="No.", by=reading.judge)
    run_workflow(attempt)
    people = {
        leaver.reviewer_id,
        first.reviewer_id,
        second.reviewer_id,
        adjudication.adjudicator_id,
        reading.judge_id,
    }
    assert len(people) == 5
    assert set(decision_of(attempt).dossier["judged_by"]) == {str(key) for key in people}


def test_measuring_again_gives_the_same_numbers(proposal):
    one, other = measure_attempt(attempt_of(proposal)), measure_attempt(attempt_of(proposal))
    assert one.findings == other.findings


# --- Two vignettes ---


def test_an_attempt_is_decided_when_every_vignette_is_marked(campus):
    second = factories.published_vignette(
        campus.program, campus.author, {"code": "V2", "title": "Morning"}, rubric=campus.rubric
    )
    factories.published_key(second, campus.author, profile=campus.profile)
    both = factories.drafted_assessment(
        campus.program,
        campus.author,
        campus.rubric,
        campus.profile,
        campus.standard,
        campus.vignette,
        second,
        version=2,
    )
    publish_assessment(both, by=campus.author)
    campus.assessment = both
    attempt = factories.under_review(campus)
    one, other = attempt.submissions.order_by("position")
    for review in one.reviews.all():
        give(review, 4)
    run_workflow(attempt)
    assert attempt.state == "handed_in"
    seats = {review.reviewer_id for review in Review.objects.filter(submission__attempt=attempt)}
    assert len(seats) == 3  # across one attempt different people are preferred
    for review in other.reviews.all():
        give(review, 4)
    run_workflow(attempt)
    assert attempt.state == "marked"
    decision = decision_of(attempt)
    assert len(decision.dossier["submissions"]) == 2
    assert Evidence.objects.get(source_id=attempt.pk, competency__code="C1").ratings == 4


# --- Ratified and returned ---


def test_a_ratified_competence_awards_one_certificate_however_often_the_workflow_looks(
    proposal, campus
):
    attempt = attempt_of(proposal)
    workflow.ratify(proposal, by=campus.certifier)
    for _ in range(3):
        run_workflow(attempt)
    assert attempt.state == "decided"
    certificate = Certificate.objects.get(decision=proposal)
    assert (certificate.state, certificate.holder) == ("awarded", trainee_of(attempt))


def test_not_yet_gives_no_certificate(campus):
    decision = factories.ratified(campus, 2, 2)
    assert attempt_of(decision).state == "decided"
    assert not Certificate.objects.filter(decision=decision).exists()


def test_a_refer_gives_no_certificate_and_one_more_blind_review(campus):
    decision = factories.ratified(campus, 3, 3)
    attempt = attempt_of(decision)
    assert not Certificate.objects.filter(decision=decision).exists()
    assert state_of(attempt) == ("handed_in", "under_review")
    seats = reviews_of(attempt) + list(
        submission_of(attempt).reviews.filter(round=1).order_by("seat")
    )
    assert len({review.reviewer_id for review in seats}) == 3
    assert attempt.round == 2


def test_a_returned_decision_is_judged_afresh_by_people_who_have_not_seen_it(db):
    large = factories.campus(supervisors=4)
    decision = factories.proposed(large, 4, 4)
    attempt = attempt_of(decision)
    before = reviewers(attempt)
    workflow.return_decision(decision, by=large.certifier, reason="The rationales contradict.")
    run_workflow(attempt)
    assert attempt.round == 2
    assert state_of(attempt) == ("handed_in", "under_review")
    fresh = reviews_of(attempt)
    assert len(fresh) == 2
    assert not {review.reviewer_id for review in fresh} & before
    review_again(attempt, 2, 2)
    second = decision_of(attempt)
    assert (second.round, second.outcome, second.state) == (2, "not_yet", "proposed")
    decision.refresh_from_db()
    assert (decision.state, decision.settled_reason) == (
        "returned",
        "The rationales contradict.",
    )
    (row,) = second.dossier["submissions"]
    assert [review["levels"] for review in row["reviews"]] == [{"C1": 2, "C3": 2, "D1": 2}] * 2
    assert {str(key) for key in before} < set(second.dossier["judged_by"])
    assert Evidence.objects.filter(source_id=attempt.pk, round=1).count() == 3
    assert Evidence.objects.filter(source_id=attempt.pk, round=2).count() == 3


def test_a_fresh_round_asks_again_about_the_critical_choice(db):
    large = factories.campus(supervisors=4)
    decision = factories.proposed(large, 4, 4, answers=contents.harmful_answers(), flags=True)
    assert decision.reasons == ["harm_confirmed"]
    attempt = attempt_of(decision)
    workflow.return_decision(decision, by=large.certifier, reason="Look at the harm again.")
    run_workflow(attempt)
    for review in reviews_of(attempt):
        give(review, 4, flags=True)
    run_workflow(attempt)
    assert decision_of(attempt).reasons == ["harm_confirmed"]


def test_a_later_decision_supersedes_the_one_in_force(campus):
    """One more review settles a referral: the first ratified decision gives way."""
    first = factories.ratified(campus, 3, 3)
    attempt = attempt_of(first)
    (third,) = [review for review in reviews_of(attempt) if review.state != "completed"]
    give(third, 4)
    run_workflow(attempt)
    second = decision_of(attempt)
    first.refresh_from_db()
    assert (second.round, second.state) == (2, "proposed")
    assert first.state == "superseded"
    (row,) = second.dossier["submissions"]
    assert len(row["reviews"]) == 3


def test_a_formative_result_takes_effect_at_once_and_certifies_nothing(db):
    formative = factories.campus(standard={"formative": True})
    attempt = factories.reviewed(formative, 4, 4)
    decision = decision_of(attempt)
    assert (decision.state, decision.outcome) == ("ratified", "competent")
    assert decision.settled_by is None
    assert attempt.state == "decided"
    assert not Certificate.objects.exists()


def test_only_an_unconflicted_certifier_settles(proposal, campus):
    attempt = attempt_of(proposal)
    for person in (
        campus.director,
        campus.author,
        reviews_of(attempt)[0].reviewer,
        trainee_of(attempt),
    ):
        with pytest.raises(NotAllowed):
            workflow.ratify(proposal, by=person)
    assert Attempt.objects.get(pk=attempt.pk).state == "marked"


def test_a_licence_that_lapsed_since_does_not_undo_a_review(campus):
    attempt = factories.under_review(campus)
    for review in reviews_of(attempt):
        give(review, 4)
    Licence.objects.filter(reviewer__in=reviewers(attempt)).update(
        suspended_at=timezone.now(), suspended_reason="Drift."
    )
    run_workflow(attempt)
    assert decision_of(attempt).outcome == "competent"
