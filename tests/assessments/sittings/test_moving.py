"""A sitting is moved before it opens, and those whom a change of time concerns are told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.attempts.services import start_attempt
from assessments.sittings import services
from assessments.sittings.moving import move_sitting
from assessments.sittings.runs import keep_time
from assessments.sittings.services import cancel_sitting, extend_sitting, give_more_time
from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.notifications.models import Notification
from competency.programs.roles import Role
from tests import factories
from tests.factories.forms import with_second_form
from tests.refusals import change

DAY = timedelta(days=1)
NOW = timezone.now()
WHY = "The building is closed."


@pytest.fixture
def planned(campus):
    """In a week, for two people."""
    for _ in range(2):
        factories.enrolment(campus.cohort)
    return factories.opened_sitting(campus, opens_at=NOW + 7 * DAY, closes_at=NOW + 9 * DAY)


@pytest.fixture
def attempts(planned):
    rows = Attempt.objects.filter(place__sitting=planned).select_related("enrolment__trainee")
    return list(rows.order_by("pk"))


def told(kind):
    """Who was told, of which attempt."""
    rows = Notification.objects.filter(kind=kind)
    return sorted(rows.values_list("subject_id", "person_id"))


def concerned(attempts):
    return sorted((attempt.pk, attempt.enrolment.trainee_id) for attempt in attempts)


def moved(planned, days, campus, **given):
    window = {
        "opens_at": planned.opens_at + days * DAY,
        "closes_at": planned.closes_at + days * DAY,
    }
    move_sitting(planned, **{"reason": WHY, "by": campus.director} | window | given)


def windows(attempts):
    for attempt in attempts:
        attempt.refresh_from_db()
    return [(attempt.opens_at, attempt.closes_at) for attempt in attempts]


def test_everybody_with_a_place_has_the_other_window_and_is_told(campus, planned, attempts):
    moved(planned, 3, campus)
    planned.refresh_from_db()
    assert (planned.opens_at, planned.closes_at) == (NOW + 10 * DAY, NOW + 12 * DAY)
    assert windows(attempts) == [(planned.opens_at, planned.closes_at)] * 2
    assert told("attempt.moved") == concerned(attempts)
    event = AuditEvent.objects.get(action="sitting.moved")
    assert (event.reason, event.actor_id, event.detail["people"]) == (WHY, campus.director.pk, 2)
    assert event.detail["before"][0] == (NOW + 7 * DAY).isoformat()


def test_moved_back_again_everybody_is_told_again(campus, planned, attempts):
    moved(planned, 3, campus)
    moved(planned, -3, campus)
    assert len(told("attempt.moved")) == 4


def test_whoever_had_longer_keeps_that_where_it_is_later(campus, planned, attempts):
    longer = NOW + 20 * DAY
    give_more_time(attempts[0], closes_at=longer, reason="A funeral.", by=campus.director)
    moved(planned, 3, campus)
    assert windows(attempts) == [(planned.opens_at, longer), (planned.opens_at, planned.closes_at)]
    moved(planned, 20, campus)
    assert windows(attempts) == [(planned.opens_at, planned.closes_at)] * 2


def test_what_has_opened_is_not_moved(campus, planned):
    change(planned, opens_at=NOW - DAY)  # due, and not yet opened by the sweep
    with pytest.raises(DomainError, match="has not opened"):
        moved(planned, 3, campus)
    keep_time()
    with pytest.raises(DomainError, match="has not opened"):
        moved(planned, 3, campus)


@pytest.mark.parametrize(
    ("window", "field"),
    [
        ({"opens_at": NOW - DAY}, "opens_at"),
        ({"closes_at": NOW + 6 * DAY}, "closes_at"),
        ({"closes_at": NOW + 3 * 366 * DAY}, "closes_at"),
        ({}, "opens_at"),
        ({"closes_at": NOW + 10 * DAY, "reason": " "}, "reason"),
    ],
)
def test_a_window_that_cannot_be_is_refused_by_its_field(campus, planned, window, field):
    with pytest.raises(InvalidInput) as refused:
        moved(planned, 0, campus, **window)
    assert set(refused.value.problems) == {field}


@pytest.mark.django_db
def test_an_earlier_window_shortens_nobodys_wait():
    campus = with_second_form(factories.campus(standard={"resit_days": 30}))
    decision = factories.ratified(campus, 2, 2)
    opens_at = decision.settled_at + 32 * DAY
    sitting = factories.opened_sitting(campus, opens_at=opens_at, closes_at=opens_at + DAY)
    moved(sitting, -1, campus)
    with pytest.raises(InvalidInput, match="1 person must wait until"):
        moved(sitting, -2, campus)


def test_only_who_runs_the_program_moves_a_sitting(campus, planned):
    for by in (campus.certifier, factories.member(factories.program(), Role.DIRECTOR)):
        with pytest.raises(NotAllowed):
            moved(planned, 3, campus, by=by)


def test_more_time_for_one_person_is_told_to_that_one(campus, planned, attempts):
    first, _second = attempts
    give_more_time(first, minutes=15, reason="Ill.", by=campus.director)
    assert told("attempt.extended") == concerned([first])
    give_more_time(first, minutes=15, reason="Ill.", by=campus.director)
    assert len(told("attempt.extended")) == 2


def test_longer_for_everybody_is_told_to_who_has_not_begun(campus):
    for _ in range(2):
        factories.enrolment(campus.cohort)
    sitting = factories.opened_sitting(campus)
    begun, waiting = Attempt.objects.filter(place__sitting=sitting).order_by("pk")
    start_attempt(begun, by=factories.trainee_of(begun))
    extend_sitting(sitting, closes_at=sitting.closes_at + DAY, reason=WHY, by=campus.director)
    assert told("attempt.moved") == concerned([waiting])


def test_a_sitting_called_off_is_told_to_who_has_not_begun_once(campus, planned, attempts):
    cancel_sitting(planned, reason=WHY, by=campus.director)
    assert told("attempt.cancelled") == concerned(attempts)
    assert not services.withdraw_places(planned.pk)
    assert len(told("attempt.cancelled")) == 2
