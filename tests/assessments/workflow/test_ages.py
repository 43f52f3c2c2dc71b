"""Since when work has been due: what is told to whoever watches the site."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from time_machine import TimeMachineFixture

from assessments.attempts.models import Attempt
from assessments.attempts.states import AttemptState
from assessments.workflow import ages
from assessments.workflow.services import ratify
from competency.decisions.models import Decision
from tests import factories
from tests.factories import Campus

After = Callable[..., None]


@pytest.fixture
def after(time_machine: TimeMachineFixture) -> After:
    """Later: rows are frozen, so it is the present that moves."""

    def move(**ago: int) -> None:
        time_machine.move_to(timezone.now() + timedelta(**ago))

    return move


def test_a_submission_is_due_since_its_hand_in(handed_in_attempt: Attempt, after: After) -> None:
    submission = factories.submission_of(handed_in_attempt)
    assert submission.pk not in ages.submissions()  # just now: a worker has it

    after(minutes=10)
    since = ages.submissions()[submission.pk]
    assert submission.received_at
    assert abs(since - submission.received_at) < timedelta(seconds=5)


def test_it_is_due_since_the_last_act_on_it_or_on_a_part_of_it(
    attempt_under_review: Attempt, after: After
) -> None:
    after(days=3)
    for review in factories.reviews_of(attempt_under_review):
        factories.give(review)
    completed = timezone.now()

    after(minutes=10)
    since = ages.submissions()[factories.submission_of(attempt_under_review).pk]
    assert abs(since - completed) < timedelta(seconds=5)


def test_what_waits_for_people_is_not_due(
    attempt_under_review: Attempt, proposal: Decision, after: After
) -> None:
    after(minutes=10)

    assert factories.submission_of(attempt_under_review).pk not in ages.submissions()
    assert not {attempt_under_review.pk, proposal.attempt_id} & ages.attempts().keys()


def test_a_submission_that_nobody_may_review_is_told_apart(db: None, after: After) -> None:
    attempt = factories.under_review(factories.campus(licensed=False))
    submission = factories.submission_of(attempt)
    after(hours=2)

    assert submission.pk not in ages.submissions()
    assert timezone.now() - ages.awaiting_reviewer()[submission.pk] > timedelta(hours=1)


def test_an_attempt_with_an_open_harm_flag_waits_for_people(db: None, after: After) -> None:
    one_sided = factories.reviewed(factories.campus(supervisors=4), {"C3": 1}, {"C3": 2})
    assert one_sided.state == AttemptState.HANDED_IN
    after(minutes=10)

    assert one_sided.pk not in ages.attempts()


def test_a_ratified_decision_is_due_to_be_carried_out(
    proposal: Decision, campus: Campus, after: After
) -> None:
    after(days=3)
    ratify(proposal, by=campus.certifier)
    ratified = timezone.now()

    after(minutes=10)
    assert abs(ages.attempts()[proposal.attempt_id] - ratified) < timedelta(seconds=5)


def test_a_sitting_is_due_when_its_time_and_grace_are_over(
    started_attempt: Attempt, assigned_attempt: Attempt, after: After
) -> None:
    after(days=8)
    since = ages.attempts()

    assert started_attempt.due_at
    assert since[assigned_attempt.pk] == assigned_attempt.closes_at
    assert since[started_attempt.pk] == started_attempt.due_at + timedelta(seconds=60)
