"""A sitting is given longer, or called off; one person is given more time. Each with a reason."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.attempts.services import start_attempt
from assessments.sittings import runs, services
from assessments.sittings.services import cancel_sitting, extend_sitting, give_more_time
from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from tests import factories

DAY = timedelta(days=1)
WHY = "The network was down."


@pytest.fixture
def sitting(campus):
    for _ in range(2):
        factories.enrolment(campus.cohort)
    return factories.opened_sitting(campus)


@pytest.fixture
def attempts(sitting):
    rows = Attempt.objects.filter(place__sitting=sitting).select_related("enrolment__trainee")
    return list(rows.order_by("pk"))


def states(sitting):
    rows = Attempt.objects.filter(place__sitting=sitting).order_by("pk")
    return list(rows.values_list("state", flat=True))


def test_everybody_who_has_not_begun_has_longer(campus, sitting, attempts):
    begun, later = attempts
    start_attempt(begun, by=begun.enrolment.trainee)
    until, before = sitting.closes_at + DAY, begun.closes_at
    extend_sitting(sitting, closes_at=until, reason=WHY, by=campus.director)
    for attempt, closes_at in ((begun, before), (later, until)):
        attempt.refresh_from_db()
        assert attempt.closes_at == closes_at
    event = AuditEvent.objects.get(action="sitting.extended")
    assert (event.reason, event.detail["people"]) == (WHY, 1)


def test_longer_is_longer_and_has_a_reason(campus, sitting):
    with pytest.raises(InvalidInput) as refused:
        extend_sitting(sitting, closes_at=sitting.closes_at, reason=WHY, by=campus.director)
    assert set(refused.value.problems) == {"closes_at"}
    with pytest.raises(InvalidInput) as refused:
        extend_sitting(sitting, closes_at=sitting.closes_at + DAY, reason=" ", by=campus.director)
    assert set(refused.value.problems) == {"reason"}


def test_called_off_what_nobody_began_is_void_and_the_rest_goes_on(campus, sitting, attempts):
    start_attempt(attempts[0], by=attempts[0].enrolment.trainee)
    cancel_sitting(sitting, reason=WHY, by=campus.director)
    assert sitting.state == "cancelled"
    assert states(sitting) == ["in_progress", "void"]
    attempts[1].refresh_from_db()
    assert attempts[1].void_reason == WHY
    for act in (
        lambda: cancel_sitting(sitting, reason=WHY, by=campus.director),
        lambda: extend_sitting(
            sitting, closes_at=sitting.closes_at + DAY, reason=WHY, by=campus.director
        ),
    ):
        with pytest.raises(DomainError, match="is cancelled"):
            act()


def test_a_large_sitting_is_called_off_in_batches(campus, monkeypatch):
    for _ in range(2):
        factories.enrolment(campus.cohort)
    monkeypatch.setattr(services, "AT_ONCE", 1)
    sitting = factories.opened_sitting(campus)
    runs.open_places(sitting.pk, 1)
    cancel_sitting(sitting, reason=WHY, by=campus.director)
    assert states(sitting) == ["void"]
    assert sitting.places.get(attempt=None).left_out == "cancelled"
    assert not runs.withdraw_places(sitting.pk)


def test_one_person_gets_more_minutes(campus, attempts):
    attempt = attempts[0]
    start_attempt(attempt, by=attempt.enrolment.trainee)
    due, allowed = attempt.due_at, attempt.allowed_seconds
    given = give_more_time(attempt, minutes=10, reason=WHY, by=campus.director)
    attempt.refresh_from_db()
    assert attempt.due_at == due + timedelta(minutes=10)
    assert attempt.allowed_seconds == allowed + 600
    assert attempt.accommodated
    assert given.words == WHY
    assert AuditEvent.objects.get(action="attempt.extended").reason == ""


def test_why_somebody_got_more_time_goes_with_their_key(campus, attempts):
    given = give_more_time(attempts[0], minutes=10, reason=WHY, by=campus.director)
    factories.erased(attempts[0].enrolment.trainee)
    assert "erased" in given.words


def test_one_person_may_begin_later_than_the_others(campus, sitting, attempts):
    until = sitting.closes_at + DAY
    give_more_time(attempts[0], closes_at=until, reason=WHY, by=campus.director)
    attempts[0].refresh_from_db()
    assert attempts[0].closes_at == until
    with pytest.raises(InvalidInput, match="no later"):
        give_more_time(attempts[0], closes_at=until, reason=WHY, by=campus.director)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "minutes"),
        ({"minutes": -1}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"minutes": 5, "reason": ""}, "reason"),
    ],
)
def test_what_is_missing_is_said(campus, attempts, given, field):
    with pytest.raises(InvalidInput) as refused:
        give_more_time(attempts[0], by=campus.director, **{"reason": WHY} | given)
    assert set(refused.value.problems) == {field}


def test_a_running_clock_gets_minutes_and_no_later_window(campus, attempts):
    start_attempt(attempts[0], by=attempts[0].enrolment.trainee)
    later = attempts[0].closes_at + DAY
    with pytest.raises(InvalidInput, match="clock runs already"):
        give_more_time(attempts[0], closes_at=later, reason=WHY, by=campus.director)


def test_what_is_handed_in_gets_no_more_time(campus, handed_in_attempt):
    with pytest.raises(DomainError, match="not handed in"):
        give_more_time(handed_in_attempt, minutes=5, reason=WHY, by=campus.director)


def test_only_whoever_runs_the_program_changes_a_sitting(campus, sitting, attempts):
    by, later = campus.certifier, sitting.closes_at + DAY
    for act in (
        lambda: extend_sitting(sitting, closes_at=later, reason=WHY, by=by),
        lambda: cancel_sitting(sitting, reason=WHY, by=by),
        lambda: give_more_time(attempts[0], minutes=5, reason=WHY, by=by),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_planned_sitting_opens_and_closes_by_the_clock(campus, time_machine):
    factories.enrolment(campus.cohort)
    opens_at = timezone.now() + DAY
    sitting = factories.opened_sitting(campus, opens_at=opens_at, closes_at=opens_at + DAY)
    assert (sitting.state, runs.keep_time()) == ("planned", 0)
    time_machine.move_to(opens_at, tick=False)
    assert runs.keep_time() == 1
    time_machine.move_to(opens_at + 2 * DAY, tick=False)
    assert runs.keep_time() == 1
    sitting.refresh_from_db()
    assert sitting.state == "closed"


def test_a_sitting_stays_open_for_whoever_may_still_begin(campus, sitting, attempts, time_machine):
    until = sitting.closes_at + DAY
    give_more_time(attempts[0], closes_at=until, reason=WHY, by=campus.director)
    time_machine.move_to(until - timedelta(hours=1), tick=False)
    assert runs.keep_time() == 0
    time_machine.move_to(until + timedelta(hours=1), tick=False)
    assert runs.keep_time() == 1
