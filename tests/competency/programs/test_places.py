"""Leave, return, withdrawal, transfer: who is where, and that history stays where it was."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.attempts.services import start_attempt
from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.programs import cohorts, places, services
from competency.programs.circumstances import Accommodation, Conflict, Placement
from competency.programs.models import Enrolment
from competency.programs.policies import holds_role, people_conflicted_with, trainees_tied_to
from competency.programs.roles import Role
from tests import factories

WHY = "Her mother is ill."


@pytest.fixture
def place(campus):
    return factories.enrolment(campus.cohort)


def test_during_a_leave_nothing_is_opened_and_nothing_begun(campus):
    attempt = factories.assigned(campus)
    place, trainee = attempt.enrolment, attempt.enrolment.trainee
    leave = places.take_leave(place, reason=WHY, by=campus.director)
    assert (leave.words, leave.granted_by) == (WHY, campus.director)
    with pytest.raises(DomainError, match="on leave"):
        start_attempt(attempt, by=trainee)
    with pytest.raises(DomainError, match="on leave"):
        factories.assigned(campus, place)
    places.return_from_leave(place, by=campus.director)
    leave.refresh_from_db()
    assert leave.ends_on is not None
    start_attempt(attempt, by=trainee)


def test_a_leave_ends_after_it_begins(campus, place):
    today = timezone.now().date()
    with pytest.raises(InvalidInput, match="after today"):
        places.take_leave(place, reason=WHY, expected_on=today, by=campus.director)


def test_the_trail_says_that_somebody_left_and_never_why(campus, place):
    supervisor = campus.supervisors[0]
    services.place(place, supervisor, by=campus.director)
    places.withdraw(place, reason=WHY, by=campus.director)
    place.refresh_from_db()
    assert (place.state, place.why_over) == ("withdrawn", WHY)
    events = AuditEvent.objects.filter(subject_id=place.pk)
    assert not any(WHY in f"{event.reason} {event.detail}" for event in events)
    assert not Placement.objects.filter(enrolment=place, ends_on=None).exists()
    assert supervisor.pk in people_conflicted_with(place.trainee_id, campus.program.pk)


def test_the_trainees_role_ends_with_the_last_place(campus, place):
    other = factories.enrolment(factories.cohort(campus.program), place.trainee)
    places.withdraw(place, reason=WHY, by=campus.director)
    role = place.trainee.memberships.get(role=Role.TRAINEE)
    assert role.ends_on is None
    places.withdraw(other, reason=WHY, by=campus.director)
    role.refresh_from_db()
    assert role.ends_on is not None


def test_who_left_can_come_back_to_a_place_of_its_own(campus, place):
    places.withdraw(place, reason=WHY, by=campus.director)
    again = services.enrol(
        campus.cohort, place.trainee, trainee_number=place.trainee_number, by=campus.director
    )
    assert again.line != place.line


def test_a_transfer_leaves_history_where_it_was(campus):
    attempt = factories.assigned(campus)
    place = attempt.enrolment
    services.place(place, campus.supervisors[0], by=campus.director)
    services.accommodate(place, extra_percent=25, reason=WHY, by=campus.director)
    made = places.transfer(place, factories.cohort(campus.program), reason=WHY, by=campus.director)
    place.refresh_from_db()
    assert (place.state, made.came_from, made.line) == ("transferred", place, place.line)
    assert Attempt.objects.get().enrolment == place
    assert made.placements.get().supervisor == campus.supervisors[0]
    assert made.accommodations.get().words == WHY
    assert not Accommodation.objects.filter(enrolment=place, ends_on=None).exists()
    assert holds_role(made.trainee, Role.TRAINEE, campus.program.pk)
    # A re-sit is counted on, so that nobody begins anew by moving.
    assert factories.assigned(campus, made).number == 2


def test_into_another_program_goes_who_runs_both(campus, place):
    services.place(place, campus.supervisors[0], by=campus.director)
    other, director = factories.program_with(Role.DIRECTOR)
    there = factories.cohort(other)
    for by in (campus.director, director):
        with pytest.raises(NotAllowed):
            places.transfer(place, there, reason=WHY, by=by)
    factories.member(other, Role.DIRECTOR, campus.director)
    made = places.transfer(place, there, reason=WHY, by=campus.director, trainee_number="B-1")
    assert (made.trainee_number, made.program_id) == ("B-1", other.pk)
    assert not made.placements.exists()
    assert holds_role(made.trainee, Role.TRAINEE, other.pk)
    # Knowing somebody does not end at the door of a program.
    assert campus.supervisors[0].pk in people_conflicted_with(made.trainee_id, other.pk)
    tied = trainees_tied_to(campus.supervisors[0], [other.pk])
    assert (made.trainee_id, other.pk) in tied


def test_a_transfer_that_cannot_be_changes_nothing(campus, place):
    with pytest.raises(InvalidInput, match="in this cohort already"):
        places.transfer(place, campus.cohort, reason=WHY, by=campus.director)
    closed = factories.cohort(campus.program)
    cohorts.close_cohort(closed, reason="Full.", by=campus.director)
    with pytest.raises(DomainError, match="is closed"):
        places.transfer(place, closed, reason=WHY, by=campus.director)
    taken = factories.cohort(campus.program)
    factories.enrolment(taken, place.trainee)
    with pytest.raises(DomainError, match="in this cohort already"):
        places.transfer(place, taken, reason=WHY, by=campus.director)
    assert Enrolment.objects.get(pk=place.pk).state == "active"


def test_a_number_is_corrected_while_the_place_is_held(campus, place):
    rival = factories.enrolment(campus.cohort)
    places.renumber(place, " T-9 ", by=campus.director)
    assert Enrolment.objects.get(pk=place.pk).trainee_number == "T-9"
    with pytest.raises(DomainError, match="in this cohort already"):
        places.renumber(place, rival.trainee_number, by=campus.director)
    places.withdraw(place, reason=WHY, by=campus.director)
    with pytest.raises(DomainError, match="is over"):
        places.renumber(place, "T-10", by=campus.director)


def test_a_supervision_and_an_accommodation_end_once(campus, place):
    row = services.place(place, campus.supervisors[0], by=campus.director)
    places.end_placement(row, reason="Rotation.", by=campus.director)
    granted = services.accommodate(place, extra_percent=9, reason=WHY, by=campus.director)
    services.end_accommodation(granted, by=campus.director)
    for again in (
        lambda: places.end_placement(row, reason="Rotation.", by=campus.director),
        lambda: services.end_accommodation(granted, by=campus.director),
    ):
        with pytest.raises(DomainError, match="ended already"):
            again()
    assert services.accommodation_in_force(place) is None


def test_a_conflict_declared_by_mistake_is_lifted_by_a_third(campus):
    one, two = campus.supervisors[0], factories.member(campus.program, Role.TRAINEE)
    tie = services.declare_conflict(campus.program, one, two, reason="Kin.", by=one)
    with pytest.raises(NotAllowed):
        services.lift_conflict(tie, reason="No.", by=one)
    own = services.declare_conflict(campus.program, campus.director, two, reason="Kin.",
                                    by=campus.director)  # fmt: skip
    with pytest.raises(NotAllowed, match="Somebody else"):
        services.lift_conflict(own, reason="No.", by=campus.director)
    services.lift_conflict(tie, reason="Another of this name.", by=campus.director)
    assert one.pk not in people_conflicted_with(two.pk, campus.program.pk)
    with pytest.raises(DomainError, match="lifted already"):
        services.lift_conflict(tie, reason="Twice.", by=campus.director)
    services.declare_conflict(campus.program, one, two, reason="Kin after all.", by=one)
    assert Conflict.objects.filter(person=one, other=two).count() == 2


def test_cohorts_are_opened_renamed_closed_and_reopened(campus):
    today = timezone.now().date()
    opened = cohorts.open_cohort(campus.program, name="Spring", starts_on=today, by=campus.director)
    with pytest.raises(DomainError, match="already"):
        cohorts.change_cohort(opened, name=campus.cohort.name, starts_on=today, by=campus.director)
    assert opened.name == "Spring"
    with pytest.raises(InvalidInput, match="before it starts"):
        cohorts.change_cohort(
            opened, name="Fall", starts_on=today, ends_on=today - timedelta(1), by=campus.director
        )
    cohorts.change_cohort(opened, name="Fall", starts_on=today, by=campus.director)
    cohorts.close_cohort(opened, reason="Full.", by=campus.director)
    with pytest.raises(DomainError, match="Fall is closed"):
        factories.enrolment(opened)
    cohorts.reopen_cohort(opened, reason="Room again.", by=campus.director)
    assert factories.enrolment(opened).cohort == opened


def test_nobody_else_runs_people(campus, place):
    for by in (campus.supervisors[0], campus.certifier, place.trainee):
        for act in (
            lambda by: places.withdraw(place, reason=WHY, by=by),
            lambda by: places.take_leave(place, reason=WHY, by=by),
            lambda by: cohorts.close_cohort(campus.cohort, reason=WHY, by=by),
        ):
            with pytest.raises(NotAllowed):
                act(by)
