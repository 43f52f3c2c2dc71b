"""The last referral: two fresh people, blind to each other, with written reasons."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.harm.models import HarmFlag
from assessments.referrals.models import Opinion
from assessments.referrals.services import PANEL_SEATS, panel_outcomes, seat_panel
from assessments.reviews.allocation import people_on
from assessments.workflow import services as workflow
from assessments.workflow.rounds import panel_sits
from competency.audit.models import AuditEvent
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from competency.decisions.rules import Findings, Measured, Thresholds, propose
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.programs.roles import Role
from competency.programs.services import end_role, place
from tests import factories
from tests.factories import attempt_of, decision_of, submission_of
from tests.refusals import frozen

WHY = "The plan is safe, and the words show why."


def referred_twice(campus):
    """An attempt whose second *refer* was ratified: more evidence did not settle it."""
    decision = factories.proposed(campus, 3, 3)
    attempt = attempt_of(decision)
    workflow.ratify(decision, by=campus.certifier)
    factories.run_workflow(attempt)
    factories.review_again(attempt, 3)
    workflow.ratify(decision_of(attempt), by=campus.certifier)
    factories.run_workflow(attempt)
    return attempt


@pytest.fixture(scope="module")
def shared_panel(shared_campus, django_db_blocker):
    with django_db_blocker.unblock():
        while len(shared_campus.supervisors) < 5:
            factories.supervisor(shared_campus)
        return referred_twice(shared_campus)


@pytest.fixture
def attempt(shared_panel, db):
    shared_panel.refresh_from_db()
    return shared_panel


def opinions(attempt):
    return list(attempt.opinions.filter(round=attempt.round).order_by("pseudonym"))


def say(opinion, outcome="competent", **options):
    options = {"reason": WHY, "by": opinion.judge} | options
    workflow.give_opinion(opinion, outcome=outcome, **options)


def say_all(attempt, *outcomes):
    for opinion, outcome in zip(opinions(attempt), outcomes, strict=True):
        say(opinion, outcome)
    factories.run_workflow(attempt)
    return decision_of(attempt)


# --- Who is asked ---


def test_two_people_are_asked_who_had_no_hand_in_the_attempt(attempt):
    assert (attempt.state, attempt.round) == ("handed_in", 3)
    asked = {opinion.judge_id for opinion in opinions(attempt)}
    assert len(asked) == PANEL_SEATS == 2
    assert not asked & people_on(submission_of(attempt))
    assert panel_sits(attempt)


def test_each_knows_the_trainee_by_another_name_and_the_trail_says_who_was_asked(attempt):
    first, second = opinions(attempt)
    assert first.pseudonym != second.pseudonym
    events = AuditEvent.objects.filter(action="opinion.asked")
    assert {event.detail["judge"] for event in events} == {
        str(first.judge_id),
        str(second.judge_id),
    }
    assert {event.actor_id for event in events} == {None}


def test_the_marks_stay_as_they_are_while_the_two_judge(attempt):
    submission = submission_of(attempt)
    assert submission.state == "marked"
    assert submission.reviews.count() == 3


def test_repeats_ask_nobody_else(attempt):
    before = opinions(attempt)
    factories.run_workflow(attempt)
    assert seat_panel(attempt) == 0
    assert opinions(attempt) == before


def test_a_seat_that_nobody_can_take_is_tried_again(db):
    small = factories.campus(supervisors=4)
    attempt = referred_twice(small)
    assert len(opinions(attempt)) == 1
    factories.run_workflow(attempt)
    assert len(opinions(attempt)) == 1
    fresh = factories.supervisor(small)
    factories.run_workflow(attempt)
    assert fresh.pk in {opinion.judge_id for opinion in opinions(attempt)}
    assert say_all(attempt, "competent", "competent").outcome == "competent"


def test_the_trainees_own_supervisor_is_never_asked(db):
    small = factories.campus(supervisors=5)
    enrolment = factories.enrolment(small.cohort)
    own = small.supervisors[0]
    place(enrolment, own, by=small.director)
    decision = factories.proposed(small, 3, 3, trainee=enrolment)
    attempt = attempt_of(decision)
    workflow.ratify(decision, by=small.certifier)
    factories.run_workflow(attempt)
    factories.review_again(attempt, 3)
    workflow.ratify(decision_of(attempt), by=small.certifier)
    factories.run_workflow(attempt)
    assert len(opinions(attempt)) == 1
    assert own.pk not in {opinion.judge_id for opinion in opinions(attempt)}


# --- Giving an opinion ---


def test_an_opinion_is_given_with_written_reasons(attempt):
    first, second = opinions(attempt)
    say(first, "not_yet", reason="The plan leaves him alone.")
    first.refresh_from_db()
    assert (first.outcome, first.reason) == ("not_yet", "The plan leaves him alone.")
    assert first.given_at <= timezone.now()
    event = AuditEvent.objects.get(action="opinion.given", subject_id=first.pk)
    assert (event.actor_id, event.detail["outcome"]) == (first.judge_id, "not_yet")
    assert list(Opinion.objects.open_for(first.judge)) == []
    assert list(Opinion.objects.open_for(second.judge)) == [second]


@pytest.mark.parametrize("outcome", ["refer", "", "perhaps"])
def test_an_opinion_is_competent_or_not_yet(outcome, attempt):
    opinion = opinions(attempt)[0]
    with pytest.raises(InvalidInput, match="competent or not_yet") as refused:
        say(opinion, outcome)
    assert refused.value.field == "outcome"
    opinion.refresh_from_db()
    assert opinion.given_at is None


@pytest.mark.parametrize("reason", ["", " \n"])
def test_an_opinion_has_reasons(reason, attempt):
    with pytest.raises(InvalidInput) as refused:
        say(opinions(attempt)[0], reason=reason)
    assert refused.value.field == "reason"


def test_nobody_gives_the_opinion_of_another(attempt, campus):
    first, second = opinions(attempt)
    for stranger in (second.judge, campus.certifier, campus.director):
        with pytest.raises(NotAllowed, match="somebody else’s to give"):
            say(first, by=stranger)


def test_whoever_lost_the_supervisors_role_gives_no_opinion(attempt, campus, time_machine):
    opinion = opinions(attempt)[0]
    end_role(opinion.judge.memberships.get(), by=campus.director, reason="Left.")
    time_machine.move_to(timezone.now() + timedelta(days=1))
    with pytest.raises(NotAllowed):
        say(opinion)


def test_an_opinion_is_given_once_and_stands(attempt):
    opinion = opinions(attempt)[0]
    say(opinion, "not_yet")
    with pytest.raises(DomainError, match="given already") as refused:
        say(opinion, "competent")
    assert refused.value.code == "completed"
    with frozen():
        Opinion.objects.filter(pk=opinion.pk).update(outcome="competent")


# --- What the two decide ---


def test_until_both_have_spoken_nothing_is_proposed(attempt):
    first, second = opinions(attempt)
    assert panel_outcomes(attempt) is None
    say(first)
    factories.run_workflow(attempt)
    assert panel_outcomes(attempt) is None
    assert (attempt.state, decision_of(attempt).round) == ("handed_in", 2)
    say(second)
    assert panel_outcomes(attempt) == ("competent", "competent")


@pytest.mark.parametrize(
    ("outcomes", "decided", "reason"),
    [
        (("competent", "competent"), "competent", "panel_agreed"),
        (("not_yet", "not_yet"), "not_yet", "panel_agreed"),
        (("competent", "not_yet"), "not_yet", "panel_divided"),
    ],
)
def test_the_two_agree_or_doubt_protects_the_client(outcomes, decided, reason, attempt):
    decision = say_all(attempt, *outcomes)
    assert (decision.round, decision.state) == (3, "proposed")
    assert (decision.outcome, decision.reasons) == (decided, [reason])
    states = Decision.objects.filter(attempt_id=attempt.pk).order_by("round")
    assert [row.state for row in states] == ["superseded", "superseded", "proposed"]


def test_the_dossier_keeps_what_the_two_wrote_and_names_them_as_judges(attempt):
    decision = say_all(attempt, "competent", "not_yet")
    told = decision.dossier["panel"]
    assert {(row["judge"], row["outcome"], row["reason"]) for row in told} == {
        (str(opinion.judge_id), opinion.outcome, WHY) for opinion in opinions(attempt)
    }
    assert {row["judge"] for row in told} < set(decision.dossier["judged_by"])
    earlier = Decision.objects.get(attempt_id=attempt.pk, round=2)
    assert earlier.dossier["panel"] == []


def test_a_certifier_puts_a_name_under_what_the_two_say(attempt, campus):
    decision = say_all(attempt, "competent", "competent")
    workflow.ratify(decision, by=campus.certifier)
    factories.run_workflow(attempt)
    assert attempt.state == "decided"
    assert Certificate.objects.filter(decision=decision).exists()


def test_whoever_gave_an_opinion_does_not_ratify(attempt, campus):
    decision = say_all(attempt, "competent", "competent")
    judge = opinions(attempt)[0].judge
    factories.member(campus.program, Role.CERTIFIER, judge)
    with pytest.raises(NotAllowed, match="took part in marking"):
        workflow.ratify(decision, by=judge)


def test_after_the_two_there_is_no_further_referral(attempt, campus):
    decision = say_all(attempt, "competent", "not_yet")
    with pytest.raises(InvalidInput, match="goes on to a referral"):
        workflow.ratify(decision, by=campus.certifier, referral="more_review")
    workflow.ratify(decision, by=campus.certifier)
    factories.run_workflow(attempt)
    assert (attempt.state, attempt.round) == ("decided", 3)


def test_a_panel_that_is_returned_is_judged_afresh_and_not_by_the_panel(attempt, campus):
    decision = say_all(attempt, "competent", "competent")
    workflow.return_decision(decision, by=campus.certifier, reason="Not signed.")
    factories.run_workflow(attempt)
    assert (attempt.round, submission_of(attempt).base_round) == (4, 4)
    assert not panel_sits(attempt)
    assert not attempt.opinions.filter(round=4).exists()


def test_a_flag_that_is_still_open_waits_before_the_two_are_heard(attempt, campus):
    criterion = campus.rubric.criteria.get(code="C3")
    flag = HarmFlag.objects.create(submission=submission_of(attempt), criterion=criterion, round=2)
    for opinion in opinions(attempt):
        say(opinion)
    factories.run_workflow(attempt)
    assert attempt.state == "handed_in"
    HarmFlag.objects.filter(pk=flag.pk).update(state="confirmed", settled_at=timezone.now())
    factories.run_workflow(attempt)
    decision = decision_of(attempt)
    assert (decision.outcome, decision.reasons) == ("not_yet", ["harm_confirmed"])


def test_confirmed_harm_wins_over_whatever_a_panel_says():
    shown = Findings(
        composite=Measured(3.5, 0.2),
        competencies={},
        keyed=None,
        vignettes_complete=True,
        reviews_sufficient=True,
        harm_confirmed=True,
        panel=("competent", "competent"),
    )
    standard = Thresholds(cut=2.8, keyed_cut=0.5)
    harmed = propose(shown, standard)
    assert (harmed.outcome, harmed.reasons) == ("not_yet", ("harm_confirmed",))
    safe = propose(replace(shown, harm_confirmed=False), standard)
    assert (safe.outcome, safe.reasons) == ("competent", ("panel_agreed",))


def test_the_gates_are_told_even_when_a_panel_decides():
    """A certifier sees what the numbers said beside what the two people say."""
    low = Findings(Measured(1.5, 0.2), {}, 0.1, True, True, False, ("competent", "competent"))
    proposal = propose(low, Thresholds(cut=2.8, keyed_cut=0.5))
    assert proposal.outcome == "competent"
    assert {gate.code for gate in proposal.gates if not gate.passed} == {"keyed", "composite"}
    assert proposal.probability < 0.001
