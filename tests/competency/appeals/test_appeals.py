"""Appeal a decision: lodged in time, heard by somebody fresh, granted or denied with reasons."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.attempts.services import release_results
from assessments.reviews.models import Review
from assessments.workflow import services as workflow
from competency.accounts.models import PersonKey
from competency.accounts.sealing import ERASED, Sealer
from competency.appeals import services
from competency.appeals.models import Appeal
from competency.audit.models import AuditEvent
from competency.decisions.models import Decision
from competency.foundation.errors import (
    DomainError,
    InvalidInput,
    NotAllowed,
    TransitionRefused,
)
from competency.programs.roles import Role
from competency.programs.services import declare_conflict
from tests import factories
from tests.factories import attempt_of, count_rows, decision_of, reviews_of, submission_of
from tests.refusals import frozen

GROUNDS = "My closing note names the nightstand twice."
DAY = timedelta(days=1)


def released(campus, *levels):
    """A ratified decision whose results the trainee can see."""
    decision = factories.ratified(campus, *(levels or (2, 2)))
    release_results(attempt_of(decision), by=campus.director)
    return decision


@pytest.fixture(scope="module")
def shared_not_yet(shared_campus, django_db_blocker):
    """A released *not yet competent*, and enough supervisors to judge it afresh."""
    with django_db_blocker.unblock():
        while len(shared_campus.supervisors) < 5:
            factories.supervisor(shared_campus)
        return released(shared_campus)


@pytest.fixture
def decision(shared_not_yet, db):
    return Decision.objects.get(pk=shared_not_yet.pk)


@pytest.fixture
def hearer(campus):
    """A certifier who comes to it fresh."""
    return factories.member(campus.program, Role.CERTIFIER)


def lodge(decision, grounds=GROUNDS, by=None):
    return workflow.lodge_appeal(decision, grounds=grounds, by=by or decision.enrolment.trainee)


@pytest.fixture
def lodged(decision):
    return lodge(decision)


@pytest.fixture
def heard(lodged, hearer):
    services.take_up_appeal(lodged, by=hearer)
    return lodged


def decide(appeal, granted, **options):
    options = {"reason": "Neither rationale mentions it.", "by": appeal.decider} | options
    workflow.decide_appeal(appeal, granted=granted, **options)


# --- Lodging ---


def test_a_trainee_appeals_a_released_decision(decision):
    appeal = lodge(decision)
    assert (appeal.state, appeal.decision, appeal.decider) == ("lodged", decision, None)
    event = AuditEvent.objects.get(action="appeal.lodged", subject_id=appeal.pk)
    assert (event.actor_id, event.reason, event.detail) == (
        decision.enrolment.trainee_id,
        "",
        {},
    )


def test_the_grounds_are_the_trainees_own_words_and_sealed(lodged):
    sealed = bytes(Appeal.objects.get(pk=lodged.pk).sealed_grounds)
    assert GROUNDS.encode() not in sealed
    trainee = lodged.decision.enrolment.trainee_id
    assert Sealer(trainee).unseal(sealed) == GROUNDS


def test_erased_grounds_leave_the_appeal_on_record(lodged):
    trainee = lodged.decision.enrolment.trainee_id
    PersonKey.objects.filter(person=trainee).update(wrapped=None, destroyed_at=timezone.now())
    assert Sealer(trainee).unseal(bytes(lodged.sealed_grounds)) == ERASED
    assert Appeal.objects.filter(pk=lodged.pk, state="lodged").exists()


def test_the_time_for_an_appeal_counts_from_the_release_to_the_last_second(decision, time_machine):
    release = attempt_of(decision).released_at
    time_machine.move_to(release + 30 * DAY + timedelta(seconds=1), tick=False)
    with pytest.raises(DomainError, match="The time for an appeal ended on") as refused:
        lodge(decision)
    assert refused.value.code == "too_late"
    time_machine.move_to(release + 30 * DAY, tick=False)
    assert lodge(decision).state == "lodged"


def test_a_late_release_leaves_the_whole_window(campus, time_machine):
    decision = factories.ratified(campus, 2, 2)
    time_machine.move_to(decision.settled_at + 45 * DAY)
    release_results(attempt_of(decision), by=campus.director)
    assert lodge(decision).state == "lodged"


def test_what_was_not_released_cannot_be_appealed(campus):
    decision = factories.ratified(campus, 2, 2)
    with pytest.raises(DomainError, match="Only a released decision can be appealed"):
        lodge(decision)
    proposal = factories.proposed(campus, 2, 2)
    with pytest.raises(DomainError, match="Only a released decision can be appealed"):
        lodge(proposal)


def test_whoever_met_the_standard_has_nothing_to_appeal(campus):
    with pytest.raises(DomainError, match="nothing to appeal"):
        lodge(released(campus, 4, 4))


def test_nobody_appeals_for_another(decision, campus):
    for stranger in (campus.director, campus.certifier, factories.enrolment(campus.cohort).trainee):
        with pytest.raises(NotAllowed, match="Only the trainee concerned appeals"):
            lodge(decision, by=stranger)


@pytest.mark.parametrize("grounds", ["", " \n\t", "a\x00b", "\ud800"])
def test_an_appeal_says_why_in_words_that_can_be_kept(grounds, decision):
    before = count_rows(Appeal, AuditEvent)
    with pytest.raises(InvalidInput) as refused:
        lodge(decision, grounds)
    assert refused.value.field == "grounds"
    assert count_rows(Appeal, AuditEvent) == before


def test_a_decision_is_appealed_once(lodged):
    with pytest.raises(DomainError, match="appealed already"):
        lodge(lodged.decision)
    services.withdraw_appeal(lodged, by=lodged.decision.enrolment.trainee)
    with pytest.raises(DomainError, match="appealed already"):
        lodge(lodged.decision)


# --- Withdrawing ---


def test_a_trainee_withdraws_while_nobody_has_taken_it_up(lodged):
    services.withdraw_appeal(lodged, by=lodged.decision.enrolment.trainee)
    assert Appeal.objects.get(pk=lodged.pk).state == "withdrawn"
    assert Decision.objects.get(pk=lodged.decision_id).state == "ratified"


def test_what_is_being_heard_is_withdrawn_no_more(heard):
    with pytest.raises(TransitionRefused, match="cannot become withdrawn"):
        services.withdraw_appeal(heard, by=heard.decision.enrolment.trainee)


def test_nobody_withdraws_the_appeal_of_another(lodged, campus):
    with pytest.raises(NotAllowed, match="Only the trainee concerned"):
        services.withdraw_appeal(lodged, by=campus.director)


# --- Hearing ---


def test_a_fresh_certifier_takes_it_up(lodged, hearer):
    services.take_up_appeal(lodged, by=hearer)
    lodged.refresh_from_db()
    assert (lodged.state, lodged.decider) == ("under_review", hearer)


def test_whoever_ratified_the_decision_does_not_hear_the_appeal(lodged, campus):
    with pytest.raises(NotAllowed, match="you ratified the decision"):
        services.take_up_appeal(lodged, by=campus.certifier)


def test_whoever_judged_the_attempt_does_not_hear_the_appeal(lodged, campus):
    reviewer = reviews_of(attempt_of(lodged.decision))[0].reviewer
    factories.member(campus.program, Role.CERTIFIER, reviewer)
    with pytest.raises(NotAllowed, match="took part in marking"):
        services.take_up_appeal(lodged, by=reviewer)


def test_whoever_has_a_tie_to_the_trainee_does_not_hear_the_appeal(lodged, hearer, campus):
    trainee = lodged.decision.enrolment.trainee
    declare_conflict(campus.program, hearer, trainee, reason="Cousins.", by=hearer)
    with pytest.raises(NotAllowed, match="declared a conflict"):
        services.take_up_appeal(lodged, by=hearer)


def test_nobody_hears_their_own_appeal(lodged, campus):
    trainee = lodged.decision.enrolment.trainee
    factories.member(campus.program, Role.CERTIFIER, trainee)
    with pytest.raises(NotAllowed, match="about yourself"):
        services.take_up_appeal(lodged, by=trainee)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CERTIFIER])
def test_only_certifiers_of_the_program_hear_appeals(role, lodged, campus):
    with pytest.raises(NotAllowed):
        services.take_up_appeal(lodged, by=factories.member(campus.program, role))
    _, stranger = factories.program_with(Role.CERTIFIER)
    with pytest.raises(NotAllowed):
        services.take_up_appeal(lodged, by=stranger)
    assert Appeal.objects.get(pk=lodged.pk).state == "lodged"


def test_an_appeal_is_taken_up_once(heard, campus):
    other = factories.member(campus.program, Role.CERTIFIER)
    with pytest.raises(TransitionRefused):
        services.take_up_appeal(heard, by=other)
    with pytest.raises(NotAllowed, match="Somebody else took this appeal up"):
        decide(heard, True, by=other)


# --- Deciding ---


def test_an_appeal_that_nobody_took_up_is_not_decided(lodged, hearer):
    with pytest.raises(NotAllowed, match="Somebody else took this appeal up"):
        decide(lodged, True, by=hearer)


@pytest.mark.parametrize("granted", [True, False])
@pytest.mark.parametrize("reason", ["", " \n"])
def test_the_trainee_is_given_reasons(reason, granted, heard):
    with pytest.raises(InvalidInput) as refused:
        decide(heard, granted, reason=reason)
    assert refused.value.field == "reason"
    assert Appeal.objects.get(pk=heard.pk).state == "under_review"


def test_a_denied_appeal_leaves_the_decision_in_force(heard):
    decide(heard, False, reason="Time was the same for all.")
    heard.refresh_from_db()
    assert (heard.state, heard.reason) == ("denied", "Time was the same for all.")
    assert heard.decided_at is not None
    assert Decision.objects.get(pk=heard.decision_id).state == "ratified"
    attempt = attempt_of(heard.decision)
    factories.run_workflow(attempt)
    assert (attempt.state, attempt.round) == ("decided", 1)


def test_a_granted_appeal_supersedes_the_decision_by_name(heard):
    decide(heard, True)
    assert Appeal.objects.get(pk=heard.pk).state == "granted"
    assert Decision.objects.get(pk=heard.decision_id).state == "superseded"
    event = AuditEvent.objects.get(action="decision.superseded", subject_id=heard.decision_id)
    assert (event.actor_id, event.reason) == (heard.decider_id, "Appeal granted.")


def test_a_granted_appeal_is_judged_afresh_by_people_who_have_not_seen_it(heard):
    decide(heard, True)
    attempt = attempt_of(heard.decision)
    factories.run_workflow(attempt)
    submission = submission_of(attempt)
    assert (attempt.state, attempt.round) == ("handed_in", 2)
    assert (submission.state, submission.base_round) == ("under_review", 2)
    rounds = {
        number: set(submission.reviews.filter(round=number).values_list("reviewer", flat=True))
        for number in (1, 2)
    }
    assert len(rounds[2]) == 2
    assert not rounds[1] & rounds[2]
    factories.review_again(attempt, 4, 4)
    fresh = decision_of(attempt)
    assert (fresh.round, fresh.outcome, fresh.state) == (2, "competent", "proposed")


def test_an_appeal_is_decided_once(heard):
    decide(heard, False)
    with pytest.raises(TransitionRefused):
        decide(heard, True)
    with frozen():
        Appeal.objects.filter(pk=heard.pk).update(reason="Other.")


def test_the_appeal_stays_as_it_was_lodged(lodged):
    with frozen():
        Appeal.objects.filter(pk=lodged.pk).update(sealed_grounds=b"other")
    with frozen():
        Appeal.objects.filter(pk=lodged.pk).delete()


# --- What the fresh people may see ---


@pytest.fixture
def afresh(heard):
    """The attempt in the round that a granted appeal opened."""
    decide(heard, True)
    attempt = attempt_of(heard.decision)
    factories.run_workflow(attempt)
    return attempt


def test_fresh_reviewers_do_not_see_what_was_released_before(afresh):
    """Their judgement is blind to the first reviewers' and to each other's."""
    one, other = reviews_of(afresh)
    factories.give(one, 3)
    assert set(Review.objects.visible_to(other.reviewer)) == {other}
    assert set(Review.objects.visible_to(one.reviewer)) == {Review.objects.get(pk=one.pk)}


def test_a_fresh_decision_is_released_anew_and_can_be_appealed_in_its_turn(
    afresh, campus, time_machine
):
    time_machine.move_to(timezone.now() + 40 * DAY)
    factories.review_again(afresh, 2, 2)
    fresh = decision_of(afresh)
    workflow.ratify(fresh, by=campus.certifier)
    factories.run_workflow(afresh)
    with pytest.raises(DomainError, match="Only a released decision"):
        lodge(fresh)
    release_results(attempt_of(fresh), by=campus.director)
    assert lodge(fresh).state == "lodged"
