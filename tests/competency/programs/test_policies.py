"""Who may, by role, day and program."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from competency.foundation.errors import NotAllowed
from competency.programs import services
from competency.programs.models import Program
from competency.programs.policies import (
    check_permission,
    has_permission,
    holds_role,
    people_conflicted_with,
    programs_where,
)
from competency.programs.roles import GRANTS, Permission, Role
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = timezone.now().date()
DAY = timedelta(days=1)


@pytest.fixture
def program():
    return factories.program()


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_member_may_what_the_role_grants_in_that_program_alone(role, permission, program):
    foreign = factories.program()
    person = factories.member(program, role)
    granted = permission in GRANTS[role]
    assert has_permission(person, permission, program.pk) is granted
    assert not has_permission(person, permission, foreign.pk)
    assert set(programs_where(person, permission)) == ({program} if granted else set())


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "holds"),
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (TODAY - 9 * DAY, TODAY, True),
        (TODAY - 9 * DAY, TODAY + DAY, True),
        (TODAY + DAY, None, False),
        (TODAY + DAY, TODAY + 9 * DAY, False),
        (TODAY - 9 * DAY, TODAY - DAY, False),
    ],
)
def test_a_role_holds_from_its_first_day_to_its_last(starts_on, ends_on, holds, program):
    person = factories.member(program, Role.DIRECTOR, starts_on=starts_on, ends_on=ends_on)
    assert has_permission(person, Permission.PROGRAM_RUN, program.pk) is holds
    assert holds_role(person, Role.DIRECTOR, program.pk) is holds
    assert Program.objects.visible_to(person).exists() is holds


def test_a_role_that_has_not_begun_begins_by_itself(program, time_machine):
    person = factories.member(program, Role.AUTHOR, starts_on=date(2999, 1, 1))
    assert not has_permission(person, Permission.CONTENT_WRITE, program.pk)
    time_machine.move_to("2999-01-01 00:00:01Z")
    assert has_permission(person, Permission.CONTENT_WRITE, program.pk)


def test_of_several_roles_each_grants_what_it_grants(program):
    other = factories.program()
    person = factories.member(program, Role.SUPERVISOR)
    factories.membership(other, Role.CERTIFIER, person)
    assert set(programs_where(person, Permission.CONTENT_VIEW)) == {program, other}
    assert set(programs_where(person, Permission.REVIEW_DO)) == {program}
    assert set(programs_where(person, Permission.DECISION_RATIFY)) == {other}


def test_a_role_held_twice_shows_its_program_once(program):
    person = factories.member(program, Role.AUTHOR, ends_on=TODAY)
    factories.membership(program, Role.AUTHOR, person)
    assert list(programs_where(person, Permission.CONTENT_WRITE)) == [program]


def test_an_account_that_was_closed_may_nothing(program):
    person = factories.member(program, Role.DIRECTOR)
    person.is_active = False
    person.save()
    assert not has_permission(person, Permission.PROGRAM_VIEW, program.pk)
    assert not holds_role(person, Role.DIRECTOR, program.pk)
    with pytest.raises(NotAllowed):
        check_permission(person, Permission.PROGRAM_VIEW, program.pk)


@pytest.mark.parametrize("permission", Permission)
def test_somebody_without_an_account_may_nothing(permission, program):
    anyone = AnonymousUser()
    assert not has_permission(anyone, permission, program.pk)
    assert not programs_where(anyone, permission).exists()
    assert not holds_role(anyone, Role.DIRECTOR, program.pk)


@pytest.mark.parametrize("permission", Permission)
def test_an_account_alone_may_nothing_not_even_one_of_staff(permission, program):
    assert not has_permission(factories.person(), permission, program.pk)
    assert not has_permission(factories.superuser(), permission, program.pk)


def test_a_refusal_names_what_the_roles_do_not_include(program):
    person = factories.member(program, Role.TRAINEE)
    with pytest.raises(NotAllowed, match="do not include “content: publish”"):
        check_permission(person, Permission.CONTENT_PUBLISH, program.pk)


def test_who_may_is_not_stopped(program):
    person = factories.member(program, Role.AUTHOR)
    check_permission(person, Permission.CONTENT_PUBLISH, program.pk)


# --- Ties ---


@pytest.fixture
def trainee(program):
    return factories.enrolment(factories.cohort(program)).trainee


def conflicted(trainee, program):
    return people_conflicted_with(trainee.pk, program.pk)


def test_nobody_judges_themselves(trainee, program):
    assert conflicted(trainee, program) == {trainee.pk}


def test_a_trainees_own_supervisor_never_judges_them(trainee, program):
    director, supervisor, other = (
        factories.member(program, role)
        for role in (Role.DIRECTOR, Role.SUPERVISOR, Role.SUPERVISOR)
    )
    placement = services.place(trainee.enrolments.get(), supervisor, by=director)
    assert conflicted(trainee, program) == {trainee.pk, supervisor.pk}
    assert other.pk not in conflicted(trainee, program)
    placement.ends_on = placement.starts_on
    placement.save()
    assert supervisor.pk in conflicted(trainee, program)  # once known, always known


def test_a_declared_conflict_bars_both_whoever_declared_it(trainee, program):
    one, other = factories.person(), factories.person()
    services.declare_conflict(program, trainee, one, reason="Cousins.", by=trainee)
    services.declare_conflict(program, other, trainee, reason="Friends.", by=other)
    assert conflicted(trainee, program) == {trainee.pk, one.pk, other.pk}
    assert conflicted(one, program) == {one.pk, trainee.pk}


def test_ties_of_others_and_of_other_programs_are_no_ties(trainee, program):
    foreign = factories.program()
    one, other = factories.person(), factories.person()
    services.declare_conflict(program, one, other, reason="Cousins.", by=one)
    services.declare_conflict(foreign, trainee, one, reason="Cousins.", by=one)
    assert conflicted(trainee, program) == {trainee.pk}
