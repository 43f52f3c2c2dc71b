"""Which rows a sweep finds, where a message was lost on the way into a new round."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.reviews import services as reviews
from assessments.reviews.models import Review
from assessments.workflow import due, pipeline
from assessments.workflow import services as workflow
from competency.foundation.errors import TransitionRefused
from tests import factories
from tests.factories import attempt_of, reviews_of, submission_of


@pytest.fixture
def later(time_machine):
    """A moment after which nobody waits for messages any more."""

    def move():
        time_machine.move_to(timezone.now() + timedelta(minutes=10))

    return move


def found(attempt):
    """What is due of this attempt: its submissions, and itself."""
    ours = set(attempt.submissions.values_list("pk", flat=True))
    return sorted(ours & set(due.submissions())), attempt.pk in set(due.attempts())


def test_while_both_seats_are_taken_nothing_is_due(attempt_under_review, later):
    later()
    assert found(attempt_under_review) == ([], False)


def test_a_seat_that_stands_empty_is_due_though_the_other_reviewer_is_at_work(
    attempt_under_review, later
):
    first, second = reviews_of(attempt_under_review)
    reviews.start_review(second, by=second.reviewer)
    reviews.recuse(first, reason="I know the case.", by=first.reviewer)
    assert found(attempt_under_review) == ([], False)
    later()
    assert found(attempt_under_review) == ([submission_of(attempt_under_review).pk], False)


def test_the_seat_of_one_more_review_is_due_though_the_first_two_are_filled(campus, later):
    decision = factories.proposed(campus, 3, 3)
    workflow.ratify(decision, by=campus.certifier)
    attempt = attempt_of(decision)
    while attempt.round == 1:
        workflow_step(attempt)
    later()
    assert found(attempt) == ([submission_of(attempt).pk], False)
    factories.run_workflow(attempt)
    assert found(attempt) == ([], False)


def workflow_step(attempt):
    """One step of the attempt alone, as if the messages for its submissions were lost."""
    assert pipeline.advance_attempt(attempt.pk)
    attempt.refresh_from_db()


def test_reviews_of_a_round_that_does_not_count_fill_no_seat(later, db):
    campus = factories.campus(supervisors=4)
    decision = factories.proposed(campus, 4, 4)
    workflow.return_decision(decision, by=campus.certifier, reason="Look again.")
    attempt = attempt_of(decision)
    workflow_step(attempt)
    later()
    assert submission_of(attempt).base_round == 2
    assert found(attempt) == ([submission_of(attempt).pk], False)


def test_a_ratified_referral_is_due_until_its_round_has_begun(campus):
    refer = factories.proposed(campus, 3, 3)
    workflow.ratify(refer, by=campus.certifier)
    attempt = attempt_of(refer)
    assert found(attempt) == ([], True)
    factories.run_workflow(attempt)
    assert found(attempt) == ([], False)


def test_a_decision_that_asks_for_nothing_more_is_not_due(campus, later):
    attempt = attempt_of(factories.ratified(campus, 2, 2))
    later()
    assert found(attempt) == ([], False)


# --- Leases ---


def test_a_seat_a_director_takes_back_lapses_at_the_next_look(attempt_under_review, campus):
    review = reviews_of(attempt_under_review)[0]
    assert due.lapse_leases() == []
    reviews.end_lease(review, reason="On leave.", by=campus.director)
    assert due.lapse_leases() == [review.submission_id]
    review.refresh_from_db()
    assert review.state == "lapsed"
    assert due.lapse_leases() == []


def test_a_review_completed_in_that_very_moment_does_not_lapse(
    attempt_under_review, campus, monkeypatch
):
    first, second = reviews_of(attempt_under_review)
    for review in (first, second):
        reviews.end_lease(review, reason="On leave.", by=campus.director)
    lapse = due.lapse

    def lapse_too_late(review):
        if review.pk == first.pk:
            Review.objects.filter(pk=first.pk).update(state="in_progress")
            raise TransitionRefused("somebody was quicker")
        lapse(review)

    monkeypatch.setattr(due, "lapse", lapse_too_late)
    assert due.lapse_leases() == [second.submission_id]
    first.refresh_from_db()
    assert first.state == "in_progress"
