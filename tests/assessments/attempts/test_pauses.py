"""A pause stops the clock, for as long as the allowance lasts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assessments.attempts import services
from assessments.attempts.models import Pause
from assessments.attempts.pauses import (
    effective_due,
    open_pause,
    pause_attempt,
    resume_attempt,
)
from assessments.attempts.rules import pause_left, stood_still
from assessments.workflow import pipeline
from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, NotAllowed
from competency.programs import services as programs
from tests import factories
from tests.factories import submission_of, trainee_of
from tests.refusals import frozen

MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def shared_attempt_with_pauses(shared_campus, django_db_blocker):
    """Started, with an hour to write and ten minutes of pauses."""
    with django_db_blocker.unblock():
        campus = shared_campus
        enrolment = factories.enrolment(campus.cohort)
        programs.accommodate(enrolment, extra_pause_minutes=10, reason="Ill.", by=campus.director)
        return factories.started(campus, enrolment)


@pytest.fixture
def attempt(shared_attempt_with_pauses, db):
    shared_attempt_with_pauses.refresh_from_db()
    return shared_attempt_with_pauses


def pause_for(attempt, time, time_machine):
    """Pause now, and go on so much later."""
    began = timezone.now()
    time_machine.move_to(began, tick=False)
    pause_attempt(attempt, by=trainee_of(attempt))
    time_machine.move_to(began + time, tick=False)
    resume_attempt(attempt, by=trainee_of(attempt))


# --- The rules ---


@pytest.mark.parametrize(
    ("allowed", "used", "left"), [(600, 0, 600), (600, 599.5, 0.5), (600, 600, 0), (0, 0, 0)]
)
def test_what_is_left_is_what_was_allowed_less_what_was_used(allowed, used, left):
    assert pause_left(allowed, used) == timedelta(seconds=left)


@pytest.mark.parametrize(
    ("minutes", "still"), [(-1, 0), (0, 0), (4, 4), (10, 10), (11, 10), (600, 10)]
)
def test_the_clock_stands_still_no_longer_than_what_was_left(minutes, still):
    assert stood_still(NOON, NOON + minutes * MINUTE, 10 * MINUTE) == still * MINUTE


@given(st.lists(st.floats(0, 2_000), max_size=8), st.integers(0, 3_600))
def test_however_it_is_split_no_more_than_the_allowance_is_given_back(pauses, allowed):
    used = 0.0
    for seconds in pauses:
        left = pause_left(allowed, used)
        used += stood_still(NOON, NOON + timedelta(seconds=seconds), left).total_seconds()
    assert used == pytest.approx(min(sum(pauses), allowed), abs=1e-3)


# --- Pausing ---


@pytest.mark.django_db
def test_the_standard_may_allow_pauses_without_any_accommodation():
    campus = factories.campus(supervisors=0, standard={"pause_minutes": 5})
    attempt = factories.started(campus)
    assert (attempt.pause_seconds, attempt.accommodated) == (300, False)
    assert pause_attempt(attempt, by=trainee_of(attempt)).ended_at is None


def test_without_a_pause_time_is_over_when_it_was_due(attempt):
    assert open_pause(attempt) is None
    assert effective_due(attempt) == attempt.due_at


def test_before_the_start_nothing_is_due(assigned_attempt):
    assert effective_due(assigned_attempt) is None


def test_while_the_clock_stands_still_the_end_moves_away(attempt, time_machine):
    due = attempt.due_at
    pause_attempt(attempt, by=trainee_of(attempt))
    began = open_pause(attempt).started_at
    for minutes, moved in ((3, 3), (9, 9), (10, 10), (30, 10)):
        time_machine.move_to(began + minutes * MINUTE, tick=False)
        assert effective_due(attempt) == due + moved * MINUTE


def test_going_on_gives_the_pause_back_and_keeps_its_row(attempt, time_machine):
    due = attempt.due_at
    pause_for(attempt, 4 * MINUTE, time_machine)
    assert attempt.due_at == due + 4 * MINUTE
    pause = attempt.pauses.get()
    assert pause.ended_at - pause.started_at == 4 * MINUTE
    actions = AuditEvent.objects.filter(subject_id=attempt.pk, action__regex="paused|resumed")
    assert [event.action for event in actions.order_by("pk")] == [
        "attempt.paused",
        "attempt.resumed",
    ]
    assert {event.actor_id for event in actions} == {trainee_of(attempt).pk}


def test_of_a_pause_too_long_only_the_allowance_counts_as_a_pause(attempt, time_machine):
    due = attempt.due_at
    pause_for(attempt, 25 * MINUTE, time_machine)
    assert attempt.due_at == due + 10 * MINUTE
    pause = attempt.pauses.get()
    assert pause.ended_at - pause.started_at == 10 * MINUTE


def test_several_pauses_share_one_allowance_to_the_fraction_of_a_second(attempt, time_machine):
    due = attempt.due_at
    for _ in range(4):
        pause_for(attempt, timedelta(seconds=149.9), time_machine)
    pause_for(attempt, MINUTE, time_machine)
    assert attempt.due_at == due + 10 * MINUTE
    with pytest.raises(DomainError, match="Your pauses are used up") as refused:
        pause_attempt(attempt, by=trainee_of(attempt))
    assert refused.value.code == "no_pause_left"


def test_nobody_pauses_twice_at_once(attempt):
    pause_attempt(attempt, by=trainee_of(attempt))
    with pytest.raises(DomainError, match="stands still already") as refused:
        pause_attempt(attempt, by=trainee_of(attempt))
    assert refused.value.code == "paused"
    assert attempt.pauses.count() == 1


def test_a_clock_that_runs_cannot_be_started_again(attempt):
    with pytest.raises(DomainError, match="The clock is running") as refused:
        resume_attempt(attempt, by=trainee_of(attempt))
    assert refused.value.code == "not_paused"


@pytest.mark.parametrize("verb", [pause_attempt, resume_attempt])
def test_nobody_stops_or_starts_the_clock_of_another(verb, attempt, campus):
    for stranger in (campus.director, campus.supervisors[0], factories.person()):
        with pytest.raises(NotAllowed, match="somebody else's"):
            verb(attempt, by=stranger)


@pytest.mark.parametrize("build", [factories.assigned, factories.handed_in])
def test_only_a_running_clock_can_be_stopped(build, campus):
    attempt = build(campus)
    with pytest.raises(DomainError, match="The clock is not running") as refused:
        pause_attempt(attempt, by=trainee_of(attempt))
    assert refused.value.code == "not_running"


def test_when_time_is_over_no_pause_brings_it_back(attempt, time_machine):
    time_machine.move_to(attempt.due_at + timedelta(seconds=1), tick=False)
    with pytest.raises(DomainError, match="The clock is not running"):
        pause_attempt(attempt, by=trainee_of(attempt))


def test_a_finished_pause_is_frozen(attempt, time_machine):
    pause_for(attempt, MINUTE, time_machine)
    with frozen():
        Pause.objects.update(ended_at=timezone.now() + MINUTE)


# --- While the clock stands still ---


def test_nobody_reads_on_while_the_clock_stands_still(attempt):
    services.save_answer(
        submission_of(attempt), "decide", {"choice": "stay"}, by=trainee_of(attempt)
    )
    pause_attempt(attempt, by=trainee_of(attempt))
    with pytest.raises(DomainError, match="The clock stands still") as refused:
        services.commit_stage(submission_of(attempt), "arrival", by=trainee_of(attempt))
    assert refused.value.code == "paused"
    assert submission_of(attempt).current_stage.code == "arrival"
    resume_attempt(attempt, by=trainee_of(attempt))
    services.commit_stage(submission_of(attempt), "arrival", by=trainee_of(attempt))
    assert submission_of(attempt).current_stage.code == "room"


def test_the_workflow_waits_while_the_clock_stands_still(attempt, time_machine):
    due = attempt.due_at
    time_machine.move_to(due - MINUTE, tick=False)
    pause_attempt(attempt, by=trainee_of(attempt))
    time_machine.move_to(due + 8 * MINUTE, tick=False)
    pipeline.advance_attempt(attempt.pk)
    attempt.refresh_from_db()
    assert attempt.state == "in_progress"
    time_machine.move_to(due + 12 * MINUTE, tick=False)
    pipeline.advance_attempt(attempt.pk)
    attempt.refresh_from_db()
    assert attempt.state == "handed_in"


def test_handing_in_ends_a_pause_that_was_left_open(attempt, time_machine):
    """Or a reserve vignette sat later would begin with a clock that stands still."""
    pause_attempt(attempt, by=trainee_of(attempt))
    time_machine.move_to(attempt.due_at + 12 * MINUTE, tick=False)
    pipeline.advance_attempt(attempt.pk)
    attempt.refresh_from_db()
    assert attempt.state == "handed_in"
    pause = attempt.pauses.get()
    assert pause.ended_at - pause.started_at == 10 * MINUTE
    with pytest.raises(DomainError, match="The clock is running"):
        resume_attempt(attempt, by=trainee_of(attempt))
