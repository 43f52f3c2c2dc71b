"""The chain as the workers run it, and the sweep that needs no message."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.attempts.services import save_answer
from assessments.workflow import due, tasks
from assessments.workflow import services as workflow
from assessments.workflow.tasks import sweep
from competency.audit.models import AuditEvent
from competency.certificates import tasks as certificate_tasks
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from competency.evidence.models import Evidence
from competency.foundation.errors import DomainError
from tests import factories
from tests.factories import (
    count_rows,
    decision_of,
    give,
    reviews_of,
    submission_of,
    trainee_of,
)

LATER = timedelta(minutes=5)


@pytest.fixture
def lived(eager_tasks, django_capture_on_commit_callbacks):
    """Acts whose messages are delivered at once: `with lived(): act()`."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def state_of(attempt):
    attempt.refresh_from_db()
    return attempt.state, submission_of(attempt).state


# --- With messages ---


def test_handing_in_wakes_the_workflow_all_the_way_to_the_reviewers(campus, lived):
    attempt = factories.sat(campus)
    with lived():
        workflow.hand_in(attempt, by=trainee_of(attempt))
    assert state_of(attempt) == ("handed_in", "under_review")


def test_the_last_review_wakes_the_workflow_all_the_way_to_the_proposal(
    attempt_under_review, lived
):
    for review in reviews_of(attempt_under_review):
        with lived():
            give(review, 4)
    assert state_of(attempt_under_review) == ("marked", "marked")
    assert decision_of(attempt_under_review).state == "proposed"


def test_ratifying_wakes_the_workflow_all_the_way_to_the_register(proposal, campus, lived):
    with lived():
        workflow.ratify(proposal, by=campus.certifier)
    assert Certificate.objects.get(decision=proposal).state == "issued"


def test_recusing_wakes_the_workflow_to_draw_again(attempt_under_review, lived):
    review = reviews_of(attempt_under_review)[0]
    with lived():
        workflow.recuse(review, reason="I know the case.", by=review.reviewer)
    assert len(reviews_of(attempt_under_review)) == 2


def test_returning_wakes_the_workflow_all_the_way_to_fresh_reviewers(lived, db):
    large = factories.campus(supervisors=4)
    decision = factories.proposed(large)
    with lived():
        workflow.return_decision(decision, by=large.certifier, reason="Look again.")
    attempt = factories.attempt_of(decision)
    assert state_of(attempt) == ("handed_in", "under_review")
    assert {review.round for review in reviews_of(attempt)} == {2}
    assert len(reviews_of(attempt)) == 2


def test_settling_and_reading_wake_the_workflow_to_the_proposal(lived, db):
    large = factories.campus(supervisors=5)
    attempt = factories.under_review(large)
    first, second = reviews_of(attempt)
    give(first, harms=[factories.harm(first.submission, "D1.H1")])
    with lived():
        give(second, {"C1": 1})
    adjudication = factories.adjudication_of(attempt)
    with lived():
        factories.settle(adjudication)
    assert state_of(attempt) == ("handed_in", "marked")
    reading = submission_of(attempt).harm_flags.get().judgements.get(judged_at=None)
    with lived():
        workflow.read_passage(reading, harmful=False, reason="No.", by=reading.judge)
    assert state_of(attempt) == ("marked", "marked")


def test_licensing_a_reviewer_wakes_what_awaits_one(lived, db):
    small = factories.campus(supervisors=1)
    attempt = factories.under_review(small)
    newcomer = factories.supervisor(small, licensed=False)
    with lived():
        workflow.license_reviewer(
            small.program, newcomer, small.rubric, grounds="Benchmarks.", by=small.director
        )
    assert state_of(attempt) == ("handed_in", "under_review")


def test_an_act_that_fails_wakes_nobody(sat_attempt, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as messages:
        workflow.hand_in(sat_attempt, by=trainee_of(sat_attempt))
        assert messages == []
    assert len(messages) == 1
    with django_capture_on_commit_callbacks() as messages, pytest.raises(DomainError):
        workflow.hand_in(sat_attempt, by=trainee_of(sat_attempt))
    assert messages == []


def test_a_broker_that_is_away_does_not_undo_the_act(
    sat_attempt, django_capture_on_commit_callbacks, monkeypatch
):
    def refuse(*_):
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.advance_submission, "delay", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        workflow.hand_in(sat_attempt, by=trainee_of(sat_attempt))
    assert state_of(sat_attempt) == ("handed_in", "received")


def test_a_task_that_runs_twice_does_its_work_once(proposal, campus, eager_tasks):
    workflow.ratify(proposal, by=campus.certifier)
    counted = (Certificate, Evidence, Decision, AuditEvent)
    tasks.advance_attempt(str(proposal.attempt_id))
    certificate = Certificate.objects.get(decision=proposal)
    certificate_tasks.issue_certificate(str(certificate.pk))
    once = count_rows(*counted)
    for _ in range(2):
        tasks.advance_attempt(str(proposal.attempt_id))
        tasks.advance_submission(str(submission_of(factories.attempt_of(proposal)).pk))
        certificate_tasks.issue_certificate(str(certificate.pk))
    assert count_rows(*counted) == once


# --- Without messages ---


def swept(time_machine, after=LATER):
    time_machine.move_to(timezone.now() + after)
    sweep()


def test_a_hand_in_whose_message_was_lost_is_swept_up(handed_in_attempt, eager_tasks, time_machine):
    sweep()
    assert state_of(handed_in_attempt)[1] == "received"  # its message may yet come
    swept(time_machine)
    assert state_of(handed_in_attempt) == ("handed_in", "under_review")


def test_reviews_whose_message_was_lost_are_swept_up(
    attempt_under_review, eager_tasks, time_machine
):
    for review in reviews_of(attempt_under_review):
        give(review, 4)
    swept(time_machine)
    assert state_of(attempt_under_review) == ("marked", "marked")
    assert decision_of(attempt_under_review).outcome == "competent"


def test_a_recusal_whose_message_was_lost_is_swept_up(
    attempt_under_review, eager_tasks, time_machine
):
    review = reviews_of(attempt_under_review)[0]
    workflow.recuse(review, reason="I know the case.", by=review.reviewer)
    swept(time_machine)
    assert len(reviews_of(attempt_under_review)) == 2


def test_an_adjudication_whose_message_was_lost_is_swept_up(campus, eager_tasks, time_machine):
    attempt = factories.reviewed(campus, 3, {"C1": 1})
    factories.settle(factories.adjudication_of(attempt))
    swept(time_machine)
    assert state_of(attempt) == ("marked", "marked")


def test_a_reading_whose_message_was_lost_is_swept_up(campus, eager_tasks, time_machine):
    attempt = factories.under_review(campus)
    first, second = reviews_of(attempt)
    give(first, harms=[factories.harm(first.submission)])
    give(second)
    factories.run_workflow(attempt)
    reading = submission_of(attempt).harm_flags.get().judgements.get(judged_at=None)
    workflow.read_passage(reading, harmful=True, reason="Yes.", by=reading.judge)
    swept(time_machine)
    assert decision_of(attempt).reasons == ["harm_confirmed"]


def test_a_ratification_whose_message_was_lost_is_swept_up(
    proposal, campus, eager_tasks, time_machine
):
    workflow.ratify(proposal, by=campus.certifier)
    swept(time_machine)
    assert Certificate.objects.get(decision=proposal).state == "awarded"
    time_machine.move_to(timezone.now() + LATER)
    certificate_tasks.sweep()
    assert Certificate.objects.get(decision=proposal).state == "issued"


def test_a_returned_decision_whose_message_was_lost_is_swept_up(eager_tasks, time_machine, db):
    large = factories.campus(supervisors=4)
    decision = factories.proposed(large)
    workflow.return_decision(decision, by=large.certifier, reason="Look again.")
    swept(time_machine)
    assert len(reviews_of(factories.attempt_of(decision))) == 2


def test_a_lease_that_ran_out_is_swept_up_and_the_seat_drawn_again(
    attempt_under_review, eager_tasks, time_machine
):
    before = {review.pk for review in reviews_of(attempt_under_review)}
    give(reviews_of(attempt_under_review)[0])
    swept(time_machine, timedelta(days=8))
    after = {review.pk for review in reviews_of(attempt_under_review)}
    assert len(after) == 2
    assert len(after & before) == 1


def test_when_time_is_over_the_sweep_hands_in_and_marking_begins_at_once(
    started_attempt, eager_tasks, time_machine
):
    save_answer(
        submission_of(started_attempt),
        "first-words",
        {"text": "half"},
        by=trainee_of(started_attempt),
    )
    time_machine.move_to(started_attempt.due_at + LATER)
    sweep()
    assert state_of(started_attempt) == ("handed_in", "under_review")


def test_an_attempt_nobody_started_is_swept_up_when_its_window_closes(
    assigned_attempt, eager_tasks, time_machine
):
    time_machine.move_to(assigned_attempt.closes_at + LATER)
    sweep()
    assigned_attempt.refresh_from_db()
    assert assigned_attempt.state == "lapsed"


def test_awaiting_work_is_looked_at_at_every_sweep(eager_tasks, time_machine, db):
    small = factories.campus(supervisors=1)
    attempt = factories.under_review(small)
    swept(time_machine)
    assert state_of(attempt) == ("handed_in", "awaiting")
    factories.supervisor(small)
    swept(time_machine)
    assert state_of(attempt) == ("handed_in", "under_review")


def test_work_that_waits_for_people_is_not_due(campus, eager_tasks, time_machine):
    reviewing = submission_of(factories.under_review(campus))
    adjudicating = submission_of(factories.reviewed(campus, 3, {"C1": 1}))
    proposed = factories.proposed(campus)
    time_machine.move_to(timezone.now() + LATER)
    assert not {reviewing.pk, adjudicating.pk} & set(due.submissions())
    assert proposed.attempt_id not in set(due.attempts())


def test_a_finished_attempt_is_never_due_again(campus, time_machine):
    certificate = factories.issued(campus)
    attempt = factories.attempt_of(certificate.decision)
    time_machine.move_to(timezone.now() + timedelta(days=400))
    assert attempt.pk not in set(due.attempts())
    assert submission_of(attempt).pk not in set(due.submissions())


def test_work_behind_others_that_wait_for_a_reviewer_is_reached(
    eager_tasks, time_machine, monkeypatch, db
):
    small = factories.campus(supervisors=0)
    waiting = factories.under_review(small)
    fresh = factories.handed_in(small)
    assert state_of(waiting) == ("handed_in", "awaiting")
    monkeypatch.setattr(due, "AT_MOST", 1)
    for _ in range(3):
        swept(time_machine)
    assert state_of(fresh) == ("handed_in", "awaiting")
